#!/usr/bin/env bash
# A PostgreSQL of our own for as long as the tests run, in a folder that is thrown away.
# Sourced, it gives start_postgres and stop_postgres. Run, it wraps a command:
#   SALPA_TEST_DATABASE=postgres bin/lib/postgres.sh cargo test
# SALPA_TEST_POSTGRES_URL, when it is set, names a server to use instead; its user must be allowed to make databases.

POSTGRES_FOLDER=

# Runs a PostgreSQL program; as root it becomes the user `postgres`, for the server refuses to run as root.
as_postgres() {
    local program=$1
    shift
    if [[ $(id -u) == 0 ]]; then
        (cd / && runuser --user postgres -- "$POSTGRES_PROGRAMS/$program" "$@")
    else
        (cd / && "$POSTGRES_PROGRAMS/$program" "$@")
    fi
}

newest_postgres() {
    local folder newest=
    while read -r folder; do newest=$folder; done < <(
        find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort --version-sort
    )
    [[ -n $newest ]] && printf '%s' "$newest"
}

start_postgres() {
    [[ -z ${SALPA_TEST_POSTGRES_URL:-} ]] || return 0
    POSTGRES_PROGRAMS=$(newest_postgres) || {
        install_missing postgresql
        POSTGRES_PROGRAMS=$(newest_postgres)
    }
    POSTGRES_FOLDER=$(mktemp --directory "${TMPDIR:-/tmp}/salpa-postgres.XXXXXX")
    if [[ $(id -u) == 0 ]]; then chown postgres: "$POSTGRES_FOLDER"; fi
    as_postgres initdb --pgdata="$POSTGRES_FOLDER/data" --username=salpa --auth=trust \
        --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$POSTGRES_FOLDER/initdb.log"
    # The tests throw the data away: nothing has to reach the disk.
    cat >>"$POSTGRES_FOLDER/data/postgresql.conf" <<END
listen_addresses = '127.0.0.1'
unix_socket_directories = '$POSTGRES_FOLDER'
max_connections = 400
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum_naptime = 10min
max_wal_size = 1GB
shared_buffers = 128MB
END
    local port try
    for try in 1 2 3 4 5 6 7 8; do
        port=$((20000 + RANDOM % 12000))
        if as_postgres pg_ctl start --wait --silent --pgdata="$POSTGRES_FOLDER/data" \
            --log="$POSTGRES_FOLDER/data/server.log" --options="-p $port" >/dev/null 2>&1; then
            export SALPA_TEST_POSTGRES_URL=postgres://salpa@127.0.0.1:$port/postgres
            return 0
        fi
        printf 'PostgreSQL did not start on port %s (try %s of 8)\n' "$port" "$try" >&2
    done
    tail -20 "$POSTGRES_FOLDER/data/server.log" >&2
    return 1
}

stop_postgres() {
    [[ -n $POSTGRES_FOLDER ]] || return 0
    as_postgres pg_ctl stop --mode=immediate --silent --pgdata="$POSTGRES_FOLDER/data" >/dev/null 2>&1 || true
    rm -rf "$POSTGRES_FOLDER"
    POSTGRES_FOLDER=
    unset SALPA_TEST_POSTGRES_URL
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
    set -euo pipefail
    folder=$PWD
    # shellcheck source=bin/lib/setup.sh
    source "$(dirname "$0")/setup.sh"
    if [[ $# == 0 || $1 == --help ]]; then
        help_of "${BASH_SOURCE[0]}"
        exit
    fi
    trap stop_postgres EXIT
    start_postgres
    cd "$folder"
    "$@"
fi
