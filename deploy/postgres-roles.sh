#!/bin/sh
# The Postgres image runs this when it creates its database. It creates the read-only login of the web process.
set -eu
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set ON_ERROR_STOP=1 \
    --set password="$(cat /run/secrets/reader_password)" <<'SQL'
CREATE ROLE stillframe_reader NOLOGIN;
CREATE ROLE stillframe_writer NOLOGIN;
CREATE ROLE stillframe_web LOGIN PASSWORD :'password' IN ROLE stillframe_reader;
SQL
