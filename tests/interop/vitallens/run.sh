#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Installs the vendor's own JavaScript client into a folder of the build and
# runs it against the sandbox. Skipped where npm, Node 20 or the package index
# is not there.
#
# usage: run.sh VITALS FOLDER

vitals=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
folder=$2
here=$(cd "$(dirname "$0")" && pwd)

skip () {
  echo "$1: skipped"
  exit 77
}

command -v npm > /dev/null || skip "npm is not installed"
major=$(node --version 2> /dev/null | sed -n 's/^v\([0-9]*\).*/\1/p')
[ "${major:-0}" -ge 20 ] || skip "Node 20 is not installed"

mkdir -p "$folder" && cp "$here/package.json" "$here/client.mjs" "$folder"
cd "$folder" || exit 1
if ! [ -d node_modules/vitallens ] || ! [ -d node_modules/vitallens-core ]; then
  npm install --fetch-retries=0 --fetch-timeout=20000 --ignore-scripts --no-audit --no-fund > npm.log 2>&1 ||
    skip "the package index was not reached ($folder/npm.log)"
fi

client="node --experimental-wasm-modules client.mjs"
set -e
"$vitals" sandbox -- $client

set -- --fault model#1:status=403
for route in file stream; do
  set -- "$@" --fault "$route#1:status=403" --fault "$route#2:status=429" \
    --fault "$route#3:status=400" --fault "$route#4:status=422" \
    --fault "$route#5:status=500" --fault "$route#6:status=504" \
    --fault "$route#7:body={\"message\":\"fine\"}" \
    --fault "$route#8:truncate=20" --fault "$route#9-:reset"
done
"$vitals" sandbox "$@" -- $client faults
