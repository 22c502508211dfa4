#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Sets up, builds without debugging aids, and runs the benchmarks; each prints a
# table.
#
#   tests/bench/run.sh [packer|pipeline|scale|upload|sink|vitallens|face|quality|accuracy]...      default: all
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
build=${VITALS_BENCH_BUILD:-$top/build-bench}
[ $# -gt 0 ] || set -- packer pipeline scale upload sink vitallens face quality accuracy
VITALS_TEST_DATA=${VITALS_TEST_DATA:-$top/../shared/data}
export VITALS_TEST_DATA
"$top/pipelines/setup.sh" --tests "$build" -Dbuildtype=release
for name in "$@"; do
  printf '== %s\n' "$name"
  meson devenv -C "$build" -w "$PWD" "$build/tests/bench/$name/bench-$name"
done
