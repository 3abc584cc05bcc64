#!/usr/bin/env bash
# node-oidc-provider with its storage in memory, as a contender of bin/bench --beside. It comes from the npm registry.
set -euo pipefail
# shellcheck source=bench/beside/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

VERSION=9.13.3
# The implementation of Argon2id, since the library leaves passwords to those who use it.
ARGON2=2.2.1
MODULES=$CACHE/oidc-provider-$VERSION

prepare() {
    command -v npm >/dev/null || cannot "there is no Node on this machine"
    if [[ ! -e $MODULES/installed ]]; then
        mkdir -p "$MODULES"
        printf '{"private":true,"type":"module"}\n' >"$MODULES/package.json"
        npm install --silent --no-audit --no-fund --prefix "$MODULES" "oidc-provider@$VERSION" "@node-rs/argon2@$ARGON2" >&2 ||
            cannot "the npm registry does not give oidc-provider $VERSION"
        touch "$MODULES/installed"
    fi
    local port secret parameters
    port=$(free_port)
    secret=$(head --bytes=24 /dev/urandom | base64 | tr '+/' 'ab')
    cat >"$FOLDER/settings.json" <<END
{"port":$port,"secret":"$secret","redirect_uri":"$REDIRECT_URI","equal":$([[ $COLUMN == equal ]] && echo true || echo false),
 "memory":$MEMORY,"passes":$PASSES,"people":$(people)}
END
    cp "$HERE/oidc-provider.mjs" "$MODULES/server.mjs"
    if [[ $COLUMN == equal ]]; then node "$MODULES/server.mjs" "$FOLDER/settings.json" hash; fi
    parameters="as it is shipped: storage in memory, no password hash, RS256, opaque access tokens, refresh tokens that count again and again"
    if [[ $COLUMN == equal ]]; then
        parameters="storage in memory, Argon2id at $MEMORY KiB and $PASSES passes by @node-rs/argon2 $ARGON2, access and ID tokens by ES256, refresh tokens count once, no history"
    fi
    facts node-oidc-provider "$VERSION" "$parameters; Node $(node --version)" \
        "http://localhost:$port" bench "$secret" "$([[ $COLUMN == equal ]] && echo true || echo false)"
}

start() {
    run_program node "$MODULES/server.mjs" "$FOLDER/settings.json"
}

case $ACTION in
prepare) prepare ;;
start) start ;;
*) cannot "say prepare or start, a column and a folder" ;;
esac
