#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Runs the launch lines of a page, so that what the documents say works.
#
#   launch-lines.sh PAGE...
#
# Every line of a block that begins with ```sh is one command; blocks that begin
# with ```console are not run. Stand-ins replace what a test has not: cameras by
# a live synthetic face, windows on the screen by fakesink, face.mp4 and face.ckt
# by files of a synthetic face, rtsp://camera.local by a server on this machine,
# the service by the sandbox. Windows are short.
set -u

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bin=$(dirname "$VITALS_COMMAND")
export PATH=$bin:$PATH

make_files () {
  gst-launch-1.0 -q vitalstestsrc num-buffers=180 ! video/x-raw,width=320,height=240 ! \
    jpegenc ! avimux ! filesink location="$work/face.mp4" &&
    gst-launch-1.0 -q vitalstestsrc num-buffers=180 ! video/x-raw,width=320,height=240 ! \
      circadifyenc window-duration=3000000000 min-frames=30 ! filesink location="$work/face.ckt"
}

# The line with stand-ins.
adapt () {
  sed -E \
    -e 's/v4l2src( device=[^ ]+)?/vitalstestsrc is-live=true/g' \
    -e 's/\bautovideosink\b/fakesink/g' \
    -e "s|rtsp://camera.local/stream|${RTSP_URL-}|g" \
    -e 's/ scan-interval=[0-9]+/ num-scans=1 eos-after-scans=true/' \
    -e 's/\b(circadifysink|circadifyenc)\b/\1 window-duration=3000000000 min-frames=30/g' <<<"$1"
}

run_line () {
  local line
  line=$(adapt "$1")
  if [[ $line =~ circadifysink|vitallenssink && $line != *'vitals sandbox'* ]]; then
    (cd "$work" && timeout 60 vitals sandbox -- bash -o pipefail -c "$line") >"$work/output" 2>&1 </dev/null
  else
    (cd "$work" && timeout 60 bash -o pipefail -c "$line") >"$work/output" 2>&1 </dev/null
  fi
}

# rtspsrc posts an error when the server hangs up while the pipeline stops, which
# is a race of the two and says nothing about the line.
only_stopping_failed () {
  [[ $1 == *camera.local* ]] &&
    awk '/^ERROR/ { exit } /^Got EOS from element/ { ended = 1; exit }
      END { exit !ended }' "$work/output" && grep -q '^Freeing pipeline' "$work/output"
}

# With what a page promises: a line with a sink gives a reading.
check_line () {
  printf 'running: %s\n' "$1"
  if [[ $1 == *camera.local* && -z ${RTSP_URL-} ]]; then
    printf 'skipped: gst-rtsp-server is not installed\n'
    return 0
  fi
  if ! run_line "$1" && ! only_stopping_failed "$1"; then
    cat "$work/output"
    printf 'not ok: this line failed\n'
    return 1
  fi
  if [[ $1 == *'-m '* && $1 =~ circadifysink|vitallenssink ]] && ! grep -q 'vitals, ' "$work/output"; then
    cat "$work/output"
    printf 'not ok: this line gave no reading\n'
    return 1
  fi
}

make_files || { printf 'not ok: the stand-ins cannot be made\n'; exit 1; }
lines=0
failed=0
while IFS= read -r line; do
  lines=$((lines + 1))
  check_line "$line" || failed=$((failed + 1))
done < <(awk '/^```sh$/ { inside = 1; next } /^```/ { inside = 0 } inside && NF' "$@")

printf '%d lines, %d failed\n' $lines $failed
[ $lines -gt 0 ] && [ $failed -eq 0 ]
