#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The NEON kernels, built by a cross compiler and run by an emulator.
#
#   kernels.sh FOLDER...      of GLib's and GStreamer's headers
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
compiler=aarch64-linux-gnu-gcc
emulator=qemu-aarch64
for tool in $compiler $emulator; do
  command -v $tool >/dev/null || { printf 'skipped: no %s\n' $tool; exit 77; }
done
# behind the cross compiler's own: some folder may be that of the host's libc
headers=
for folder in "$@"; do
  headers="$headers -idirafter $folder"
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
capture=$top/gst/vitals/capture
for optimize in -O0 -O3; do
  # shellcheck disable=SC2086
  $compiler -std=gnu11 -Wall -Wextra -Werror $optimize -static -I"$top/gst" $headers \
    "$capture/vitals-kernels-c.c" "$capture/vitals-kernels-neon.c" \
    "$top/tests/cross/test-kernels.c" -o "$work/kernels"
  $emulator "$work/kernels"
done
