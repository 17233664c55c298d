"""What a file's label numbers mean, as a short text for addresses: ``ang-dis-fea-hap-sad-sur-neu``.

One word for each label number, by ascending number: the first three letters of an emotion, ``unk``
for no label, ``own`` for the name that the file itself led to.
"""

from collections.abc import Mapping

from fercore.datasets import FaceSet
from fercore.emotions import EMOTIONS

NAMES = {name[:3].casefold(): name for name in (*EMOTIONS, "Contempt")} | {"unk": ""}
_OWN = "own"
_WORDS = {name: word for word, name in NAMES.items()}


def write(mapping: Mapping[int, str]) -> str:
    """The text for a meaning of the label numbers."""
    return "-".join(_WORDS.get(name, _OWN) for _, name in sorted(mapping.items()))


def read(text: str, opened: FaceSet) -> dict[int, str]:
    """The name of each label number of `opened` by a text; empty for no label.

    Raises
    ------
    ValueError
        If the file has no label numbers, or others; the text is fit to be shown.
    """
    if opened.label_ids is None or not opened.mapping:
        raise ValueError(f"{opened.title} has no label numbers to give a meaning to.")
    numbers, words = sorted(opened.mapping), text.casefold().split("-")
    if len(words) != len(numbers) or not set(words) <= {*NAMES, _OWN}:
        raise ValueError(
            f"The link says mapping={text[:60]!r}, but {opened.title} has {len(numbers)} label "
            f"numbers, and each can be one of {', '.join([*NAMES, _OWN])}, parted by dashes."
        )
    pairs = zip(numbers, words, strict=True)
    return {n: opened.mapping[n] if word == _OWN else NAMES[word] for n, word in pairs}
