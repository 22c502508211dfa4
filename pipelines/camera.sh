#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Measures who sits before a camera, window after window until one scan was
# accepted, and ends.
#
#   pipelines/camera.sh [--sandbox] [DEVICE]
#
#   DEVICE      a camera (/dev/video0), or "test" for a synthetic face in place
#               of one; default: the first /dev/video*
#   --sandbox   the service on this machine; else the key is taken from
#               CIRCADIFY_API_KEY, and a live key pays for one scan
#
# The environment: VITALS_WINDOW_DURATION, nanoseconds that are measured (default
# 24000000000, which are 24 s).
# Exit status: 0 with a reading, 3 without, else that of the failed step.

set -eu
. "$(dirname "$0")/common.sh"

arguments 0 1 "$@"
check_window_duration
[ -n "${1-}" ] || set -- /dev/video*
case $1 in
  test) set -- vitalstestsrc is-live=true ;;
  *)
    camera "$1"
    set -- v4l2src "device=$1"
    ;;
esac

need_key
set_up
# decodebin: many cameras give their best rate as JPEG only
measure "$@" ! decodebin ! videoconvert ! circadifysink num-scans=1 \
  eos-after-scans=true "window-duration=$window_duration"
