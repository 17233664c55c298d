"""The words of a file: emotions and splits in their many spellings."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from fercore.emotions import EMOTIONS, UNKNOWN
from fercore.errors import DatasetError

MAX_OTHER_LABELS = 40
"""With more label names than this beside the seven emotions, a column does not hold emotions."""

_SPELLINGS = {
    "Angry": "angry anger ang",
    "Disgust": "disgust disgusted dis",
    "Fear": "fear fearful afraid scared fea",
    "Happy": "happy happiness hap joy joyful",
    "Sad": "sad sadness",
    "Surprise": "surprise surprised sur",
    "Neutral": "neutral neutrality neu",
    "Contempt": "contempt contemptuous",
}
_EMOTION_OF = {word: name for name, words in _SPELLINGS.items() for word in words.split()}
_NO_LABEL = frozenset({"", "unknown", "none", "null", "nan", "na", "unlabeled", "unlabelled"})

_SPLIT_SPELLINGS = (
    "training train fer2013train",
    "publictest public validation valid val dev fer2013valid",
    "privatetest private test testing fer2013test",
)
_SPLIT_OF = {word: code for code, words in enumerate(_SPLIT_SPELLINGS) for word in words.split()}
_OWN_SPLITS = frozenset({"training", "publictest", "privatetest"})


def emotion_of(word: str) -> str | None:
    """The emotion that a word in any common spelling names (``"0 angry"``), or None."""
    return _EMOTION_OF.get(re.sub(r"[^a-z]", "", word.casefold()))


def split_of(word: str) -> int | None:
    """The split code of a word such as ``Training``, ``val`` or ``FER2013Test``, or None."""
    return _SPLIT_OF.get(re.sub(r"[^a-z0-9]", "", word.casefold()))


def label_name(word: str) -> str:
    """The name under which a label word is kept: its emotion, else the word itself.

    Empty for a word that says the label is not known.
    """
    if word.strip().casefold() in _NO_LABEL:
        return ""
    return emotion_of(word) or word.strip().capitalize()


def encode_names(names: Sequence[str]) -> tuple[npt.NDArray[np.int8], tuple[str, ...]]:
    """Label codes of names given by :func:`label_name`, and the names in code order.

    Raises
    ------
    DatasetError
        If more than `MAX_OTHER_LABELS` names are not among the seven emotions.
    """
    others = sorted(set(names) - set(EMOTIONS) - {""})
    if len(others) > MAX_OTHER_LABELS:
        raise DatasetError(
            f"The labels are {len(others)} different words ({', '.join(others[:3])}, ...); beside "
            f"the seven emotions at most {MAX_OTHER_LABELS} are allowed. These are not emotions: "
            "choose a file whose labels are."
        )
    emotions = (*EMOTIONS, *others)
    code = {name: position for position, name in enumerate(emotions)} | {"": UNKNOWN}
    return np.fromiter((code[name] for name in names), np.int8, len(names)), emotions


def encode_splits(words: Sequence[str], number: int) -> tuple[npt.NDArray[np.int8], list[str]]:
    """Split codes of `number` rows (no words: all unknown), and notes on how words were read."""
    if not words:
        return np.full(number, UNKNOWN, dtype=np.int8), ["no splits"]
    codes = {word: split_of(word) for word in set(words)}
    splits = np.fromiter(
        (UNKNOWN if (code := codes[word]) is None else code for word in words), np.int8, number
    )
    notes = []
    if any(code and word.casefold() not in _OWN_SPLITS for word, code in codes.items()):
        notes.append("validation is read as PublicTest, test as PrivateTest")
    if strange := sorted(word for word, code in codes.items() if code is None and word):
        notes.append(f"no split is known by the name {', '.join(map(repr, strange[:3]))}")
    if (unknown := int((splits == UNKNOWN).sum())) == number:
        notes.append("no splits")
    elif unknown:
        notes.append(f"{unknown:,} faces without a split")
    return splits, notes
