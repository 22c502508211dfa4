#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Measures a recording, window after window, to its end.
#
#   pipelines/file.sh [--sandbox] FILE [SECONDS]
#
#   FILE        any video that GStreamer can decode
#   SECONDS     length of a window, default 24
#   --sandbox   the service on this machine; else the key is taken from
#               CIRCADIFY_API_KEY, and a live key pays for one scan a window
#
# Exit status: 0 with a reading, 3 without, else that of the failed step.

set -eu
. "$(dirname "$0")/common.sh"

arguments 1 2 "$@"
file=$(readable "$1")
seconds=${2-24}
case $seconds in
  '' | 0* | *[!0-9]* | ??????????*) fail "$seconds: the length of a window in whole seconds" 2 ;;
esac

need_key
set_up
measure filesrc "location=$file" ! decodebin ! videoconvert ! \
  circadifysink "window-duration=${seconds}000000000" min-frames=60
