#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads Meson's test log: results.py STAGE BUILD_DIR

Prints a line a test: OK, SKIP (with the reason that the test printed) or FAIL.
"""
import glob
import json
import sys


def reason(test):
    lines = (test.get("stdout", "") + test.get("stderr", "")).splitlines()
    said = [line.strip() for line in lines if "skip" in line.lower()]
    return said[-1] if said else "no reason given"


def main(stage, build):
    logs = glob.glob(f"{build}/meson-logs/testlog*.json")
    for log in logs:
        with open(log, encoding="utf-8") as lines:
            for test in map(json.loads, lines):
                name = f"{test['name']} ({stage})"
                if test["result"] in ("OK", "EXPECTEDFAIL"):
                    print("OK", name)
                elif test["result"] == "SKIP":
                    print("SKIP", name + ":", reason(test))
                else:
                    print("FAIL", name + ":", test["result"].lower())
    return 0 if logs else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
