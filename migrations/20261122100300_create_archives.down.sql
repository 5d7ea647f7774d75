drop table archives;
