#!/bin/sh
# The Postgres image runs this when it creates its database. It creates the logins of the web process: one that reads,
# and one for sessions of people who sign in. The refresher creates everything else.
set -eu
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set ON_ERROR_STOP=1 \
    --set reader="$(cat /run/secrets/reader_password)" --set sign_in="$(cat /run/secrets/sign_in_password)" <<'SQL'
CREATE ROLE stillframe_reader NOLOGIN;
CREATE ROLE stillframe_writer NOLOGIN;
CREATE ROLE stillframe_auth NOLOGIN;
CREATE ROLE stillframe_web LOGIN PASSWORD :'reader' IN ROLE stillframe_reader;
CREATE ROLE stillframe_web_sign_in LOGIN PASSWORD :'sign_in' IN ROLE stillframe_auth;
SQL
