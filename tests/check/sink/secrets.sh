#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A whole measurement with everything switched on that GStreamer can show of
# itself: logs of every level, dumps of the pipeline, properties, the list of
# processes. The key and the upload address are in none of it.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PATH=$(dirname "$VITALS_COMMAND"):$PATH

# the key comes from the environment that the sandbox sets
vitals sandbox -- env GST_DEBUG='*:9' GST_DEBUG_FILE="$work/log" GST_DEBUG_DUMP_DOT_DIR="$work" \
  G_MESSAGES_DEBUG=all bash -c '
    printf "%s\n" "$CIRCADIFY_API_KEY" >"$1/key"
    gst-launch-1.0 -v -m vitalstestsrc num-buffers=60 ! video/x-raw,width=64,height=64 ! circadifysink window-duration=1000000000 min-frames=10 >"$1/output" 2>&1 &
    while kill -0 $! 2>/dev/null; do ps axww -o args >>"$1/processes"; done
    wait $!' sh "$work" || { printf 'not ok: the pipeline failed\n'; tail -5 "$work/output"; exit 1; }

grep -q 'vitals, backend' "$work/output" || { printf 'not ok: no reading\n'; exit 1; }
ls "$work"/*.dot >/dev/null || { printf 'not ok: no .dot dump\n'; exit 1; }
[ "$(wc -l <"$work/log")" -gt 1000 ] || { printf 'not ok: no log\n'; exit 1; }
key=$(cat "$work/key")
rm "$work/key"
[ ${#key} -gt 8 ] || { printf 'not ok: no key to look for\n'; exit 1; }
# /upload/ and a token is what an upload address of the sandbox looks like
for secret in "$key" '/upload/[0-9A-Za-z]'; do
  if grep -rlE -- "$secret" "$work"; then
    printf 'not ok: a secret is in the files above\n'
    grep -rhoE -m 3 -- ".{0,60}$secret.{0,20}" "$work" | head -5
    exit 1
  fi
done
printf 'no secret in %s lines of log, %s dumps\n' "$(wc -l <"$work/log")" "$(ls "$work"/*.dot | wc -l)"
