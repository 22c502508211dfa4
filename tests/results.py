#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads Meson's test log: results.py STAGE BUILD_DIR

Prints a line a test: OK, SKIP (with the reason that the test printed) or FAIL;
and a SKIP for each "skipped: ..." line of a program that left some out and passed.
"""
import glob
import json
import sys


def lines_of(test):
    text = test.get("stdout", "") + test.get("stderr", "")
    return [line.strip() for line in text.splitlines()]


def reason(test):
    said = [line for line in lines_of(test) if "skip" in line.lower()]
    return said[-1] if said else "no reason given"


def left_out(test):
    return [line for line in lines_of(test) if line.startswith("skipped: ")]


def main(stage, build):
    logs = glob.glob(f"{build}/meson-logs/testlog*.json")
    for log in logs:
        with open(log, encoding="utf-8") as lines:
            for test in map(json.loads, lines):
                name = f"{test['name']} ({stage})"
                if test["result"] in ("OK", "EXPECTEDFAIL"):
                    print("OK", name)
                    for line in left_out(test):
                        print("SKIP", name + ":", line)
                elif test["result"] == "SKIP":
                    print("SKIP", name + ":", reason(test))
                else:
                    print("FAIL", name + ":", test["result"].lower())
    return 0 if logs else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
