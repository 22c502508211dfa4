#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# For a small box without a display: measures a camera again and again, and
# writes one JSON line for each window to a file. Made to be the command of a
# service: quiet, ends well on SIGINT and SIGTERM, fails when the camera does.
#
#   pipelines/headless.sh [--sandbox] SOURCE RESULTS
#
#   SOURCE      rtsp://..., /dev/video0, or "test" for a synthetic face
#   RESULTS     the file that the lines are appended to (made with mode 0600)
#   --sandbox   the service on this machine; else the key is taken from
#               CIRCADIFY_API_KEY, and a live key pays for one scan a window
#
# The environment: VITALS_SCAN_INTERVAL, seconds from the start of one window to
# the next (default 300); VITALS_SCANS, how many (default: no end);
# VITALS_WINDOW_DURATION, nanoseconds of a window (default 24000000000, 24 s).

set -eu
. "$(dirname "$0")/common.sh"

arguments 2 2 "$@"
interval=${VITALS_SCAN_INTERVAL:-300}
scans=${VITALS_SCANS:--1}
whole_number VITALS_SCAN_INTERVAL "$interval" 0 999999999 seconds
[ "$scans" = -1 ] || whole_number VITALS_SCANS "$scans" 1 2147483647 scans
check_window_duration
source=$1
results=$(absolute "$2")
case $source in
  test) set -- vitalstestsrc is-live=true ;;
  rtsp://* | rtsps://*) set -- rtspsrc "location=$source" latency=200 ! application/x-rtp,media=video ;;
  *)
    camera "$source"
    set -- v4l2src "device=$source"
    ;;
esac

need_key
set_up
# -e: a signal becomes an end of stream, so that a paid scan is still answered
with_service gst-launch-1.0 -q -e "$@" ! decodebin ! videoconvert ! \
  circadifysink "results-location=$results" post-progress=false \
  "scan-interval=${interval}000000000" "num-scans=$scans" eos-after-scans=true \
  "window-duration=$window_duration"
