#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Shows INPUT with the box that facetracker holds, and the four patches that are
# taken of it, drawn over it: the box in white, the patches in green.
#
#   pipelines/show-face.sh [--picture FILE.png] [INPUT]
#
#   --picture   writes one picture and ends, in place of a window on the screen
#   INPUT       a video file, a camera (/dev/video0) or an rtsp:// address;
#               default: a synthetic face
#
# VITALS_VIDEO_SINK names the element that shows it; default: autovideosink.
# Needs python3-gi and the introspection of the library.
# Exit status: 0 when a face was found, 3 when there was none.

set -eu
own_option=--picture
. "$(dirname "$0")/common.sh"

arguments 0 1 "$@"
picture=
[ -z "$own_value" ] || picture=$(absolute "$own_value")
case "${1-}" in
  '')
    # a window stays until somebody closes it
    frames=-1
    [ -z "$picture" ] || frames=1
    set -- vitalstestsrc face-meta=false num-buffers=$frames ! video/x-raw,width=320,height=240,framerate=30/1
    ;;
  rtsp://* | rtsps://*)
    set -- rtspsrc "location=$1" latency=200 ! application/x-rtp,media=video ! decodebin
    ;;
  /dev/*)
    camera "$1"
    set -- v4l2src "device=$1" ! decodebin
    ;;
  *)
    file=$(readable "$1")
    [ -z "$picture" ] || ! [ "$picture" -ef "$file" ] ||
      misuse "--picture: would overwrite $1"
    set -- filesrc "location=$file" ! decodebin
    ;;
esac
set_up
# a picture has no use for it
if [ -z "$picture" ] && [ -n "${VITALS_VIDEO_SINK-}" ]; then
  # properties may follow the name
  in_build gst-inspect-1.0 --exists "${VITALS_VIDEO_SINK%% *}" ||
    misuse "VITALS_VIDEO_SINK=$VITALS_VIDEO_SINK: must name an element that shows video"
fi
# the system's own Python has the system's modules
python=python3
"$python" -c 'import gi' 2>/dev/null || python=/usr/bin/python3
status=0
in_build "$python" "$top/pipelines/show-face.py" "$picture" "$@" || status=$?
case $status in
  # a segmentation fault, as a shell and as meson count it
  139 | 245) fail 'it crashed, as GStreamer does where there is no display: use --picture FILE, or set VITALS_VIDEO_SINK' ;;
esac
exit $status
