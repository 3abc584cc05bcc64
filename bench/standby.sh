#!/usr/bin/env bash
# A PostgreSQL with a synchronous standby, both on this machine and both durable, for as long as a command runs:
#   bench/standby.sh bin/bench --only commits --only refreshes
# The command finds the server in SALPA_BENCH_DATABASE_URL.
set -euo pipefail

if [[ $# == 0 || $1 == --help ]]; then
    awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "${BASH_SOURCE[0]}"
    exit
fi
FOLDER=$(mktemp --directory /var/tmp/salpa-standby.XXXXXX)
chmod 755 "$FOLDER"
# shellcheck source=bench/beside/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/beside/lib.sh" standby none "$FOLDER"

STANDBY=
finish() {
    if [[ -n $STANDBY ]]; then
        kill -INT "$STANDBY" 2>/dev/null || true
        wait "$STANDBY" 2>/dev/null || true
    fi
    end
    rm -rf "$FOLDER"
}
trap finish EXIT

make_database
cat >>"$FOLDER/database/data/postgresql.conf" <<'END'
synchronous_standby_names = '*'
wal_level = replica
END
# Nothing is committed before there is a standby: the copy needs no commit.
start_database
programs=$(database_programs)
standby_port=$(free_port)
(cd / && "${AS_DATABASE_USER[@]}" "$programs/pg_basebackup" --host=127.0.0.1 --port="$DATABASE_PORT" --username=salpa \
    --pgdata="$FOLDER/database/standby" --write-recovery-conf --checkpoint=fast)
(cd / && exec "${AS_DATABASE_USER[@]}" "$programs/postgres" -D "$FOLDER/database/standby" -p "$standby_port" \
    -k "$FOLDER/database" -c listen_addresses=127.0.0.1) >>"$FOLDER/standby.log" 2>&1 &
STANDBY=$!
export SALPA_BENCH_DATABASE_URL="postgres://salpa@127.0.0.1:$DATABASE_PORT/postgres?sslmode=disable"
until [[ $(psql "$SALPA_BENCH_DATABASE_URL" --no-align --tuples-only \
    --command="SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") == 1 ]]; do
    kill -0 "$STANDBY" || cannot "the standby does not start: $(tail -1 "$FOLDER/standby.log")"
    sleep 0.1
done
"$@"
