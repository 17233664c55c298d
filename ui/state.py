"""Every setting of the dashboard, declared once: its name, its default, and the pages that use it.

A setting's name is its widget's key, its place in ``st.session_state`` and its parameter in the
address, so that every view is a link and the browser's back button undoes. The rule:

* where the address has changed by itself (a first visit, a link, the back button), it is the truth
  and is read into the session before any widget is made;
* where a widget has changed, the session is the truth and is written to the address at the end.

Widgets here are never bound with ``bind="query-params"``: that replaces the browser's history entry
in place of adding one, and cannot carry a setting from page to page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from fercore import models
from fercore.emotions import EMOTIONS, SPLITS

FACES, MAPS, CLUSTERS, COMPARE, DATA = "", "feature_maps", "clusters", "compare", "data"


@dataclass(frozen=True)
class Setting:
    """One setting that a link can carry.

    Attributes
    ----------
    default
        Its value where the address says nothing; such a value stays out of the address. A function
        where it depends on the machine.
    read : callable
        Turns the address's text into a value; raises ValueError for what it cannot be.
    allowed : str
        What it can be, for the message about a value that it cannot be.
    pages : tuple of str
        The pages whose address carries it; empty for every page.
    """

    default: Any
    read: Callable[[str], Any]
    allowed: str
    pages: tuple[str, ...] = ()


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text)
        if not low <= number <= high:
            raise ValueError
        return number

    return read


def _one_of(*choices: str) -> Callable[[str], str]:
    by_lower = {choice.lower(): choice for choice in choices}

    def read(text: str) -> str:
        try:
            return by_lower[text.lower()]
        except KeyError as error:
            raise ValueError from error

    return read


def choice(default: str, *others: str, pages: tuple[str, ...] = ()) -> Setting:
    """A setting that is one of a few words."""
    words = (default, *others)
    return Setting(default, _one_of(*words), "one of " + ", ".join(words), pages)


def number(default: int | None, low: int, high: int, pages: tuple[str, ...] = ()) -> Setting:
    """A setting that is a whole number within bounds."""
    return Setting(default, _whole(low, high), f"a whole number from {low} to {high}", pages)


def text(default: str, allowed: str, pages: tuple[str, ...] = ()) -> Setting:
    """A setting that only the page can judge: a layer of the model, a data set's name."""
    return Setting(default, str, allowed, pages)


def _sizes(text: str) -> int:
    if int(text) not in models.INPUT_SIZES:
        raise ValueError
    return int(text)


def _findings(text: str) -> str:
    """Ids of findings, parted by commas, in the order of a report."""
    from fercore.quality import FINDING_IDS  # here: the first page must not wait for scipy

    ids = {word.strip() for word in text.casefold().split(",")} - {""}
    if not ids <= set(FINDING_IDS):
        raise ValueError
    return ",".join(id for id in FINDING_IDS if id in ids)


MANY = 10_000_000

SETTINGS: dict[str, Setting] = {
    "dataset": text("sample", "a data set of the list"),
    "mapping": text("", "a word for each label number"),
    "without": Setting("", _findings, "problems that the page Data lists, parted by commas"),
    "face": number(0, 0, MANY),
    "model": Setting(
        models.default_name, _one_of(*models.REGISTRY), "one of " + ", ".join(models.REGISTRY)
    ),
    "size": Setting(48, _sizes, "48, 96, 160 or 224"),
    "weights": choice("ImageNet", "random"),
    "pooling": choice("max", "avg"),
    "seed": number(0, 0, 9999),
    "range": choice("0-255", "0-1"),
    "emotion": choice("All", *EMOTIONS, "Contempt", "Unknown", pages=(FACES,)),
    "split": choice("All", *SPLITS, pages=(FACES,)),
    "wall": number(1, 1, MANY, pages=(FACES,)),
    "sort": choice("file", "disagreement", pages=(FACES,)),
    "problem": text("counts", "a problem of the list", pages=(DATA,)),
    "problem_wall": number(1, 1, MANY, pages=(DATA,)),
    "block": text("All blocks", "a block of the model", pages=(MAPS, CLUSTERS, COMPARE)),
    "list": choice("main", "every", pages=(MAPS, CLUSTERS, COMPARE)),
    "layer": text("block2a_expand_conv", "a layer of the model", pages=(MAPS, CLUSTERS, COMPARE)),
    "scale": choice("each", "layer", "centred", "each_centred", pages=(MAPS, CLUSTERS)),
    "colours": choice("viridis", "grey", "diverging", pages=(MAPS, CLUSTERS, COMPARE)),
    "order": choice("number", "mean", "variance", pages=(MAPS,)),
    "show": choice("all", "16", "64", pages=(MAPS,)),
    "part": number(1, 1, MANY, pages=(MAPS,)),
    "response": choice("mean", "maximum", pages=(MAPS,)),
    "map": number(None, 0, 99_999, pages=(MAPS, CLUSTERS)),
    "group": choice("maps", "faces", pages=(CLUSTERS,)),
    "by": choice("pooled", "layer", pages=(CLUSTERS,)),
    "k": number(None, 1, 50, pages=(CLUSTERS,)),
    "k_max": number(15, 2, 50, pages=(CLUSTERS,)),
    "k_seed": number(0, 0, 9999, pages=(CLUSTERS,)),
    "what": choice("raw", "standardised", "responses", pages=(CLUSTERS,)),
    "dead": choice("keep", "leave_out", pages=(CLUSTERS,)),
    "curve": choice("inertia", "distortion", pages=(CLUSTERS,)),
    "cluster": number(0, 0, 49, pages=(CLUSTERS,)),
    "against": text("", "the panes after the first", pages=(COMPARE,)),
    "tab": choice("panes", "difference", "strip", "alike", pages=(COMPARE,)),
    "scales": choice("matched", "shared", "pane", "map", pages=(COMPARE,)),
    "pick": number(None, 0, 99_999, pages=(COMPARE,)),
    "pick_in": number(1, 1, 4, pages=(COMPARE,)),
    "pair": choice("1-2", "1-3", "1-4", "2-3", "2-4", "3-4", pages=(COMPARE,)),
    "film": choice("mean", "strongest", "channel", pages=(COMPARE,)),
    "channel": number(0, 0, 99_999, pages=(COMPARE,)),
    "stage": number(1, 1, 999, pages=(COMPARE,)),
}

