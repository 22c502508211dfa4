#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Measures the picture of an RTSP camera, window after window until one scan was
# accepted, and ends.
#
#   pipelines/rtsp.sh [--sandbox] URL [ROI]
#
#   URL         rtsp://... ; with a password in it, other users of this machine
#               can read it in the list of processes
#   ROI         where the face is: x,y,width,height in pixels
#   --sandbox   the service on this machine; else the key is taken from
#               CIRCADIFY_API_KEY, and a live key pays for one scan
#
# The environment: VITALS_WINDOW_DURATION, nanoseconds that are measured (default
# 24000000000, which are 24 s).
# Exit status: 0 with a reading, 3 without, else that of the failed step.

set -eu
. "$(dirname "$0")/common.sh"

arguments 1 2 "$@"
check_window_duration
url=$1
roi=${2-}

need_key
set_up
measure rtspsrc "location=$url" latency=200 ! application/x-rtp,media=video ! \
  decodebin ! videoconvert ! circadifysink num-scans=1 eos-after-scans=true \
  "window-duration=$window_duration" ${roi:+"roi=$roi"}
