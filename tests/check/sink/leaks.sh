#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# GStreamer's own leak tracer finds nothing alive after a measurement, a payload
# file written, shown and sent, a local measurement, and one of the other service.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PATH=$(dirname "$VITALS_COMMAND"):$PATH
export GST_TRACERS=leaks GST_DEBUG=GST_TRACER:7 GST_DEBUG_NO_COLOR=1
source='vitalstestsrc num-buffers=60 ! video/x-raw,width=64,height=64'
window='window-duration=1000000000 min-frames=10'

# The network thread may still be letting go of the sink when GStreamer looks, for
# it is never waited for: what is alive after each of eight runs is a leak.
check () {
  local try
  for try in 1 2 3 4 5 6 7 8; do
    if ! timeout 60 "$@" >"$work/output" 2>&1; then
      tail -5 "$work/output"
      printf 'not ok: failed: %s\n' "$*"
      exit 1
    fi
    if ! grep -E ' object-alive, type-name=\(string\)Gst' "$work/output" >"$work/alive"; then
      printf 'nothing alive (run %s) after: %s\n' "$try" "$*"
      return
    fi
  done
  cat "$work/alive"
  printf 'not ok: the objects above are alive after: %s\n' "$*"
  exit 1
}

check vitals sandbox -- gst-launch-1.0 $source ! circadifysink $window
check gst-launch-1.0 $source ! circadifyenc $window ! filesink location="$work/face.ckt"
check gst-launch-1.0 filesrc location="$work/face.ckt" ! circadifydec ! fakesink
check vitals sandbox -- gst-launch-1.0 filesrc location="$work/face.ckt" ! circadifysink
check gst-launch-1.0 $source ! rppg ! fakesink
check vitals sandbox -- gst-launch-1.0 $source ! vitallenssink
