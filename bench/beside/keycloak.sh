#!/usr/bin/env bash
# Keycloak on PostgreSQL, as a contender of bin/bench --beside. Its distribution comes from Maven Central, and needs a
# JDK of 21 or later.
set -euo pipefail
# shellcheck source=bench/beside/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# shellcheck source=bin/lib/keycloak.sh
source "$HERE/../../bin/lib/keycloak.sh"

DISTRIBUTION=$CACHE/keycloak-$KEYCLOAK_VERSION

keycloak() {
    JAVA_HOME=$(keycloak_java) bash "$DISTRIBUTION/bin/kc.sh" "$@"
}

install_keycloak() {
    [[ -e $DISTRIBUTION/built ]] && return
    fetch_keycloak "$CACHE" || cannot "Maven Central does not give Keycloak $KEYCLOAK_VERSION"
    keycloak build --db=postgres >&2
    touch "$DISTRIBUTION/built"
}

# The realm, with what the column wants.
realm() {
    local client=bench secret=$1 wanted='' signed='' index comma=
    if [[ $COLUMN == equal ]]; then
        wanted="\"defaultSignatureAlgorithm\":\"ES256\",\"revokeRefreshToken\":true,\"refreshTokenMaxReuse\":0,
            \"eventsEnabled\":true,\"passwordPolicy\":\"hashAlgorithm(argon2) and hashIterations($PASSES)\","
        signed='"access.token.signed.response.alg":"ES256","id.token.signed.response.alg":"ES256"'
    fi
    cat <<END
{"realm":"bench","enabled":true,"sslRequired":"none",$wanted
 "clients":[{"clientId":"$client","secret":"$secret","enabled":true,"protocol":"openid-connect","publicClient":false,
   "standardFlowEnabled":true,"serviceAccountsEnabled":true,"redirectUris":["$REDIRECT_URI"],"attributes":{$signed}}],
 "users":[
END
    for ((index = 0; index < PEOPLE; index++)); do
        printf '%s{"username":"%s","email":"%s","emailVerified":true,"enabled":true,"firstName":"Person","lastName":"Bench","credentials":[{"type":"password","value":"%s"}]}\n' \
            "$comma" "$(email "$index")" "$(email "$index")" "$(password "$index")"
        comma=,
    done
    printf ']}\n'
}

options() {
    printf '%s\n' --optimized "--db-url=jdbc:postgresql://127.0.0.1:$DATABASE_PORT/postgres" --db-username=salpa \
        --db-password=none --http-enabled=true --http-host=127.0.0.1 "--http-port=$(cat "$FOLDER/port")" \
        "--hostname=http://localhost:$(cat "$FOLDER/port")" --cache=local
    if [[ $COLUMN == equal ]]; then
        printf '%s\n' "--spi-password-hashing--argon2--memory=$MEMORY" "--spi-password-hashing--argon2--iterations=$PASSES" \
            --spi-password-hashing--argon2--parallelism=1
    fi
}

prepare() {
    keycloak_java >/dev/null || cannot "there is no JDK of 21 or later on this machine"
    install_keycloak
    free_port >"$FOLDER/port"
    make_database
    start_database
    local secret arguments parameters
    secret=$(head --bytes=24 /dev/urandom | base64 | tr '+/' 'ab')
    realm "$secret" >"$FOLDER/realm.json"
    mapfile -t arguments < <(options)
    keycloak import --file "$FOLDER/realm.json" "${arguments[@]}" >&2 || cannot "Keycloak does not take the realm"
    stop_database
    parameters="as it is shipped: Argon2id at its own cost, RS256, refresh tokens count again and again, no events"
    if [[ $COLUMN == equal ]]; then
        parameters="Argon2id at $MEMORY KiB and $PASSES passes, ES256, refresh tokens count once, events on"
    fi
    facts Keycloak "$KEYCLOAK_VERSION" \
        "$parameters; $(database_version) on the same core; Java $(sed --quiet 's/^JAVA_VERSION=.\([0-9.]*\).*/\1/p' "$(keycloak_java)/release")" \
        "http://localhost:$(cat "$FOLDER/port")/realms/bench" bench "$secret" "$([[ $COLUMN == equal ]] && echo true || echo false)"
}

start() {
    start_database
    local arguments
    mapfile -t arguments < <(options)
    export JAVA_HOME
    JAVA_HOME=$(keycloak_java)
    run_program bash "$DISTRIBUTION/bin/kc.sh" start "${arguments[@]}"
}

case $ACTION in
prepare) prepare ;;
start) start ;;
*) cannot "say prepare or start, a column and a folder" ;;
esac
