"""A comparison as the short text that a link carries, and back from whatever a link says."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from fercore.comparison import MOST, SETTINGS, Comparison, Pane, usual
from fercore.features import INPUT_RANGES
from fercore.models import INPUT_SIZES
from fercore.networks import REGISTRY

_COUNT = "same"  # in a text: how many further panes there are, where nothing may differ
_LIST, _ITEM = "~", "."  # neither stands in a value, and an address carries both unescaped
_MOST_OF_A_FAULT = 60  # characters of a wrong value that are repeated to the visitor


def to_text(comparison: Comparison) -> str:
    """The panes after the first, as an address carries them.

    ``"size.96.224"``: in the second pane the input size is 96, in the third 224, and all else is
    as in the first. Several settings: ``"face.15.20~layer.top_conv.top_bn"``. ``"same.2"``: two
    further panes in which nothing may differ. ``""``: :func:`usual`.
    """
    first, *others = comparison.panes
    if comparison == usual(first):
        return ""
    if not comparison.own:
        return f"{_COUNT}{_ITEM}{len(others)}"
    return _LIST.join(
        _ITEM.join([name, *(str(getattr(pane, name)) for pane in others)])
        for name in SETTINGS
        if name in comparison.own
    )


def from_text(text: str, first: Pane) -> tuple[Comparison, list[str]]:
    """The comparison that a link means, and what is wrong with the link.

    Parameters
    ----------
    text : str
        As :func:`to_text` gives it; anything at all from a visitor.
    first : Pane
        The first pane; it also stands in for whatever cannot be read.

    Returns
    -------
    Comparison
    list of str
        One clause a fault, fit to be shown; empty for a text of :func:`to_text`.
    """
    if not text:
        return usual(first), []
    faults: list[str] = []
    lists: dict[str, list[str]] = {}
    count = 0
    for part in text.split(_LIST):
        name, *values = part.split(_ITEM)
        if name == _COUNT and len(values) == 1 and values[0] in ("1", "2", "3"):
            count = max(count, int(values[0]))
        elif name not in SETTINGS or not values:
            faults.append(f"“{_short(part)}” names no setting with its values")
        else:
            lists[name] = values
    count = max(count, *(len(values) for values in lists.values()), 1) if lists else count or 1
    if count > MOST - 1:
        faults.append(f"there are {count + 1} panes, but at most {MOST} are shown")
        count = MOST - 1
    others = [
        {name: _read(name, values, i, first, faults) for name, values in lists.items()}
        for i in range(count)
    ]
    panes = (first, *(replace(first, **values) for values in others))
    return Comparison(panes, frozenset(lists)), faults


def _read(name: str, values: list[str], i: int, first: Pane, faults: list[str]) -> Any:
    """The i-th value of a list, or the first pane's where there is none that can be read."""
    if i >= len(values):
        faults.append(f"the {SETTINGS[name]} of pane {i + 2} is missing")
        return getattr(first, name)
    try:
        return _READ[name](values[i])
    except (ValueError, KeyError):
        faults.append(f"“{_short(values[i])}” is no {SETTINGS[name]}")
        return getattr(first, name)


def _short(text: str) -> str:
    """So much of a visitor's text as a sentence bears, without Markdown that could be active."""
    return re.sub(r"[^\w .,:+-]", "?", text[:_MOST_OF_A_FAULT])


def _face(text: str) -> int:
    if not re.fullmatch(r"\d{1,8}", text, re.ASCII):
        raise ValueError
    return int(text)


def is_layer_name(text: str) -> bool:
    """Whether a network could have a layer of this name."""
    return re.fullmatch(r"[a-z]\w{0,59}", text, re.ASCII) is not None


def _layer(text: str) -> str:
    if not is_layer_name(text):
        raise ValueError
    return text


def _of(*choices: Any) -> Callable[[str], Any]:
    by_text: Mapping[str, Any] = {str(choice): choice for choice in choices}
    return by_text.__getitem__


_READ: dict[str, Callable[[str], Any]] = {
    "face": _face,
    "layer": _layer,
    "model": _of(*REGISTRY),
    "weights": _of("ImageNet", "random"),
    "size": _of(*INPUT_SIZES),
    "range": _of(*INPUT_RANGES),
}
