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

# expect_rate LOW HIGH END: a reading whose heart rate lies between, and whose
# line ends so
expect_rate () {
  sed -n 's/.*: *heart \([0-9.]*\) bpm.*'"$3"'$/\1/p' output | awk -v low="$1" \
    -v high="$2" '$1 >= low && $1 <= high { found = 1 } END { exit !found }' ||
    fail "no heart rate from $1 to $2 in a line that ends in $3"
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
  expect_rate 71 73 '(720 frames)  SYNTHETIC: measured, but the input is a synthetic face'
}

demo_measures_a_video_file () {
  face_video
  expect_status 0 "$top/pipelines/demo.sh" "$face"
  expect_rate 51.7 53.7 '(301 frames)'
  ! grep -Eq 'SpO2|mmHg' output || fail 'what cannot be measured was shown'
}

# record FILE PROPERTY=VALUE...: 10 s of the synthetic face
record () {
  local file=$1
  shift
  meson devenv -C "$VITALS_BUILD_DIR" -w "$work" gst-launch-1.0 -q \
    vitalstestsrc num-buffers=300 "$@" ! \
    video/x-raw,width=320,height=240,framerate=30/1 ! jpegenc ! avimux ! \
    filesink "location=$file" >output 2>&1 || fail "no $file"
}

demo_says_why_a_face_without_a_pulse_has_no_reading () {
  record mannequin.avi pulse-amplitude=0
  expect_status 3 "$top/pipelines/demo.sh" mannequin.avi
  grep -q 'bpm' output && fail 'a mannequin has a heart rate'
  expect 'window 0: failed, PROCESSING_FAILED: .*No heart rate: '
}

demo_says_that_there_is_no_face () {
  record chair.avi face=false
  expect_status 3 "$top/pipelines/demo.sh" chair.avi
  grep -q 'Nothing says where the face is' output && skip 'no face detector'
  grep -q 'bpm' output && fail 'an empty chair has a heart rate'
  expect 'no reading: no frame with a face came'
}

demo_says_which_input_is_missing () {
  expect_status 1 "$top/pipelines/demo.sh" nowhere.mp4
  expect 'nowhere.mp4: no such file'
  expect_status 1 "$top/pipelines/demo.sh" /dev/video99
  expect '/dev/video99: no such camera'
  expect_status 1 "$top/pipelines/demo.sh" "$work"
  expect 'a folder; many-files.sh'
}

camera_measures_once () {
  VITALS_WINDOW_DURATION=6000000000 \
    expect_status 0 "$top/pipelines/camera.sh" --sandbox test
  expect_rate 71 73 '(180 frames)  SYNTHETIC: measured, but the input is a synthetic face'
}

