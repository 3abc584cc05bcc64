# Salpa on the database that DATABASE names. Sourced by the two programs of that name.
# shellcheck shell=bash
: "${DATABASE:?}"
# shellcheck source=bench/beside/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Not by that name: Salpa knows no such setting.
PROGRAM_FILE=${SALPA_BINARY:-}
unset SALPA_BINARY

prepare() {
    [[ -x $PROGRAM_FILE ]] || cannot "SALPA_BINARY names no program"
    local port url parameters created client_id client_secret index
    port=$(free_port)
    url=sqlite:$FOLDER/salpa.db
    if [[ $DATABASE == postgres ]]; then
        make_database
        start_database
        url="postgres://salpa@127.0.0.1:$DATABASE_PORT/postgres?sslmode=disable"
    fi
    cat >"$FOLDER/environment" <<END
SALPA_DATABASE_URL='$url'
SALPA_PUBLIC_URL=http://localhost:$port
SALPA_LISTEN=127.0.0.1:$port
SALPA_SECRET_KEY=$(head --bytes=32 /dev/urandom | base64 --wrap=0)
SALPA_TRUSTED_PROXIES=127.0.0.1/32
SALPA_MAIL_FROM=sign-in@bench.example
SALPA_SMTP_URL=smtp://127.0.0.1:9
SALPA_SMTP_TLS=none
SALPA_CONFIG=$FOLDER/salpa.toml
END
    parameters="Argon2id at the default cost"
    if [[ $COLUMN == equal ]]; then
        printf 'SALPA_PASSWORD_HASH_MEMORY=%s\nSALPA_PASSWORD_HASH_PASSES=%s\n' "$MEMORY" "$PASSES" >>"$FOLDER/environment"
        parameters="Argon2id at $MEMORY KiB and $PASSES passes"
    fi
    load_environment
    "$PROGRAM_FILE" migrate >&2
    created=$("$PROGRAM_FILE" applications create --name Bench --redirect-uri "$REDIRECT_URI" --open-to everybody \
        --grant authorization_code --grant refresh_token --grant client_credentials \
        --scope openid --scope profile --scope email --id-token-algorithm ES256 --policy optional --json)
    client_id=$(member client_id "$created")
    client_secret=$(member client_secret "$created")
    for ((index = 0; index < PEOPLE; index++)); do
        password "$index" | "$PROGRAM_FILE" people create --email "$(email "$index")" --given-name Person --family-name Bench \
            --password-stdin --json >&2
    done
    if [[ $DATABASE == postgres ]]; then
        parameters="$parameters; $(database_version), a server of its own on the same core"
        stop_database
    else
        parameters="$parameters; SQLite inside, synchronous=FULL"
    fi
    facts "Salpa, $DATABASE" "$("$PROGRAM_FILE" --version | awk '{ print $NF }')" \
        "$parameters; access and ID tokens by ES256, refresh tokens count once, history on" \
        "http://localhost:$port" "$client_id" "$client_secret" true
}

# The text of a member of a JSON object.
member() { sed --quiet "s/.*\"$1\": *\"\\([^\"]*\\)\".*/\\1/p" <<<"$2" | head -1; }

load_environment() {
    set -a
    # shellcheck source=/dev/null
    source "$FOLDER/environment"
    set +a
}

start() {
    if [[ $DATABASE == postgres ]]; then start_database; fi
    load_environment
    run_program "$PROGRAM_FILE" serve
}

case $ACTION in
prepare) prepare ;;
start) start ;;
*) cannot "say prepare or start, a column and a folder" ;;
esac
