#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Runs a script of pipelines/ with a stand-in for its hardware and looks at what
# it printed.
#
#   pipelines.sh TEST         with the environment of the other tests
set -u

top=$(cd "$(dirname "$0")/../../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# any folder will do
cd "$work" || exit 1
unset CIRCADIFY_API_KEY CIRCADIFY_BASE_URL

skip () {
  printf 'skipped: %s\n' "$1"
  exit 77
}

fail () {
  printf 'not ok: %s; it printed:\n' "$1"
  cat output
  exit 1
}

# expect_status N COMMAND...
expect_status () {
  local wanted=$1 status
  shift
  timeout 120 "$@" >output 2>&1 </dev/null
  status=$?
  [ $status -eq "$wanted" ] || fail "$1 ended with $status, not $wanted"
}

expect () {
  grep -Eq -- "$1" output || fail "no line like: $1"
}

face_video () {
  face=${VITALS_TEST_DATA-}/face.mp4
  [ -r "$face" ] || skip "no face.mp4 in VITALS_TEST_DATA"
}

demo_measures_a_synthetic_face () {
  expect_status 0 "$top/pipelines/demo.sh"
  expect 'heart [0-9.]+ bpm.*\(720 frames\)  SYNTHETIC'
}

demo_measures_a_video_file () {
  face_video
  expect_status 0 "$top/pipelines/demo.sh" "$face"
  expect 'heart [0-9.]+ bpm.*\(301 frames\)  SYNTHETIC'
}

demo_says_which_file_is_missing () {
  expect_status 1 "$top/pipelines/demo.sh" nowhere.mp4
  expect 'nowhere.mp4: no such file'
}

camera_measures_once () {
  VITALS_WINDOW_DURATION=6000000000 \
    expect_status 0 "$top/pipelines/camera.sh" --sandbox test
  expect 'heart [0-9.]+ bpm.*\(180 frames\)  SYNTHETIC'
}

camera_without_a_key_says_what_to_do () {
  expect_status 2 "$top/pipelines/camera.sh" test
  expect 'set CIRCADIFY_API_KEY'
}

rtsp_measures_a_camera_on_the_network () {
  [ -n "${RTSP_CAMERA-}" ] || skip 'gst-rtsp-server is not installed'
  VITALS_WINDOW_DURATION=6000000000 expect_status 0 "$RTSP_CAMERA" \
    '( vitalstestsrc is-live=true ! video/x-raw,format=I420,width=320,height=240,framerate=30/1 ! jpegenc ! rtpjpegpay name=pay0 )' \
    sh -c "'$top/pipelines/rtsp.sh' --sandbox \"\$RTSP_URL\""
  expect 'heart [0-9.]+ bpm'
}

file_measures_window_after_window () {
  face_video
  expect_status 0 "$top/pipelines/file.sh" --sandbox "$face" 3
  [ "$(grep -c 'bpm.*(90 frames)' output)" -eq 3 ] || fail 'not three windows'
  expect 'window 3: dropped, too-few-frames \(31 frames\)'
}

headless_writes_a_line_a_window () {
  VITALS_WINDOW_DURATION=6000000000 VITALS_SCANS=1 \
    expect_status 0 "$top/pipelines/headless.sh" --sandbox test results.jsonl
  [ "$(wc -l <results.jsonl)" -eq 1 ] || fail 'not one line'
  [ "$(stat -c %a results.jsonl)" = 600 ] || fail 'others can read it'
  python3 -c 'import json; line = json.load(open("results.jsonl"))
assert line["type"] == "vitals" and line["is-synthetic"] is True, line' ||
    fail 'the line is not a reading'
}

many_files_are_packed_and_sent_once () {
  face_video
  cp "$face" 'second person.mp4'
  expect_status 0 "$top/pipelines/many-files.sh" --sandbox kept "$face" 'second person.mp4'
  [ "$(grep -c '"heart-rate"' output)" -eq 2 ] || fail 'not two readings'
  expect_status 0 "$top/pipelines/many-files.sh" --sandbox kept "$face" 'second person.mp4'
  grep -q packing output && fail 'packed twice'
  [ "$(grep -c '"heart-rate"' output)" -eq 0 ] || fail 'sent twice'
}

"$1"
