#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Neither the library nor the plugin may be linked to libsoup: an application on
# libsoup 2 would be killed by loading them.
#   links-no-soup.sh FILE...
command -v readelf >/dev/null || {
  echo "readelf (package binutils) is not installed: skipped"
  exit 77
}
status=0
for file in "$@"; do
  needed=$(readelf -d "$file") || exit 1
  case $needed in
    *NEEDED*) ;;
    *) echo "$file: readelf names no needed library"; status=1 ;;
  esac
  case $needed in
    *libsoup*) echo "$file is linked to libsoup"; status=1 ;;
  esac
done
exit $status
