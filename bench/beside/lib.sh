# Shared by the programs of bench/beside. Sourced, never run: reads ACTION, COLUMN and FOLDER from their arguments, and
# ends with the program what it started.
# shellcheck shell=bash
# What is set here is used by those that source it.
# shellcheck disable=SC2034

ACTION=${1:-} COLUMN=${2:-} FOLDER=${3:-}
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/salpa/beside
PEOPLE=16
REDIRECT_URI=http://localhost:9/callback
# What all contenders hash with in the column `equal`: KiB and passes of Argon2id.
MEMORY=19456
PASSES=2

# cannot WORDS…: the contender is left out.
cannot() {
    printf '%s\n' "$*" >&2
    exit 3
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

email() { printf 'person.%s@bench.example' "$1"; }
password() { printf 'a pass phrase of person %s for the load' "$1"; }

# The people, as a list in JSON.
people() {
    local index comma=
    printf '['
    for ((index = 0; index < PEOPLE; index++)); do
        printf '%s{"email":"%s","password":"%s"}' "$comma" "$(email "$index")" "$(password "$index")"
        comma=,
    done
    printf ']'
}

# facts NAME VERSION PARAMETERS ISSUER CLIENT_ID CLIENT_SECRET ROTATES: the line that the load reads.
facts() {
    printf '{"name":"%s","version":"%s","parameters":"%s","issuer":"%s","client_id":"%s","client_secret":"%s","rotates":%s,"people":%s}\n' \
        "$@" "$(people)"
}

# A PostgreSQL of its own, as its package configures it: what it says is on the disk.

# How a database program is run: as root it becomes the user `postgres`, for the server refuses to run as root.
AS_DATABASE_USER=()
if [[ $(id -u) == 0 ]]; then
    AS_DATABASE_USER=(setpriv --reuid=postgres --regid=postgres --clear-groups --)
fi

database_programs() {
    local newest
    newest=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort --version-sort | tail -1)
    [[ -n $newest ]] || cannot "there is no PostgreSQL on this machine"
    printf '%s' "$newest"
}

make_database() {
    local programs
    programs=$(database_programs)
    mkdir "$FOLDER/database"
    if [[ $(id -u) == 0 ]]; then chown postgres: "$FOLDER/database"; fi
    (cd / && "${AS_DATABASE_USER[@]}" "$programs/initdb" --pgdata="$FOLDER/database/data" --username=salpa --auth=trust \
        --encoding=UTF8 --locale=C.UTF-8) >"$FOLDER/initdb.log"
    free_port >"$FOLDER/database-port"
}

# Starts it and waits for it; its process is $DATABASE_PROCESS.
start_database() {
    local programs
    programs=$(database_programs)
    DATABASE_PORT=$(cat "$FOLDER/database-port")
    (cd / && exec "${AS_DATABASE_USER[@]}" "$programs/postgres" -D "$FOLDER/database/data" -p "$DATABASE_PORT" \
        -k "$FOLDER/database" -c listen_addresses=127.0.0.1) >>"$FOLDER/database.log" 2>&1 &
    DATABASE_PROCESS=$!
    until "$programs/pg_isready" --quiet --host=127.0.0.1 --port="$DATABASE_PORT"; do
        kill -0 "$DATABASE_PROCESS" || cannot "PostgreSQL does not start: $(tail -1 "$FOLDER/database.log")"
        sleep 0.05
    done
}

database_version() { "$(database_programs)/postgres" --version | awk '{ print "PostgreSQL " $3 }'; }

stop_database() {
    [[ -n ${DATABASE_PROCESS:-} ]] || return 0
    kill -INT "$DATABASE_PROCESS" 2>/dev/null || true
    wait "$DATABASE_PROCESS" 2>/dev/null || true
    DATABASE_PROCESS=
}

# run_program COMMAND…: runs the provider until this program is told to end.
run_program() {
    "$@" &
    PROGRAM=$!
    printf '%s' "$PROGRAM" >"$FOLDER/pid.new"
    mv "$FOLDER/pid.new" "$FOLDER/pid"
    wait "$PROGRAM"
}

end() {
    if [[ -n ${PROGRAM:-} ]]; then
        kill "$PROGRAM" 2>/dev/null || true
        wait "$PROGRAM" 2>/dev/null || true
    fi
    stop_database
}
trap end EXIT
trap 'exit 143' TERM INT
