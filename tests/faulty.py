"""A small file of faces with every fault that pixels and labels can show; no picture of FER2013."""

import numpy as np

from fercore import datasets
from fercore.emotions import EMOTIONS


def table(labels, pictures, usages=None, columns="emotion,pixels"):
    """The text of a CSV file of faces."""
    lines = [columns + (",Usage" if usages else "")]
    for i, (label, picture) in enumerate(zip(labels, pictures, strict=True)):
        line = f"{label},{' '.join(map(str, picture.ravel()))}"
        lines.append(f"{line},{usages[i]}" if usages else line)
    return "\n".join(lines) + "\n"


def faulty_csv():
    """Twelve rows as in fer2013.csv: row 9 is black, 10 repeats 0, and 11 repeats 1 relabelled.

    Row 10 is a test picture, so it is a leak as well.
    """
    faces = datasets.load()
    pictures = [*faces.images[:9], np.zeros((48, 48), np.uint8), faces.images[0], faces.images[1]]
    labels = [*faces.labels[:9], 3, faces.labels[0], (faces.labels[1] + 1) % len(EMOTIONS)]
    return table(labels, pictures, ["Training"] * 10 + ["PrivateTest", "Training"])


def numbered_csv(order):
    """The sample with label numbers by another order, in columns that prove nothing."""
    faces = datasets.load()
    numbers = [order.index(faces.emotions[label]) for label in faces.labels]
    return table(numbers, faces.images, columns="label,pixels")


def votes_csv(counts):
    """FER+ votes as in fer2013new.csv, one row of ten counts a face."""
    names = "neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"
    rows = [f"Training,fer{i:07d}.png,{','.join(map(str, row))}" for i, row in enumerate(counts)]
    return "\n".join([f"Usage,Image name,{names}", *rows]) + "\n"
