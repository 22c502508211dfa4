#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Sets up what is missing, builds, and runs every test: the plain build, then
# the same tests under the address and undefined behaviour sanitizers, and those
# of the elements under valgrind.
#
#   tests/run.sh [--quick|--thread] [MESON_SETUP_OPTION...]
#
#   --quick    the plain build only
#   --thread   the library under the thread sanitizer only
#
# For example: tests/run.sh --quick -Dwerror=true
# The builds are in build-tests/ of the project, or below $VITALS_BUILD. The last
# line is "N passed, N failed"; the exit status is 0 when none failed.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
stages=all
case "${1-}" in
  --quick | --thread)
    stages=${1#--}
    shift
    ;;
  -h | --help)
    sed -n '3,18s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
esac
builds=${VITALS_BUILD:-$top/build-tests}
mkdir -p "$builds"
summary=$(mktemp)
trap 'rm -f "$summary"' EXIT

# stage NAME MESON_SETUP_OPTION... -- MESON_TEST_OPTION...
stage () {
  name=$1
  shift
  options=
  while [ $# -gt 0 ] && [ "$1" != -- ]; do
    options="$options $1"
    shift
  done
  [ $# -eq 0 ] || shift
  printf '\n== %s\n' "$name"
  build=$builds/${name%% *}
  # shellcheck disable=SC2086
  if ! "$top/pipelines/setup.sh" --tests "$build" $options; then
    printf '%s: the build failed\n' "$name" >&2
    echo "FAIL the build ($name)" >>"$summary"
    return 0
  fi
  rm -f "$build"/meson-logs/testlog*.json
  meson test -C "$build" --no-rebuild --print-errorlogs "$@" || true
  "$top/tests/results.py" "$name" "$build" >>"$summary" ||
    echo "FAIL no test log ($name)" >>"$summary"
}

if [ $stages = thread ]; then
  # GStreamer and its decoders are not built for the thread sanitizer, and what
  # passes through them looks like a race: elements and what decodes a file are
  # left out here, and so is arithmetic on one thread, which takes minutes
  stage thread "$@" -Db_sanitize=thread -Db_lundef=false -- \
    --timeout-multiplier 6 --suite tensor --suite capture --suite client \
    --suite sandbox --suite signal --suite vitallens --suite cli \
    --no-suite slow --no-suite decoders --no-suite arithmetic
else
  stage plain "$@" --
fi
if [ $stages = all ]; then
  stage address "$@" -Db_sanitize=address,undefined -Db_lundef=false -- \
    --timeout-multiplier 6 --no-suite slow
  stage 'plain under valgrind' -- --setup valgrind --no-suite slow \
    --no-suite arithmetic --suite elements --suite sink
fi

printf '\n'
grep '^SKIP' "$summary" || true
grep '^FAIL' "$summary" || true
passed=$(grep -c '^OK' "$summary" || true)
failed=$(grep -c '^FAIL' "$summary" || true)
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
