#!/usr/bin/env bash
# Makes static/vendor anew: JavaScript libraries, each as one module that browsers load without a bundler.
#
#   bin/lib/vendor.sh           fetches the versions below from the npm registry and writes the files
#   bin/lib/vendor.sh --check   writes nothing, and fails where a file differs from what would be written
#
# A new version: change it here, run the script, read what changed in the file, and write the new checksum into
# static/vendor/README.md (a test compares them).
set -euo pipefail

CURVES=1.9.7
HASHES=1.8.0
JSQR=1.4.0
ESBUILD=0.28.2

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >package.json <<END
{ "private": true, "dependencies": {
  "@noble/curves": "$CURVES", "@noble/hashes": "$HASHES", "jsqr": "$JSQR", "esbuild": "$ESBUILD" } }
END
npm install --silent --no-audit --no-fund

cat >noble-p256.entry.js <<'END'
export { mapHashToField } from '@noble/curves/abstract/modular.js';
export { p256 } from '@noble/curves/nist.js';
END
{
    echo "// P-256 of noble-curves $CURVES with noble-hashes $HASHES (github.com/paulmillr/noble-curves)."
    echo "// Longer than 500 lines because it is a library, made of its modules by bin/lib/vendor.sh and otherwise unchanged."
    echo "//"
    sed 's|^|// |; s| *$||' node_modules/@noble/curves/LICENSE
    echo
    npx esbuild noble-p256.entry.js --bundle --format=esm --legal-comments=none
} >noble-p256.js

# Its tables are most of it, so it is made smaller.
echo "export { default } from 'jsqr';" >jsqr.entry.js
{
    echo "// jsQR $JSQR (github.com/cozmo/jsQR), Apache License 2.0: the text is in LICENSE of this project."
    echo "// Made smaller by bin/lib/vendor.sh and otherwise unchanged."
    echo
    npx esbuild jsqr.entry.js --bundle --format=esm --minify --legal-comments=none
} >jsqr.js

for file in noble-p256.js jsqr.js; do
    if [[ ${1:-} == --check ]]; then
        cmp "$file" "$root/static/vendor/$file"
    else
        install -m 644 "$file" "$root/static/vendor/$file"
        sha256sum "$root/static/vendor/$file"
    fi
done
