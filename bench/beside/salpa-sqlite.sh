#!/usr/bin/env bash
# Salpa on SQLite, as a contender of bin/bench --beside.
set -euo pipefail
DATABASE=sqlite
# shellcheck source=bench/beside/salpa.sh
source "$(dirname "${BASH_SOURCE[0]}")/salpa.sh"
