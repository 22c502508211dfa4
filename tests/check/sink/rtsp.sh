#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The real clip from a real RTSP server on this machine, live, encoded as cameras
# do it (no B frames): one reading of all its frames, and the pipeline ends by
# itself. Run by rtsp-camera, which sets RTSP_URL.
set -u
gst-inspect-1.0 --exists x264enc || { printf 'x264enc is not installed: skipped\n'; exit 77; }
export PATH=$(dirname "$VITALS_COMMAND"):$PATH
output=$(timeout 60 vitals sandbox -- gst-launch-1.0 -m rtspsrc location="$RTSP_URL" protocols=tcp latency=200 ! \
  application/x-rtp,media=video ! decodebin ! videoconvert ! circadifysink 2>&1)
status=$?
# rtspsrc may fail to say goodbye to a server that has hung up: not our matter
if [ $status -eq 124 ] || ! grep -q '^Got EOS from element' <<<"$output"; then
  printf '%s\nnot ok: the pipeline did not end by itself\n' "$output"
  exit 1
fi
reading=$(grep 'vitals, backend' <<<"$output")
frames=$(sed -E 's/.*frames=\(uint\)([0-9]+).*/\1/' <<<"$reading")
printf '%s\n' "$reading"
[ "$(wc -l <<<"$reading")" -eq 1 ] || { printf 'not ok: not one reading\n'; exit 1; }
grep -q captured-at <<<"$reading" || { printf 'not ok: not live\n'; exit 1; }
[ "$frames" -eq 301 ] || { printf 'not ok: %s frames\n' "$frames"; exit 1; }
