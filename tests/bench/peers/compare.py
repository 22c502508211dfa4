# SPDX-License-Identifier: LGPL-2.1-or-later
"""rppg beside the Python package vitallens, on one video, in one run.

usage: compare.py VIDEO [ROUNDS]

Run by tests/bench/run.sh peers in an environment that has the package. Each is
a process of its own, in turns; medians. The processor time of rppg is that of
its pipeline less that of the same pipeline with identity in its place.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile

PEER = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                    "run-vitallens.py")
PARTS = ["!", "decodebin", "!", "videoconvert", "!"]


def run(command, folder=None):
    """Output, processor time in s and largest resident set in MB. In @folder,
    where the command may leave files."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True,
                               cwd=folder)
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} {command[1]} failed: see above")
    return out, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1e3


def pipeline(video, *elements):
    return run(["gst-launch-1.0", "-m", "filesrc", f"location={video}", *PARTS,
                *elements])


def decode(video, path):
    """Writes the frames as RGB. Width, height and frames a second."""
    out, _, _ = run(["gst-launch-1.0", "-v", "filesrc", f"location={video}",
                     *PARTS, "video/x-raw,format=RGB", "!", "identity", "name=i", "!",
                     "filesink", f"location={path}"])
    caps = re.search(r"i\.GstPad:src: caps = video/x-raw.*", out).group(0)
    width = re.search(r"width=\(int\)(\d+)", caps).group(1)
    height = re.search(r"height=\(int\)(\d+)", caps).group(1)
    rate = re.search(r"framerate=\(fraction\)(\d+)/(\d+)", caps)
    return width, height, str(int(rate.group(1)) / int(rate.group(2)))


def measure_rppg(video, *elements):
    """Of the last reading that has a rate."""
    _, idle, _ = pipeline(video, "identity", "!", "fakesink")
    out, seconds, megabytes = pipeline(video, *elements, "!", "fakesink")
    rates = re.findall(r"heart-rate=\(double\)([0-9.]+)", out)
    return {"rate": float(rates[-1]) if rates else float("nan"),
            "seconds": seconds - idle, "megabytes": megabytes}


def measure_peer(method, frames, shape):
    # the peer leaves a file of its own for each recording
    out, _, _ = run([sys.executable, PEER, method, frames, *shape],
                    os.path.dirname(frames))
    return json.loads(out)


def main():
    video = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        frames = os.path.join(folder, "frames.rgb")
        shape = decode(video, frames)
        ways = {
            "rppg, POS": lambda: measure_rppg(video, "rppg"),
            "rppg, CHROM": lambda: measure_rppg(video, "rppg", "method=chrom"),
            "vitallens, POS": lambda: measure_peer("pos", frames, shape),
            "vitallens, CHROM": lambda: measure_peer("chrom", frames, shape),
        }
        for _ in range(rounds):
            for name, measure in ways.items():
                found.setdefault(name, []).append(measure())
    print("| | heart rate | processor time | resident |")
    print("|---|---|---|---|")
    for name, results in found.items():
        rate, seconds, megabytes = (
            statistics.median(result[key] for result in results)
            for key in ("rate", "seconds", "megabytes"))
        print(f"| {name} | {rate:.1f} | {seconds:.2f} s | {megabytes:.0f} MB |")
    print("rppg: less decoding; vitallens: frames already decoded, less imports.")


if __name__ == "__main__":
    main()