camera_is_not_replaced_by_a_test_picture () {
  set -- /dev/video*
  [ ! -e "$1" ] || skip 'this machine has a camera'
  expect_status 1 "$top/pipelines/camera.sh" --sandbox
  expect 'no such camera; "gst-device-monitor-1.0 Video/Source" lists'
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

# An option that is overlooked would have sent to the real service; it wants a key.
options_may_stand_anywhere () {
  VITALS_WINDOW_DURATION=6000000000 \
    expect_status 0 "$top/pipelines/camera.sh" test --sandbox
  expect 'heart [0-9.]+ bpm'
  for script in camera demo file headless many-files rtsp show-face; do
    expect_status 0 "$top/pipelines/$script.sh" an-argument --help
    expect "^  pipelines/$script.sh "
  done
}

# expect_refusal PATTERN SCRIPT ARGUMENT...: before anything is done
expect_refusal () {
  local pattern=$1 script=$2
  shift 2
  expect_status 2 "$top/pipelines/$script" "$@"
  expect "^$script: .*$pattern.*$script --help"
}

options_that_are_unknown_are_refused () {
  expect_refusal '--snadbox: no such option' camera.sh test --snadbox
  expect_refusal '--sandboxes: no such option' demo.sh --sandboxes
  expect_refusal '-s: no such option' file.sh face.mp4 -s
  expect_refusal '--json: no such option' headless.sh test results.jsonl --json
  expect_refusal '--jobs: no such option' many-files.sh kept --jobs face.mp4
  expect_refusal '--roi: no such option' rtsp.sh --roi rtsp://nowhere/
  expect_refusal '--pictures: no such option' show-face.sh --pictures face.png
  expect_refusal '--picture: a value is missing' show-face.sh --picture
  expect_refusal '--picture: no such option' camera.sh --picture face.png
  [ ! -e kept ] && [ ! -e results.jsonl ] || fail 'something was made'
}

arguments_that_are_too_many_are_refused () {
  expect_refusal 'too many arguments' camera.sh test test
  expect_refusal 'too many arguments' demo.sh face.mp4 face.mp4
  expect_refusal 'too many arguments' file.sh face.mp4 5 5
  expect_refusal 'too many arguments' headless.sh test results.jsonl more
  expect_refusal 'too many arguments' rtsp.sh rtsp://nowhere/ 1,1,9,9 more
  expect_refusal 'too many arguments' show-face.sh face.mp4 face.mp4
}

an_input_is_not_overwritten () {
  echo 'a video' >face.mp4
  ln -s face.mp4 link.mp4
  expect_refusal 'would overwrite face.mp4' show-face.sh --picture ./face.mp4 face.mp4
  expect_refusal 'would overwrite face.mp4' show-face.sh --picture link.mp4 face.mp4
  [ "$(cat face.mp4)" = 'a video' ] || fail 'it was'
}

arguments_that_are_missing_are_named () {
  for script in file headless many-files rtsp; do
    expect_status 2 "$top/pipelines/$script.sh" --sandbox
    expect "^  pipelines/$script.sh "
  done
}

numbers_of_the_environment_are_checked () {
  local value
  for value in 24 24s 2.4e10 -1 024000000000 99999999999999999999; do
    VITALS_WINDOW_DURATION=$value expect_refusal \
      "VITALS_WINDOW_DURATION=$value: .*nanoseconds" camera.sh --sandbox test
  done
  VITALS_WINDOW_DURATION=24 expect_refusal VITALS_WINDOW_DURATION=24 \
    rtsp.sh --sandbox rtsp://nowhere/
  VITALS_WINDOW_DURATION=24 expect_refusal VITALS_WINDOW_DURATION=24 \
    headless.sh --sandbox test results.jsonl
  for value in 5m 010 -1 1000000000; do
    VITALS_SCAN_INTERVAL=$value expect_refusal \
      "VITALS_SCAN_INTERVAL=$value: .*seconds" headless.sh --sandbox test results.jsonl
  done
  for value in 0 -2 many 2147483648; do
    VITALS_SCANS=$value expect_refusal "VITALS_SCANS=$value: .*scans" \
      headless.sh --sandbox test results.jsonl
  done
  for value in 0 65 four; do
    VITALS_JOBS=$value expect_refusal "VITALS_JOBS=$value: .*1 to 64" \
      many-files.sh --sandbox kept face.mp4
  done
  [ ! -e kept ] && [ ! -e results.jsonl ] || fail 'something was made'
}

# What is allowed comes as far as the key that is missing.
numbers_of_the_environment_have_no_other_limits () {
  VITALS_SCAN_INTERVAL=0 VITALS_SCANS=-1 VITALS_WINDOW_DURATION='' \
    expect_status 2 "$top/pipelines/headless.sh" test results.jsonl
  expect 'set CIRCADIFY_API_KEY'
  VITALS_SCAN_INTERVAL='' VITALS_SCANS='' VITALS_WINDOW_DURATION=5000000000 \
    expect_status 2 "$top/pipelines/headless.sh" test results.jsonl
  expect 'set CIRCADIFY_API_KEY'
}

build_folder_that_is_a_file_is_refused () {
  echo 'no folder' >file
  for script in camera demo file headless many-files rtsp show-face; do
    VITALS_BUILD_DIR=$work/file expect_status 2 "$top/pipelines/$script.sh" --sandbox
    expect "^$script.sh: VITALS_BUILD_DIR=$work/file: must be a folder"
  done
}

# stand_in: reads a shell script, which runs in place of gst-launch-1.0
stand_in () {
  mkdir -p bin
  { echo '#!/bin/sh'; cat; } >bin/gst-launch-1.0
  chmod +x bin/gst-launch-1.0
}

# shows STATUS: what watch.sh makes of the messages that it reads
shows () {
  { echo "cat <<'EOF'"; cat; echo EOF; } | stand_in
  PATH=$work/bin:$PATH expect_status "$1" "$top/pipelines/watch.sh" fakesrc
}

# each awk that is here, under the name that the script calls
for_each_awk () {
  local other
  "$@"
  for other in mawk gawk original-awk busybox; do
    command -v $other >/dev/null || continue
    mkdir -p bin
    ln -sf "$(command -v $other)" bin/awk
    PATH=$work/bin:$PATH "$@"
  done
}

# The pipeline goes on only when its first line was read.
first_line_comes_at_once () {
  local line
  rm -f lines go
  mkfifo lines go
  stand_in <<'EOF'
echo 'Got message #1 from element "sink" (element): vitals-progress, phase=(string)readiness, window=(guint64)0;'
read -r _ <go
EOF
  PATH=$work/bin:$PATH "$top/pipelines/watch.sh" fakesrc >lines &
  exec 3<lines
  : >output
  read -r -t 20 line <&3 || line='nothing came'
  echo >go
  wait $!
  exec 3<&-
  echo "$line" >output
  [ "$line" = 'window 0: readiness' ] || fail 'the first line is late'
}

watch_shows_a_line_when_it_comes () {
  for_each_awk first_line_comes_at_once
}

shows_the_text_of_a_failure () {
  shows 3 <<'EOF'
Got message #1 from element "sink" (element): vitals-failed, window=(guint64)0, code=(string)NETWORK, message=(string)"Error\ resolving\ \342\200\234api.circadify.com\342\200\235:\ \"C:\\342\"\012\033\[2J", attempts=(uint)3;
Got EOS from element "pipeline0".
EOF
  expect '^window 0: failed, NETWORK: Error resolving “api.circadify.com”: "C:\\342"  \[2J$'
}

watch_shows_text_that_is_not_ascii () {
  for_each_awk shows_the_text_of_a_failure
}

watch_gives_no_reason_where_no_frame_came () {
  shows 3 <<'EOF'
Setting pipeline to PAUSED ...
Got message #1 from element "sink" (element): vitals-progress, phase=(string)initializing, window=(guint64)0;
ERROR: from element /GstPipeline:pipeline0/GstFileSrc:filesrc0: It went away.
GstMessageError, gerror=(GError)NULL, debug=(string)"it\ went";
Freeing pipeline ...
EOF
  printf '%s\n' 'window 0: initializing' \
    'ERROR: from element /GstPipeline:pipeline0/GstFileSrc:filesrc0: It went away.' \
    'no reading' | diff - output || fail 'that is not all'
}

demo_says_that_a_file_is_no_video () {
  echo 'no video' >text.mp4
  expect_status 1 "$top/pipelines/demo.sh" text.mp4
  expect '^ERROR: '
  expect '^no reading$'
}

show_face_draws_box_and_patches () {
  timeout 120 "$top/pipelines/show-face.sh" --picture 'a face.png' >output 2>&1
  status=$?
  grep -q 'install python3-gi' output && skip 'no introspection from Python'
  grep -q 'opencv' output && skip 'no face detector'
  [ $status -eq 0 ] || fail "show-face.sh ended with $status"
  [ "$(head -c 4 'a face.png' | tail -c 3)" = PNG ] || fail 'no picture'
}

show_face_shows_a_file_to_its_end () {
  face_video
  VITALS_VIDEO_SINK=fakesink timeout 120 "$top/pipelines/show-face.sh" "$face" >output 2>&1
  status=$?
  grep -q 'install python3-gi' output && skip 'no introspection from Python'
  grep -q 'opencv' output && skip 'no face detector'
  [ $status -eq 0 ] || fail "show-face.sh ended with $status"
}

show_face_with_a_sink_that_is_none_is_refused () {
  VITALS_VIDEO_SINK='nosink sync=false' expect_status 2 "$top/pipelines/show-face.sh"
  expect '^show-face.sh: VITALS_VIDEO_SINK=nosink sync=false: must name an element'
}

# GStreamer's own sink crashes where there is no display.
show_face_that_crashes_says_what_to_do () {
  mkdir bin
  cat >bin/python3 <<EOF
#!/bin/sh
case "\$*" in
  '-c import gi') exit 0 ;;
  *show-face.py*) kill -SEGV \$\$ ;;
