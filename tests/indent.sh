#!/bin/sh
# Checks that the C sources are indented as GStreamer does it (gst-indent).
#   tests/indent.sh [--fix] [FILE...]      default: every .c file of the tree
# Exit status: 0 all as it should be, 1 some are not, 77 GNU indent is missing.
set -u
cd "$(dirname "$0")/.." || exit 2

command -v indent >/dev/null 2>&1 || {
  echo "indent.sh: GNU indent is not installed (package indent): skipped" >&2
  exit 77
}

fix=no
if [ "${1-}" = --fix ]; then
  fix=yes
  shift
fi
[ $# -gt 0 ] || set -- $(find gst ext tests -name '*.c')

# GStreamer indents twice: GNU indent needs two passes to come to rest.
gst_indent () {
  indent --braces-on-if-line --case-brace-indentation0 --case-indentation2 \
    --braces-after-struct-decl-line --line-length80 --no-tabs --cuddle-else \
    --dont-line-up-parentheses --continuation-indentation4 \
    --honour-newlines --tab-size8 --indent-level2 --leave-preprocessor-space \
    "$@"
}

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
status=0
for file in "$@"; do
  gst_indent "$file" -o "$work/1.c" 2>/dev/null &&
    gst_indent "$work/1.c" -o "$work/2.c" 2>/dev/null || {
    echo "indent.sh: GNU indent cannot read $file" >&2
    status=1
    continue
  }
  cmp -s "$file" "$work/2.c" && continue
  if [ $fix = yes ]; then
    cat "$work/2.c" >"$file"
  else
    diff -u "$file" "$work/2.c" | head -20
    echo "indent.sh: $file is not indented; tests/indent.sh --fix $file" >&2
    status=1
  fi
done
exit $status