_ADDRESS = "_address"  # the page and parameters last read or written
_SEEN = "_seen"  # the settings' values at that moment
_NOTES = "_notes"
_RERUN = "_rerun"


def get(name: str) -> Any:
    """The value of a setting now."""
    return st.session_state.get(name, default(name))


def default(name: str) -> Any:
    """The value that a setting has where the address says nothing."""
    value = SETTINGS[name].default
    return value() if callable(value) else value


def put(name: str, value: Any) -> None:
    """Set a setting; only before its widget is made in this run, or in a callback."""
    st.session_state[name] = value


def rerun_page() -> None:
    """Have the whole page run again, not only the fragment whose callback calls this."""
    st.session_state[_RERUN] = True


def wants_rerun() -> bool:
    """Whether :func:`rerun_page` was called since; asked once."""
    return bool(st.session_state.pop(_RERUN, False))


def note(message: str) -> None:
    """Tell the visitor at the top of the page, once, that something was not as the link said."""
    st.session_state.setdefault(_NOTES, []).append(message)


def show_notes() -> None:
    """Show the messages that were not shown yet, where the page stands now."""
    for message in st.session_state.pop(_NOTES, []):
        st.warning(message)


def carried(page: str) -> list[str]:
    """The settings that the address of `page` carries."""
    return [
        name for name, setting in SETTINGS.items() if not setting.pages or page in setting.pages
    ]


def values() -> dict[str, Any]:
    """Every setting as it is now."""
    return {name: get(name) for name in SETTINGS}


def link(page: str, now: Mapping[str, Any] | None = None) -> dict[str, str]:
    """The parameters of the address that shows `page` with the settings of `now`.

    Each look into the session costs, so whoever makes several links passes :func:`values` in.
    """
    now = values() if now is None else now
    return {
        name: str(now[name])
        for name in carried(page)
        if now[name] is not None and now[name] != default(name)
    }


def read_address(page: str) -> None:
    """Take over the address where it, and not a widget, has changed since the last run.

    A value that a setting cannot have leaves the default in place and is noted for the visitor.
    """
    address = (page, st.query_params.to_dict())
    now = values()
    if address != st.session_state.get(_ADDRESS) and not _a_widget_changed(now):
        now |= {name: _read(name, address[1]) for name in carried(page)}
    for name, value in now.items():
        if name not in st.session_state or get(name) != value:
            put(name, value)
    _remember(address, now)


def write_address() -> None:
    """Make the address say what the page shows; a change is a new step for the back button."""
    page, now = st.session_state[_ADDRESS][0], values()
    parameters = link(page, now)
    if parameters != st.query_params.to_dict():
        st.query_params.from_dict(parameters)
    _remember((page, parameters), now)


def _read(name: str, parameters: Mapping[str, str]) -> Any:
    """The value of a setting in an address; what it cannot be is noted, and the default taken."""
    if name not in parameters:
        return default(name)
    try:
        return SETTINGS[name].read(parameters[name])
    except ValueError:
        note(
            f"The link says {name}={parameters[name][:60]!r}, but it can only be "
            f"{SETTINGS[name].allowed}. Showing {_plain(default(name))} instead."
        )
        return default(name)


def _a_widget_changed(now: Mapping[str, Any]) -> bool:
    # Between a click and the browser's new address a second click may come in with the old one.
    seen = st.session_state.get(_SEEN)
    return seen is not None and seen != now


def _remember(address: tuple[str, dict[str, str]], now: Mapping[str, Any]) -> None:
    st.session_state[_ADDRESS] = address
    st.session_state[_SEEN] = now


def _plain(value: Any) -> str:
    return "nothing" if value is None else str(value)
