# Shared by every command of bin/. Sourced, never run: it moves to the project's folder and sets where builds go.
# shellcheck shell=bash

PROJECT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$PROJECT" || exit

CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/salpa
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$CACHE/target}

say() { printf '%s\n' "$*"; }

stop() {
    printf '%s\n' "$*" >&2
    exit 1
}

# Temporary files go to memory where there is room for them: stories make thousands, and throw them away.
keep_temporary_files_in_memory() {
    [[ -z ${TMPDIR:-} && -w /dev/shm ]] || return 0
    local free
    free=$(df --output=avail --block-size=1G /dev/shm 2>/dev/null | tail -1)
    if ((free >= 8)); then export TMPDIR=/dev/shm; fi
}

# Prints the comment at the top of the command: its help.
help_of() { awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "$1"; }

as_root() {
    if [[ $(id -u) == 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        stop "This needs root, and there is no sudo here. As root: $*"
    fi
}

# install_missing PACKAGE…: those of Debian's packages that are not there yet.
install_missing() {
    local package missing=()
    for package; do
        [[ $(dpkg-query --show --showformat='${db:Status-Abbrev}' "$package" 2>/dev/null) == ii* ]] || missing+=("$package")
    done
    [[ ${#missing[@]} -gt 0 ]] || return 0
    command -v apt-get >/dev/null || stop "Install these first (this is not a Debian): ${missing[*]}"
    say "Installing Debian's ${missing[*]}"
    as_root apt-get update --quiet=2
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends \
        -o Dpkg::Use-Pty=0 "${missing[@]}" >/dev/null
}

need_rust() {
    command -v cargo >/dev/null || stop "There is no cargo here. Install Rust with rustup (https://rustup.rs), then say this again."
    command -v cc >/dev/null || install_missing gcc libc6-dev
    command -v make >/dev/null || install_missing make
}

need_rust_tools() {
    need_rust
    cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt
    cargo clippy --version >/dev/null 2>&1 || rustup component add clippy
}

# A mail server that is not ours, for the story of one.
need_mail_server() {
    [[ -n ${SALPA_TEST_MAIL_SERVER:-} ]] && return
    install_missing python3-aiosmtpd
    export SALPA_TEST_MAIL_SERVER=/usr/bin/aiosmtpd
}

need_node() {
    command -v npm >/dev/null || stop "There is no Node here. Install Node 20 or later, then say this again."
    local version
    version=$(node --print 'process.versions.node.split(".")[0]')
    ((version >= 20)) || stop "Node $version is too old: the browser tests need 20 or later."
}

need_chromium() {
    [[ -n ${CHROMIUM:-} ]] && return
    local name
    for name in chromium chromium-browser google-chrome; do
        if command -v "$name" >/dev/null; then return; fi
    done
    install_missing chromium fonts-liberation
}

# cargo_build ARGUMENTS…: `cargo build`. A terminal shows cargo's own bar; elsewhere a line every ten seconds tells how
# far it is, for the first build takes minutes.
cargo_build() {
    if [[ -t 2 ]]; then
        cargo build --locked "$@"
        return
    fi
    local line built=0 told=$SECONDS began=$SECONDS all
    all=$(cargo tree --locked --edges normal,build --prefix none | sed 's/ (\*)$//' | sort --unique | wc -l)
    cargo build --locked "$@" 2>&1 | while IFS= read -r line; do
        if [[ $line != *" Compiling "* ]]; then
            printf '%s\n' "$line"
            continue
        fi
        built=$((built + 1))
        if [[ $line == *" salpa v"* ]]; then
            say "    Building Salpa itself, which takes the longest ($((SECONDS - began)) s so far)"
        elif ((SECONDS - told >= 10)); then
            told=$SECONDS
            say "    Built $built of at most $all packages ($((SECONDS - began)) s so far)"
        fi
    done
}
