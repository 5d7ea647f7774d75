#!/usr/bin/env bash
# Measures backup and restore against bare pg_dump, gzip and psql: backup.sh VITAE [CVS]
# Each CV is about 9 kB of text as a dump has it, with a history of five.
set -euo pipefail
vitae=$(realpath "$1") cvs=${2:-10000}
work=$(mktemp -d)
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
cd "$work"
export VITAE_DATA_DIR=$work/data RUST_LOG=warn
unset DATABASE_URL

# The seconds that a command takes, and its largest process in MB.
measure() {
  local what=$1
  shift
  /usr/bin/env python3 - "$what" "$@" <<'PYTHON'
import resource, subprocess, sys, time
started = time.monotonic()
subprocess.run(sys.argv[2:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
print(f"{sys.argv[1]:<42} {time.monotonic() - started:8.1f} s {peak:6d} MB")
PYTHON
}

# psql gives its environment, and so the way to the private PostgreSQL, to what it starts.
bare() { "$vitae" psql -- -X -c "\\! bash -c 'set -eo pipefail; $1'"; }
export -f bare
export vitae

"$vitae" migrate apply >/dev/null 2>&1
"$vitae" psql -- -Xq -v ON_ERROR_STOP=1 >/dev/null <<SQL
-- A megabyte of words; each document is another 9 kB of it.
create temp table pool (words bytea);
alter table pool alter words set storage external;
insert into pool select string_agg(left(md5(n::text), 3 + n % 9), ' ')::bytea from generate_series(1, 140000) as n;
insert into users (email) select 'person' || n || '@example.org' from generate_series(1, $cvs) as n;
insert into resumes (user_id, name) select id, 'CV' from users;
insert into resume_revisions (resume_id, revision, document, kind)
select resumes.id, n, jsonb_build_object(
           'schema_version', 1, 'text', convert_from(substr(words, (random() * 900000)::int, 9000), 'UTF8')), 'autosave'
from resumes, generate_series(1, 5) as n, pool;
SQL
size=$("$vitae" psql -- -XAtc "select pg_size_pretty(pg_database_size(current_database()))")
printf 'backup and restore of %s CVs, a database of %s:\n' "$cvs" "$size"
measure 'pg_dump | gzip -6' bash -c 'bare "pg_dump | gzip -6 > bare.sql.gz"'
measure 'vitae backup create' "$vitae" backup create --out backups
"$vitae" psql -- -Xqc 'create database bare'
measure 'gunzip | psql' bash -c 'bare "gunzip -c bare.sql.gz | psql -Xq -v ON_ERROR_STOP=1 -d bare"'
"$vitae" psql -- -Xqc 'drop database bare'
measure 'vitae backup verify' "$vitae" backup verify --out backups --latest
measure 'vitae restore' "$vitae" restore --yes backups/cv_database_*.sql.gz
