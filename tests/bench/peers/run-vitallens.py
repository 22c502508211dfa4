# SPDX-License-Identifier: LGPL-2.1-or-later
"""The local methods of the Python package vitallens on decoded RGB frames.

usage: run-vitallens.py METHOD FRAMES WIDTH HEIGHT FPS

FRAMES is a file of width * height * 3 bytes a frame. Prints one line of JSON:
the heart rate, processor time of the call (imports not counted) and the
largest resident set of the process.
"""

import json
import os
import resource
import sys
import time

import numpy


def main():
    method, path, width, height, fps = sys.argv[1:]
    # the numbers go to stdout; the package logs to it, too
    out = os.dup(1)
    os.dup2(2, 1)
    import vitallens

    frames = numpy.fromfile(path, dtype=numpy.uint8)
    frames = frames.reshape(-1, int(height), int(width), 3)
    before = time.process_time()
    results = vitallens.VitalLens(method=method)(frames, fps=float(fps))
    seconds = time.process_time() - before
    vitals = results[0].get("vitals") or results[0].get("vital_signs")
    line = {
        "rate": float(vitals["heart_rate"]["value"]),
        "seconds": seconds,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
        "frames": len(frames),
    }
    os.write(out, (json.dumps(line) + "\n").encode())


if __name__ == "__main__":
    main()
