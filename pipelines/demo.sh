#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Sets up what is missing, builds, and measures INPUT through circadifysink
# against the sandbox on this machine: nothing leaves it, no account is needed.
#
#   pipelines/demo.sh [INPUT]
#
#   INPUT   a video file, a camera (/dev/video0) or an rtsp:// address;
#           default: a synthetic face, 24 s of it
#
# The readings are measured in INPUT, by the sandbox: heart rate, and breathing
# and variability where they can be trusted (the synthetic face beats evenly: it
# has none). A window without a pulse gets the reason, not a number.
# Exit status: 0 with a reading, 3 without, else that of the failed step.

set -eu
. "$(dirname "$0")/common.sh"
sandbox=yes

arguments 0 1 "$@"
case "${1-}" in
  '')
    what='a synthetic face'
    set -- vitalstestsrc num-buffers=720 ! video/x-raw,width=640,height=480,framerate=30/1
    ;;
  rtsp://* | rtsps://*)
    what='the camera on the network'
    set -- rtspsrc "location=$1" latency=200 ! application/x-rtp,media=video ! decodebin ! videoconvert
    ;;
  /dev/*)
    what="the camera $1"
    camera "$1"
    set -- v4l2src "device=$1" ! decodebin ! videoconvert
    ;;
  *)
    what=$1
    file=$(readable "$1")
    set -- filesrc "location=$file" ! decodebin ! videoconvert
    ;;
esac

set_up
printf 'Measuring %s against the sandbox on this machine.\n' "$what"
measure "$@" ! circadifysink num-scans=1 eos-after-scans=true
