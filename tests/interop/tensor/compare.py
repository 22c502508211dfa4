#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares the tensor of Circadify's Python package with our layout draft-1.

    compare.py VITALS_COMMAND [LAYOUT]

Exit status: 0 every field fits, 1 one does not, 77 the package is not there.
It is never fetched: a test does not run code from the network. To compare,
install it where this Python finds it (PYTHONPATH).
"""

import importlib
import os
import subprocess
import sys
import tempfile

FRAMES = 3
SKIPPED = 77


def make_payload(tensor):
    """A payload of the vendor: placeholder_tensor(frame_count) is the one call
    whose arguments are documented. It gives a payload, or what encode_tensor
    makes one of."""
    made = tensor.placeholder_tensor(frame_count=FRAMES)
    if not isinstance(made, (bytes, bytearray, memoryview)):
        made = tensor.encode_tensor(made)
    return bytes(made)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    try:
        tensor = importlib.import_module("circadify.tensor")
    except ModuleNotFoundError as error:
        if error.name not in ("circadify", "circadify.tensor"):
            raise
        print("Skipped: the Python package circadify, with its module "
              "circadify.tensor, is not installed, so our layout was not "
              "compared with the vendor's.")
        return SKIPPED

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "vendor.ckt")
        with open(path, "wb") as file:
            file.write(make_payload(tensor))
        layout = sys.argv[2:3] or ["draft-1"]
        return subprocess.run([sys.argv[1], "tensor", "compare", "--layout",
                               layout[0], path], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
