#!/usr/bin/env bash
# Keycloak from Maven Central, for the stories of another implementation (bin/test keycloak) and the comparison
# (bin/bench --beside). Sourced, never run.
# shellcheck shell=bash

KEYCLOAK_VERSION=26.7.3

# keycloak_java: the folder of the newest JDK that Keycloak starts with.
keycloak_java() {
    local folder release newest=
    for folder in "${JAVA_HOME:-/nowhere}" /usr/lib/jvm/*; do
        release=$(sed --quiet 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$folder/release" 2>/dev/null || true)
        if ((${release:-0} >= 21)); then newest=$folder; fi
    done
    if [[ -z $newest ]]; then
        printf 'There is no JDK of 21 or later on this machine.\n' >&2
        return 1
    fi
    printf '%s' "$newest"
}

# fetch_keycloak FOLDER: its distribution, unpacked there as `keycloak-VERSION`.
fetch_keycloak() {
    local artifact=keycloak-quarkus-dist
    if ! command -v mvn >/dev/null; then
        printf 'There is no Maven to get Keycloak by.\n' >&2
        return 1
    fi
    mkdir -p "$1"
    mvn --quiet --batch-mode dependency:copy "-Dartifact=org.keycloak:$artifact:$KEYCLOAK_VERSION:zip" \
        "-DoutputDirectory=$1" >&2
    rm -rf "$1/keycloak-$KEYCLOAK_VERSION"
    python3 -m zipfile -e "$1/$artifact-$KEYCLOAK_VERSION.zip" "$1"
    rm "$1/$artifact-$KEYCLOAK_VERSION.zip"
}
