#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# For many recordings: packs each into a payload in FOLDER, then sends them all,
# some at a time. What is done is not done again when the command is given again.
#
#   pipelines/many-files.sh [--sandbox] FOLDER INPUT...
#
#   FOLDER      where the payloads (NAME.ckt) and the state of the work are kept;
#               remove one of a recording that has changed
#   INPUT       any video that GStreamer can decode, or a folder: then what ends
#               in avi, m4v, mkv, mov, mp4, mpg, ogv, ts, webm or wmv there
#   --sandbox   the service on this machine; else the key is taken from
#               CIRCADIFY_API_KEY, and a live key pays for one scan a window
#
# The environment: VITALS_JOBS, how many are sent at a time (default 4).
#
# Prints one JSON line a payload. Exit status: 0 when all have a reading.

set -eu
. "$(dirname "$0")/common.sh"

[ $# -ge 2 ] || { usage >&2; exit 2; }
jobs=${VITALS_JOBS:-4}
whole_number VITALS_JOBS "$jobs" 1 64 'scans at a time'
mkdir -p "$1"
folder=$(absolute "$1")
shift

# in place of a folder its videos
left=$#
while [ "$left" -gt 0 ]; do
  input=$1
  shift
  left=$((left - 1))
  if [ -d "$input" ]; then
    for video in "$input"/*; do
      case $video in
        *.avi | *.m4v | *.mkv | *.mov | *.mp4 | *.mpg | *.ogv | *.ts | *.webm | *.wmv)
          set -- "$@" "$video"
          ;;
      esac
    done
  else
    readable "$input" >/dev/null
    set -- "$@" "$input"
  fi
done
[ $# -gt 0 ] || fail 'no video in these folders'

# two of one name would be one payload
names=
for video in "$@"; do
  file=$(basename "$video")
  case $names in
    */"$file"/*) fail "two recordings are called $file: give each a name of its own, or another FOLDER" ;;
  esac
  names=$names/$file/
done

need_key
set_up
failed=0
for video in "$@"; do
  file=$(absolute "$video")
  payload=$folder/$(basename "$video").ckt
  [ -s "$payload" ] && continue
  printf 'packing %s\n' "$video" >&2
  # under another name until it is whole; packing needs no key and no service
  in_build gst-launch-1.0 -q filesrc "location=$file" ! decodebin ! \
    videoconvert ! circadifyenc ! filesink "location=$payload.part" >&2 &&
    [ -s "$payload.part" ] && mv "$payload.part" "$payload" || {
    printf '%s: %s gave no window\n' "$name" "$video" >&2
    rm -f "$payload.part"
    failed=1
  }
done

set -- "$folder"/*.ckt
[ -e "$1" ] || fail 'nothing to send'
with_service vitals scan --json --jobs "$jobs" --state "$folder/state" "$@" ||
  failed=1
exit $failed
