#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Installs what is missing and builds. demo.sh and tests/run.sh call it; it asks
# nothing, and does nothing when all is there.
#
#   pipelines/setup.sh [--tests] BUILD_DIR [MESON_SETUP_OPTION...]
#
#   --tests   also what only the tests need
#
# Debian and Ubuntu: with apt-get, as root or through sudo. Elsewhere, or
# without the right to install, it prints which packages to install and stops.
set -eu

usage () {
  sed -n '4,13s/^# \{0,1\}//p' "$0"
}

case "${1-}" in
  -h | --help)
    usage
    exit 0
    ;;
esac
top=$(cd "$(dirname "$0")/.." && pwd)
tests=no
if [ "${1-}" = --tests ]; then
  tests=yes
  shift
fi
[ $# -ge 1 ] || { usage >&2; exit 2; }
build=$1
shift

# To build and run the pipelines.
needed='gcc libc6-dev meson ninja-build pkg-config
  libglib2.0-dev libglib2.0-bin libgstreamer1.0-dev
  libgstreamer-plugins-base1.0-dev libsoup-3.0-dev libjson-glib-dev zlib1g-dev
  gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good
  gstreamer1.0-plugins-bad gstreamer1.0-libav glib-networking ca-certificates'
# Makes it faster or gives it more to do; the build goes on without.
useful='libisal-dev g++ libopencv-objdetect-dev opencv-data'
# Only tests need these; a test whose part is missing says so and is skipped.
needed_by_tests='git python3'
useful_for_tests='gobject-introspection libgirepository1.0-dev python3-gi
  gir1.2-gstreamer-1.0 gir1.2-json-1.0 libgstrtspserver-1.0-dev
  gstreamer1.0-rtsp gstreamer1.0-plugins-ugly libsoup2.4-dev
  openssl valgrind indent python3-pip
  gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user'

is_installed () {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing_of () {
  for package in "$@"; do
    is_installed "$package" || printf '%s ' "$package"
  done
}

# Newer releases drop or rename some of the packages that are only useful.
known_of () {
  for package in "$@"; do
    case $(apt-cache policy "$package" 2>/dev/null) in
      '' | *'Candidate: (none)'*) ;;
      *) printf '%s ' "$package" ;;
    esac
  done
}

as_root () {
  if [ "$(id -u)" -eq 0 ]; then
    env DEBIAN_FRONTEND=noninteractive "$@"
  else
    sudo -n env DEBIAN_FRONTEND=noninteractive "$@"
  fi
}

apt () {
  as_root apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@"
}

install_with_apt () {
  # shellcheck disable=SC2086
  missing=$(missing_of $needed)
  # shellcheck disable=SC2086
  missing_useful=$(missing_of $useful)
  [ -n "$missing$missing_useful" ] || return 0
  if [ "$(id -u)" -ne 0 ] && ! sudo -n true 2>/dev/null; then
    [ -n "$missing" ] || return 0
    printf 'setup.sh: these packages are missing, and installing needs root:\n' >&2
    printf '  sudo apt-get install %s%s\n' "$missing" "$missing_useful" >&2
    exit 1
  fi
  printf 'setup.sh: installing %s%s\n' "$missing" "$missing_useful" >&2
  apt update >&2 || printf 'setup.sh: apt-get update failed; going on with the lists that are there\n' >&2
  # shellcheck disable=SC2086
  missing_useful=$(known_of $missing_useful)
  # shellcheck disable=SC2086
  apt install --no-install-recommends $missing $missing_useful >&2 || {
    printf 'setup.sh: apt-get could not install: %s%s\n' "$missing" "$missing_useful" >&2
    exit 1
  }
}

check_by_hand () {
  absent=
  for tool in cc meson ninja pkg-config gst-launch-1.0; do
    command -v "$tool" >/dev/null 2>&1 || absent="$absent $tool"
  done
  for module in 'glib-2.0 >= 2.74' 'gstreamer-1.0 >= 1.22' \
    'gstreamer-video-1.0 >= 1.22' 'libsoup-3.0 >= 3.2' 'json-glib-1.0 >= 1.6' \
    zlib; do
    pkg-config --exists "$module" 2>/dev/null || absent="$absent '$module'"
  done
  [ -z "$absent" ] && return 0
  cat >&2 <<EOF
setup.sh: missing here:$absent
This script installs packages on Debian and Ubuntu only. Elsewhere install, with
your system's package manager, the development files of:
  GLib 2.74, GStreamer 1.22 with its base plugins, libsoup 3.2, json-glib 1.6,
  zlib, and if possible ISA-L
and a C compiler, Meson 1.0, Ninja, pkg-config, the GStreamer tools, the base,
good, bad and libav plugins, and glib-networking. For example
  Fedora: gcc meson ninja-build pkgconf gstreamer1-devel
    gstreamer1-plugins-base-devel libsoup3-devel json-glib-devel zlib-devel
    isa-l-devel gstreamer1-plugins-good gstreamer1-plugins-bad-free
    gstreamer1-plugin-libav glib-networking
  Arch: gcc meson ninja pkgconf gstreamer gst-plugins-base gst-plugins-good
    gst-plugins-bad gst-libav libsoup3 json-glib zlib isa-l glib-networking
  macOS (Homebrew): meson ninja pkgconf gstreamer libsoup json-glib isa-l
    glib-networking
then run the same command again.
EOF
  exit 1
}

if [ $tests = yes ]; then
  needed="$needed $needed_by_tests"
  useful="$useful $useful_for_tests"
fi
if command -v apt-get >/dev/null 2>&1 && command -v dpkg-query >/dev/null 2>&1; then
  install_with_apt
else
  check_by_hand
fi

if [ ! -f "$build/build.ninja" ]; then
  meson setup "$build" "$top" "$@" >&2
elif [ $# -gt 0 ]; then
  meson configure "$build" "$@" >&2
fi
ninja -C "$build" >&2
