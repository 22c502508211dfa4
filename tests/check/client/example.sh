#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The example of docs/client.md does what the page says, against the sandbox.
#   example.sh VITALS-COMMAND EXAMPLE-PROGRAM
set -eu
vitals=$1
example=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf 'a payload' >"$work/payload"

"$vitals" sandbox -- "$example" "$work/payload" >"$work/out" 2>"$work/err" || {
  cat "$work/out" "$work/err"
  exit 1
}
cat "$work/out"
grep -q '^heart-rate: [0-9.]* bpm$' "$work/out"
grep -q '^synthetic: ' "$work/out"

# without a key it says so, and fails
status=0
env -u CIRCADIFY_API_KEY "$example" "$work/payload" 2>"$work/err" || status=$?
[ "$status" -eq 1 ]
grep '^MISSING_API_KEY: ' "$work/err"
