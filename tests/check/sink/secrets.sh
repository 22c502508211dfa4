#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A whole measurement of each service with everything switched on that GStreamer
# can show of itself: logs of every level, dumps of the pipeline, properties, the
# list of processes. The key and the upload address are in none of it.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PATH=$(dirname "$VITALS_COMMAND"):$PATH

# measure FOLDER KEY_VARIABLE SINK...: the key comes from the environment that the
# sandbox sets
measure () {
  local folder=$1 variable=$2
  shift 2
  mkdir "$folder"
  vitals sandbox -- env GST_DEBUG='*:9' GST_DEBUG_FILE="$folder/log" GST_DEBUG_DUMP_DOT_DIR="$folder" \
    G_MESSAGES_DEBUG=all bash -c '
      printf "%s\n" "${!2}" >"$1/key"
      gst-launch-1.0 -v -m vitalstestsrc num-buffers=60 ! video/x-raw,width=64,height=64 ! "${@:3}" >"$1/output" 2>&1 &
      while kill -0 $! 2>/dev/null; do ps axww -o args >>"$1/processes"; done
      wait $!' sh "$folder" "$variable" "$@" ||
    { printf 'not ok: the pipeline failed\n'; tail -5 "$folder/output"; exit 1; }
}

# check FOLDER: no secret in what was shown
check () {
  local folder=$1 key secret
  grep -q 'vitals, backend' "$folder/output" || { printf 'not ok: no reading\n'; exit 1; }
  ls "$folder"/*.dot >/dev/null || { printf 'not ok: no .dot dump\n'; exit 1; }
  [ "$(wc -l <"$folder/log")" -gt 1000 ] || { printf 'not ok: no log\n'; exit 1; }
  key=$(cat "$folder/key")
  rm "$folder/key"
  [ ${#key} -gt 8 ] || { printf 'not ok: no key to look for\n'; exit 1; }
  # /upload/ and a UUID is what an upload address of the sandbox looks like
  for secret in "$key" '/upload/[0-9a-f]{8}-'; do
    if grep -rlE -- "$secret" "$folder"; then
      printf 'not ok: a secret is in the files above\n'
      grep -rhoE -m 3 -- ".{0,60}$secret.{0,20}" "$folder" | head -5
      exit 1
    fi
  done
  printf 'no secret in %s lines of log, %s dumps\n' "$(wc -l <"$folder/log")" "$(ls "$folder"/*.dot | wc -l)"
}

measure "$work/circadify" CIRCADIFY_API_KEY circadifysink window-duration=1000000000 min-frames=10
check "$work/circadify"
measure "$work/vitallens" VITALLENS_API_KEY vitallenssink
check "$work/vitallens"
