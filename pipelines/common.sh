# SPDX-License-Identifier: LGPL-2.1-or-later
# Sourced by the scripts of this folder: builds when needed, and runs commands
# with the plugin, the modules and the vitals command of that build.

top=$(cd "$(dirname "$0")/.." && pwd)
build=${VITALS_BUILD_DIR:-$top/build}
name=$(basename "$0")
# nanoseconds; shorter for a quick look
window_duration=${VITALS_WINDOW_DURATION:-24000000000}

# The comment at the top of the script is its help.
usage () {
  sed -n '3,/^$/s/^# \{0,1\}//p' "$0"
}

fail () {
  printf '%s: %s\n' "$name" "$1" >&2
  exit "${2-1}"
}

misuse () {
  fail "$1; see $name --help" 2
}

# Paths of the command line, independent of the folder.
absolute () {
  case $1 in
    /*) printf '%s\n' "$1" ;;
    *) printf '%s/%s\n' "$PWD" "$1" ;;
  esac
}

readable () {
  [ ! -d "$1" ] || fail "$1: a folder; many-files.sh measures the videos in one"
  [ -r "$1" ] || fail "$1: no such file, or not readable"
  absolute "$1"
}

# camera DEVICE
camera () {
  [ -e "$1" ] || fail "$1: no such camera; \"gst-device-monitor-1.0 Video/Source\" lists those that are there"
}

set_up () {
  if [ -f "$build/build.ninja" ]; then
    "$top/pipelines/setup.sh" "$build"
  else
    "$top/pipelines/setup.sh" "$build" -Dtests=disabled -Dbench=disabled
  fi
}

# Options that every script knows, before, between or after the arguments, which
# stay.
#   --sandbox   the service on this machine in place of the real one; with its
#               live key, for which it measures what it is sent
# A script may name one more in own_option; what follows it is then own_value.
sandbox=no
own_value=
left=$#
while [ "$left" -gt 0 ]; do
  argument=$1
  shift
  left=$((left - 1))
  case $argument in
    -h | --help)
      usage
      exit 0
      ;;
    --sandbox) sandbox=yes ;;
    -*)
      [ "$argument" = "${own_option-}" ] || misuse "$argument: no such option"
      case ${1--} in
        -*) misuse "$argument: a value is missing" ;;
      esac
      own_value=$1
      shift
      left=$((left - 1))
      ;;
    *) set -- "$@" "$argument" ;;
  esac
done

[ ! -e "$build" ] || [ -d "$build" ] ||
  fail "VITALS_BUILD_DIR=$build: must be a folder; one that is missing is made" 2

# arguments LOWEST HIGHEST ARGUMENT...: how many there may be
arguments () {
  [ $# -ge $(($1 + 2)) ] || { usage >&2; exit 2; }
  [ $# -le $(($2 + 2)) ] || misuse 'too many arguments'
}

# whole_number NAME VALUE LOWEST HIGHEST UNIT: of what the environment gives,
# before it is used. A zero in front would make it octal.
whole_number () {
  case $2 in
    '' | 0?* | *[!0-9]*) ;;
    # a number that the shell cannot hold is an error of the test
    *) [ "$2" -ge "$3" ] 2>/dev/null && [ "$2" -le "$4" ] 2>/dev/null && return ;;
  esac
  misuse "$1=$2: must be a whole number of $5, $3 to $4"
}

# A shorter window would not have the 150 frames that it needs.
check_window_duration () {
  whole_number VITALS_WINDOW_DURATION "$window_duration" 5000000000 \
    999999999000000000 nanoseconds
}

# Before anything is built: the key, which only the environment may carry.
need_key () {
  [ $sandbox = yes ] || [ -n "${CIRCADIFY_API_KEY-}" ] ||
    fail "no key: set CIRCADIFY_API_KEY in the environment, or try $name --sandbox" 2
}

in_build () {
  meson devenv -C "$build" -w "$PWD" "$@"
}

# The same, with the service that was asked for.
with_service () {
  if [ $sandbox = yes ]; then
    in_build vitals sandbox --key live -- "$@"
  else
    in_build "$@"
  fi
}

# measure PIPELINE...: runs a pipeline and shows its messages as a person wants
# to read them.
measure () {
  with_service "$top/pipelines/watch.sh" "$@"
}