esac
PATH=$PATH exec python3 "\$@"
EOF
  chmod +x bin/python3
  PATH=$work/bin:$PATH expect_status 1 "$top/pipelines/show-face.sh"
  expect 'no display.*--picture FILE.*VITALS_VIDEO_SINK'
}

help_of_watch_and_setup_is_their_header () {
  for option in -h --help; do
    expect_status 0 "$top/pipelines/watch.sh" $option
    expect '^Runs gst-launch-1.0 .*'
    expect '^  pipelines/watch.sh PIPELINE'
    expect_status 0 "$top/pipelines/setup.sh" $option
    expect '^Installs what is missing'
    expect '^  pipelines/setup.sh .*BUILD_DIR'
  done
}

file_takes_a_window_of_whole_seconds () {
  echo 'no video' >text.mp4
  for seconds in 0 00 010 1.5 -1 5s 1000000000; do
    expect_status 2 "$top/pipelines/file.sh" --sandbox text.mp4 $seconds
    expect "^file.sh: $seconds: "
  done
}

file_measures_window_after_window () {
  face_video
  expect_status 0 "$top/pipelines/file.sh" --sandbox "$face" 5
  [ "$(grep -c 'bpm.*(150 frames)' output)" -eq 2 ] || fail 'not two windows'
  expect 'window 2: dropped, too-few-frames \(1 frames\)'
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

many_files_of_a_folder_are_its_videos () {
  face_video
  mkdir recordings
  cp "$face" recordings/one.mp4
  echo 'time,rate' >recordings/truth.csv
  expect_status 0 "$top/pipelines/many-files.sh" --sandbox kept recordings
  [ "$(grep -c '"heart-rate"' output)" -eq 1 ] || fail 'not one reading'
  cp recordings/one.mp4 one.mp4
  expect_status 1 "$top/pipelines/many-files.sh" --sandbox kept recordings one.mp4
  expect 'two recordings are called one.mp4'
}

"$1"
