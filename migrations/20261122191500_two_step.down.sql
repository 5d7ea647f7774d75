-- vitae: loses data: the table recovery_codes and all its rows
drop table recovery_codes;
-- vitae: loses data: the table two_step and all its rows
drop table two_step;
