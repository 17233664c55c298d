"""The longer texts of the page Data, and names of files made safe for Markdown."""

import re

from fercore.datasets import UPLOAD_LIMIT_MB

UPLOAD_HELP = (
    f"fer2013.csv or any of its relatives, a parquet or npz file, a zip of a folder of pictures by "
    f"emotion, or one picture of your own; at most {UPLOAD_LIMIT_MB} MB. It stays in the memory of "
    "this server while this window is open, is written nowhere, and nobody else sees it."
)

HOW_TO_GET_FER2013 = (
    "1. Kaggle has it as the competition “Challenges in Representation Learning: Facial Expression "
    "Recognition”: sign in, accept its rules, download `fer2013.csv` (301 MB).\n"
    "2. Put it into the data folder, with FER+'s `fer2013new.csv` (github.com/microsoft/FERPlus) "
    "beside it if you like; or upload it here.\n"
    "3. Its pictures were gathered by image search and have no clear licence: none is shipped with "
    "this dashboard, and none should be published."
)

MAPPING = (
    "Nothing in this file proves which emotion each label number stands for, and orders differ "
    "from file to file. Look at four faces of each number and set it right: all pages then use it."
)


def plain(text: str) -> str:
    """A text with a file's name in it, so that Markdown shows it as it is."""
    return re.sub(r"([\\`*_\[\]#|~$<>:])", r"\\\1", text)
