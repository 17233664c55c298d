"""Choosing any layer of the model: a drop-down that can be typed into, and previous / next."""

import streamlit as st

from fercore.errors import LayerError
from fercore.layers import Layer
from fercore.models import Model
from ui import state, words

ALL_BLOCKS = str(state.SETTINGS["block"].default)


def show(model: Model) -> Layer:
    """Draw the picker; returns the layer chosen.

    A layer that the model does not have (from a link, or of the model before) is noted for the
    visitor, and one that the model has is taken.
    """
    _keep_layer_in(model)
    offered = _offered(model)
    names = [layer.name for layer in offered]
    titles = {layer.name: f"{layer.name} · {layer.title}" for layer in model.layers}
    at = names.index(state.get("layer"))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _step("←", "previous", "P", names, at, -1)
        st.selectbox(
            f"Layer {at + 1} of {len(names)}",
            names,
            format_func=lambda name: titles.get(name, name),
            key="layer",
            help=words.LAYER,
            persist_state="session",
            on_change=_forget_part,
        )
        _step("→", "next", "N", names, at, +1)
        with st.popover("Which layers", width="content"):
            st.segmented_control(
                "Layers in the list",
                ["main", "every"],
                format_func={
                    "main": "convolutions and block outputs",
                    "every": f"all {len(model.layers)} layers",
                }.get,
                key="list",
                required=True,
                persist_state="session",
            )
            st.selectbox("Block", _blocks(model), key="block", persist_state="session")
    return model.layer(state.get("layer"))


def _step(arrow: str, name: str, key: str, names: list[str], at: int, by: int) -> None:
    possible = 0 <= at + by < len(names)
    st.button(
        arrow,
        key=f"{name}_layer",
        help=f"The {name} layer of the list (key {key})",
        shortcut=key,
        disabled=not possible,
        on_click=_go,
        args=(names[at + by] if possible else names[at],),
    )


def _blocks(model: Model) -> list[str]:
    blocks = [ALL_BLOCKS, *dict.fromkeys(layer.block for layer in model.layers)]
    if state.get("block") not in blocks:
        state.note(f"{model.name} has no block “{state.get('block')[:40]}”. Showing all blocks.")
        state.put("block", ALL_BLOCKS)
    return blocks


def _offered(model: Model) -> list[Layer]:
    """The layers in the drop-down: the short list or all, of one block or all, and the chosen."""
    _blocks(model)
    block, chosen = state.get("block"), state.get("layer")
    every = state.get("list") == "every"
    return [
        layer
        for layer in model.layers
        if layer.name == chosen or ((every or layer.is_main) and block in (ALL_BLOCKS, layer.block))
    ]


def _keep_layer_in(model: Model) -> None:
    try:
        model.layer(state.get("layer"))
    except LayerError as refusal:
        names = [layer.name for layer in model.layers]
        usual = state.default("layer")
        instead = usual if usual in names else names[0]
        state.note(f"{refusal} Showing {instead}.")
        state.put("layer", instead)


def _go(name: str) -> None:
    state.put("layer", name)
    _forget_part()


def _forget_part() -> None:
    state.put("part", 1)
