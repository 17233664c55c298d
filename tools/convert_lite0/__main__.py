"""Convert, write the reference outputs, and check: see :mod:`tools.convert_lite0`."""

import argparse
import hashlib
from pathlib import Path

import numpy as np

from fercore import lite0

from . import check, convert, original

WEIGHTS = Path("assets/efficientnet_lite0.weights.h5")
REFERENCE = Path("tests/data/lite0_reference.npz")

REFERENCE_SIZES = (48, 96)
REFERENCE_STEP = 7
"""Every seventh value is kept. No number of maps is a multiple of 7, so every map has its share."""

TOLERANCE = 1e-4


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.convert_lite0", description=__doc__)
    parser.add_argument("out", type=Path, help="root of the checkout, or another folder")
    out = parser.parse_args().out

    weights = out / WEIGHTS
    write_weights(weights)
    picture = patchwork()
    reference = {size: reference_maps(picture[:size, :size]) for size in REFERENCE_SIZES}
    write_reference(out / REFERENCE, picture, reference)
    report(weights, picture, reference)


def write_weights(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    model = lite0.build()
    convert.set_weights(model, original.layer_weights(original.load(check.TRAINED_SIZE)))
    model.save_weights(path, overwrite=True)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    print(f"{path}: {path.stat().st_size:,} bytes, sha256 {digest}")


def patchwork() -> np.ndarray:
    """Return squares of random colours: edges, all levels, and three channels that differ."""
    colours = np.random.default_rng(0).integers(0, 256, (24, 24, 3), dtype=np.uint8)
    return colours.repeat(4, axis=0).repeat(4, axis=1)


def reference_maps(picture: np.ndarray) -> dict[str, np.ndarray]:
    outputs = original.outputs(original.load(picture.shape[0]), picture)
    del outputs["predictions"]  # the converted network has no classifier
    return outputs


def write_reference(
    path: Path, picture: np.ndarray, reference: dict[int, dict[str, np.ndarray]]
) -> None:
    """Write the picture and, as ``<size>/<layer>``, a part of each layer's flattened maps."""
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = {
        f"{size}/{name}": maps.ravel()[::REFERENCE_STEP]
        for size, layers in reference.items()
        for name, maps in layers.items()
    }
    np.savez_compressed(path, picture=picture, step=REFERENCE_STEP, **samples)
    print(f"{path}: {path.stat().st_size:,} bytes")


def report(weights: Path, picture: np.ndarray, reference: dict[int, dict[str, np.ndarray]]) -> None:
    """Print how far the converted network is from the original; fail if it is too far."""
    worst = 0.0
    print("\nlargest absolute difference from the original (and its largest absolute value)")
    for size, layers in reference.items():
        errors = check.largest_errors(weights, layers, picture[:size, :size])
        for name, (error, largest) in errors.items():
            print(f"  {size:3} {name:20} {error:.1e} ({largest:.2f})")
            worst = max(worst, error)

    print("\nphotographs, with the original's classifier on the converted network")
    wrong = []
    for name, (found, probability, error) in check.classify(weights).items():
        _, expected, label = check.PHOTOGRAPHS[name]
        print(f"  {name:8} class {found}, p = {probability:.3f}, logits differ by {error:.1e}")
        if found != expected:
            wrong.append(f"{name} is not taken for class {expected} ({label})")
    if worst > TOLERANCE:
        wrong.append(f"a layer differs by {worst:.1e}, allowed is {TOLERANCE:.0e}")
    if wrong:
        raise SystemExit("\n".join(wrong))


if __name__ == "__main__":
    main()
