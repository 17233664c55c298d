"""Receptive fields against the networks themselves: which input pixels move a map's value?"""

import numpy as np
import pytest

from fercore import lite0
from fercore.errors import FercoreError
from fercore.receptive import fields
from fercore.receptive_field import Field

keras = pytest.importorskip("keras")

# Layers of B0 and Lite0 alike, from the first to the last kind of field that 96 pixels can show.
LAYERS = [
    "stem_conv_pad",
    "stem_conv",
    "block1a_dwconv",
    "block2a_expand_conv",
    "block2a_dwconv_pad",
    "block2a_dwconv",
    "block2b_add",
    "block3a_dwconv",
    "block3b_add",
    "block4a_dwconv",
    "block4c_add",
    "block5a_dwconv",
]


def transparent(model):
    """The same network with every path open: no activation hides a change, nothing cancels.

    Weights are positive, activations linear, and the excitation of squeeze-and-excite constant:
    over a background of zeros, a number is positive exactly if a lit pixel reaches it by
    convolutions.
    """

    def linear(layer):
        config = layer.get_config()
        if isinstance(layer, keras.layers.Activation):
            config["activation"] = "linear"
        if isinstance(layer, keras.layers.Rescaling):
            config["offset"] = 0.0
        return type(layer).from_config(config)

    clone = keras.models.clone_model(model, clone_function=linear)
    for layer in clone.layers:
        if isinstance(layer, keras.layers.Conv2D | keras.layers.DepthwiseConv2D):
            kernel, *bias = layer.get_weights()
            terms = kernel[..., 0].size if "dwconv" not in layer.name else kernel[..., 0, 0].size
            value = 0 if layer.name.endswith("se_expand") else 1 / terms
            layer.set_weights([np.full_like(kernel, value), *bias])
    return clone


def lit_rows_and_columns(model, names):
    """Whether each number is reached by each row and by each column of the input.

    Returns bool (rows or columns, size, height, width) by layer: one pass over pictures of one
    lit row, and of one lit column.
    """
    size = model.input_shape[1]
    rows = np.zeros((size, *model.input_shape[1:]), np.float32)
    rows[np.arange(size), np.arange(size)] = 255
    part = keras.Model(model.input, [model.get_layer(name).output for name in names])
    by_rows = part(rows)
    by_columns = part(rows.transpose(0, 2, 1, 3))
    return {
        name: np.stack([row.numpy()[..., 0], column.numpy()[..., 0]]) > 0
        for name, row, column in zip(names, by_rows, by_columns, strict=True)
    }


def assert_seen_are_the_stated_windows(model, names):
    size = model.input_shape[1]
    found = fields(model)
    for name, (by_row, by_column) in lit_rows_and_columns(model, names).items():
        assert found[name].positions == by_row.shape[1]
        for row, col in np.ndindex(by_row.shape[1:]):
            top, left, bottom, right = found[name].window(row, col, size)
            seen_rows = np.flatnonzero(by_row[:, row, col]).tolist()
            seen_columns = np.flatnonzero(by_column[:, row, col]).tolist()
            assert seen_rows == list(range(top, bottom)), (name, row, col)
            assert seen_columns == list(range(left, right)), (name, row, col)


@pytest.mark.parametrize("size", [77, 96])
def test_lite0_sees_exactly_the_stated_windows_at_every_position(size):
    assert_seen_are_the_stated_windows(transparent(lite0.build(size)), LAYERS)


def test_b0s_convolutions_see_exactly_the_stated_windows_at_every_position():
    names = ["block1a_se_excite", *LAYERS[:-3]]
    assert_seen_are_the_stated_windows(transparent(b0(48)), names)


def b0(size):
    return keras.applications.EfficientNetB0(
        weights=None, include_top=False, input_shape=(size, size, 3), pooling="max"
    )


def test_squeeze_and_excite_shows_every_later_number_the_whole_picture():
    model = b0(96)
    found = fields(model)
    picture = np.random.default_rng(0).uniform(0, 255, (1, 96, 96, 3)).astype(np.float32)
    changed = picture.copy()
    changed[0, 80:, 80:] = 255 - changed[0, 80:, 80:]
    for layer in ("block1a_dwconv", "block1a_se_excite", "block2a_expand_conv", "block2b_add"):
        _, _, *end = found[layer].window(0, 0, 96)
        assert max(end) < 80, "the change has to lie outside of the convolution's field"
        part = keras.Model(model.input, model.get_layer(layer).output)
        before, after = part(picture).numpy()[0, 0, 0], part(changed).numpy()[0, 0, 0]
        assert found[layer].global_too == bool((before != after).any()), layer
    assert found["top_conv"].global_too
    assert found["block1a_se_expand"].whole


