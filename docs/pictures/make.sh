#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Draws the picture of the README anew: a frame of vitalstestsrc, and below it
# what circadifydec makes visible of its payload.
#
#   docs/pictures/make.sh [BUILD_DIR]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${1:-$here/../../build}
frames='vitalstestsrc num-buffers=30 noise=0 ! video/x-raw,format=I420,width=640,height=480,framerate=30/1'
# shellcheck disable=SC2086
meson devenv -C "$build" -w "$PWD" gst-launch-1.0 -q \
  compositor name=both background=white sink_1::ypos=488 ! videoconvert ! \
  video/x-raw,format=RGB,width=640,height=648 ! pngenc snapshot=true compression-level=9 ! \
  filesink location="$here/patches.png" \
  $frames ! videoconvert ! both.sink_0 \
  $frames ! circadifyenc window-duration=1000000000 min-frames=30 ! circadifydec ! \
  videoconvert ! videoscale ! video/x-raw,width=640,height=160 ! both.sink_1
