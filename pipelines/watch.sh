#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Runs gst-launch-1.0 on a pipeline and shows its vitals messages for a person.
#
#   pipelines/watch.sh PIPELINE...
#
# Exit status: 0 with a reading, when the stream came to its end; else that of
# gst-launch-1.0; 3 when that ended well but without a reading.

set -u
case "${1-}" in
  -h | --help)
    sed -n '3,/^$/s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
esac
here=$(dirname "$0")
terminal=0
[ -t 1 ] && terminal=1

# mawk waits for a full buffer unless it is told not to.
at_once=()
awk -W version 2>&1 </dev/null | grep -q ^mawk && at_once=(-W interactive)

# -e: an interrupt becomes an end of stream, and the open window is not lost.
gst-launch-1.0 -e -m "$@" 2>&1 |
  LC_ALL=C awk ${at_once[@]+"${at_once[@]}"} -v terminal=$terminal -f "$here/messages.awk"
status=("${PIPESTATUS[@]}")
[ "${status[1]}" -eq 0 ] && exit 0
[ "${status[0]}" -eq 0 ] || exit "${status[0]}"
exit "${status[1]}"
