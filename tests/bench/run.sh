#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Sets up, builds without debugging aids, and runs the benchmarks; each prints a
# table.
#
#   tests/bench/run.sh [packer|pipeline|scale|upload|sink|vitallens|rppg|face|quality|accuracy]...      default: all
#   tests/bench/run.sh peers      rppg beside the Python package vitallens, which it installs from the
#                                 Python index into the build folder
set -eu

usage () {
  sed -n '3,/^set/s/^# \{0,1\}//p' "$0"
}

case "${1-}" in
  -h | --help)
    usage
    exit 0
    ;;
esac
all='packer pipeline scale upload sink vitallens rppg face quality accuracy'
for name in "$@"; do
  case " $all peers " in
    *" $name "*) ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
done
top=$(cd "$(dirname "$0")/../.." && pwd)
build=${VITALS_BENCH_BUILD:-$top/build-bench}
# shellcheck disable=SC2086 # names without spaces
[ $# -gt 0 ] || set -- $all
VITALS_TEST_DATA=${VITALS_TEST_DATA:-$top/../shared/data}
export VITALS_TEST_DATA
"$top/pipelines/setup.sh" --tests "$build" -Dbuildtype=release

compare_peers() {
  python3 -m venv "$build/peers" || { echo 'peers: install python3-venv' >&2; exit 1; }
  # the last three are an extra of one of its parts that an older pip does not find
  "$build/peers/bin/pip" install --quiet 'vitallens==0.6.2' scipy Pillow psutil
  meson devenv -C "$build" -w "$PWD" "$build/peers/bin/python" "$top/tests/bench/peers/compare.py" \
    "$VITALS_TEST_DATA/face.mp4"
}

for name in "$@"; do
  printf '== %s\n' "$name"
  [ "$name" != peers ] || { compare_peers; continue; }
  # the tables of docs/accuracy.md: of seeds that nothing was tuned on
  options=
  [ "$name" != accuracy ] || options='--videos --seed 5000 --repeats 1'
  # shellcheck disable=SC2086 # options without spaces
  meson devenv -C "$build" -w "$PWD" "$build/tests/bench/$name/bench-$name" $options
done