@pytest.mark.parametrize("layer", ["stem_conv", "block1a_dwconv", "block2a_dwconv", "block2b_add"])
def test_one_changed_pixel_of_untrained_lite0(layer):
    """The experiment itself, with ReLU6 in place: pixels at the edge of the field and beyond."""
    keras.utils.set_random_seed(1)
    model = lite0.build(48)
    field = fields(model)[layer]
    part = keras.Model(model.input, model.get_layer(layer).output)
    middle = field.positions // 2
    top, left, bottom, right = field.window(middle, middle, 48)
    assert 0 < top < bottom < 48, "the field has to lie inside of the picture"
    inside = [(top, left), (top, right - 1), (bottom - 1, left), (bottom - 1, right - 1)]
    outside = [(top - 1, left), (top, left - 1), (bottom, right - 1), (bottom - 1, right)]

    pictures = np.random.default_rng(0).uniform(0, 255, (1, 48, 48, 3)).astype(np.float32)
    pictures = np.repeat(pictures, 1 + len(inside) + len(outside), axis=0)
    for number, (row, col) in enumerate([*inside, *outside], start=1):
        pictures[number, row, col] += 10_000
    values = part(pictures).numpy()[:, middle, middle]
    moved = (values[1:] != values[0]).any(axis=1)
    assert moved[: len(inside)].all()
    assert not moved[len(inside) :].any()


@pytest.mark.parametrize("size", [15, 16])
@pytest.mark.parametrize("kernel", [2, 3, 4, 5])
@pytest.mark.parametrize("padding", ["same", "valid"])
def test_every_kind_of_layer_at_odd_and_even_sizes(kernel, padding, size):
    layers = keras.layers
    inputs = x = layers.Input((size, size, 2))
    x = layers.Conv2D(2, kernel, strides=2, padding=padding, name="strided")(x)
    x = layers.ZeroPadding2D(((1, 0), (1, 0)), name="padded")(x)
    x = layers.AveragePooling2D(2, strides=1, padding=padding, name="pooled")(x)
    wide = layers.Conv2D(2, 3 if padding == "same" else 1, padding=padding, name="wide")(x)
    x = layers.Add(name="union")([x, wide])
    x = layers.DepthwiseConv2D(2, dilation_rate=2, padding=padding, name="dilated")(x)
    model = keras.Model(inputs, x)
    for weight in model.weights:
        weight.assign(np.ones(weight.shape) * ("bias" not in weight.name))
    assert_seen_are_the_stated_windows(
        model, ["strided", "padded", "pooled", "wide", "union", "dilated"]
    )


def test_worked_by_hand():
    """Distill, "Arithmetic": sizes add (k - 1) * stride, strides multiply."""
    found = fields(lite0.build(48))
    assert found["stem_conv"] == Field(size=3, stride=2, start=0, positions=24)
    assert found["block1a_dwconv"] == Field(size=7, stride=2, start=-2, positions=24)
    assert found["block2a_dwconv"] == Field(size=11, stride=4, start=-2, positions=12)
    assert found["max_pool"] == Field(size=48, stride=0, start=0, positions=1, whole=True)
    # 3 + 2 * (2 + 2 + 2 * 2 + ...) over all depthwise convolutions, by hand
    steps = [(3, 2), (3, 2), (3, 4), (5, 4), (5, 8), (3, 8), (3, 16), (3, 16)]
    steps += [(5, 16)] * 4 + [(5, 32)] * 3 + [(3, 32)]
    assert found["top_conv"].size == 3 + sum((kernel - 1) * stride for kernel, stride in steps)


def test_every_layer_of_b0_has_a_field():
    model = b0(48)
    assert list(fields(model)) == [layer.name for layer in model.layers]


@pytest.mark.parametrize(
    ("field", "position", "sentence"),
    [
        (Field(27, 4, -10, 12), (), "One number here sees 27 × 27 pixels of the face."),
        (Field(1, 1, 0, 48), (), "One number here sees 1 pixel of the face."),
        (Field(851, 32, -410, 2), (), "One number here sees the whole face."),
        (
            Field(67, 8, -26, 6),
            (),
            "One number here sees most of the face (its 67 × 67 pixels reach beyond the 48 × 48).",
        ),
        (Field(48, 0, 0, 1, whole=True), (), "One number here sees the whole face."),
        (
            Field(27, 4, -10, 12),
            (5, 5),
            "The number in row 5, column 5 sees 27 × 27 pixels of the face.",
        ),
        (
            Field(27, 4, -10, 12),
            (0, 5),
            "The number in row 0, column 5 sees 17 × 27 pixels of the face "
            "(its 27 × 27 reach beyond the edge).",
        ),
        (Field(851, 32, -410, 2), (1, 0), "The number in row 1, column 0 sees the whole face."),
        (
            Field(7, 2, -2, 24, global_too=True),
            (),
            "One number here sees 7 × 7 pixels of the face through the convolutions; by "
            "squeeze-and-excite, which weighs each map by its mean, it also sees the whole face "
            "a little.",
        ),
    ],
)
def test_sentences(field, position, sentence):
    assert field.sentence(48, *position) == sentence


@pytest.mark.parametrize("position", [(-1, 0), (0, 24), (24, 0)])
def test_a_position_outside_of_the_map(position):
    with pytest.raises(FercoreError, match="from 0 to 23"):
        Field(3, 2, 0, 24).window(*position, 48)


def test_what_has_no_receptive_field_is_refused():
    layers = keras.layers
    square = layers.Input((8, 8, 1))
    dull = layers.Conv2D(1, (3, 1), name="narrow")(square)
    with pytest.raises(FercoreError, match="narrow treats rows and columns differently"):
        fields(keras.Model(square, dull))
    with pytest.raises(FercoreError, match="grown is not known: it is a UpSampling2D"):
        fields(keras.Model(square, layers.UpSampling2D(name="grown")(square)))
    flat = layers.Input((8, 6, 1))
    with pytest.raises(FercoreError, match="one square picture"):
        fields(keras.Model(flat, layers.ReLU()(flat)))
