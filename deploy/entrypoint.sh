#!/bin/sh
# Commands of the image: `web`, `refresher` (with --once, --check, --backfill), `upgrade`, or any other program.
set -eu

needs() {
    for name in "$@"; do
        eval "value=\${$name:-}"
        [ -n "$value" ] && return 0
    done
    echo "stillframe: $* is not set: name a Postgres, as postgresql://user:password@host:5432/stillframe or file:/path" >&2
    exit 2
}

command="${1:-web}"
[ "$#" -gt 0 ] && shift
case "$command" in
web)
    needs DATABASE_URL STILLFRAME_READER_URL
    exec python -m streamlit run server.py --server.port "$PORT" --server.address 0.0.0.0 --server.headless true \
        --browser.gatherUsageStats false "$@"
    ;;
refresher)
    needs DATABASE_URL
    # compose.yaml has `refresher` as its entrypoint, so `docker compose run refresher python -m db ...` comes here.
    [ "${1:-}" = python ] && exec "$@"
    exec python -m refresher "$@"
    ;;
upgrade)
    needs DATABASE_URL
    exec python -m db upgrade
    ;;
*)
    exec "$command" "$@"
    ;;
esac
