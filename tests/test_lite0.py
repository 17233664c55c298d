"""EfficientNetLite0 against its PyTorch original and against Keras's own EfficientNetB0."""

import hashlib
import re
from pathlib import Path

import keras
import numpy as np
import pytest

from fercore import lite0
from fercore.errors import ModelError

REFERENCE = Path(__file__).parent / "data" / "lite0_reference.npz"
DATASHEET = lite0.WEIGHTS.with_name("efficientnet_lite0.md")


def output_shape(model: keras.Model, layer: str) -> tuple[int, ...]:
    return tuple(model.get_layer(layer).output.shape[1:])


@pytest.fixture(scope="module")
def model() -> keras.Model:
    """The network at FER2013's own size, with random weights."""
    return lite0.build(48)


def test_weights_file_is_the_one_of_the_datasheet():
    (checksum,) = re.findall(r"\b[0-9a-f]{64}\b(?=.*weights\.h5)", DATASHEET.read_text())
    assert hashlib.sha256(lite0.WEIGHTS.read_bytes()).hexdigest() == checksum


@pytest.mark.parametrize("size", [48, 96])
def test_outputs_equal_those_of_the_original(size):
    """The stored values are the original's, in double precision, rounded to single."""
    with np.load(REFERENCE) as reference:
        picture, step = reference["picture"][:size, :size], int(reference["step"])
        expected = {
            key.removeprefix(f"{size}/"): reference[key]
            for key in reference
            if key.startswith(f"{size}/")
        }
    assert len(expected) == 7

    model = lite0.build(size)
    model.load_weights(lite0.WEIGHTS)
    taps = keras.Model(model.input, {name: model.get_layer(name).output for name in expected})
    outputs = taps(picture[None].astype(np.float32), training=False)
    for name, values in expected.items():
        sampled = outputs[name].numpy().ravel()[::step]
        np.testing.assert_allclose(sampled, values, rtol=0, atol=1e-4, err_msg=name)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        ("rescaling", (48, 48, 3)),
        ("stem_conv", (24, 24, 32)),
        ("block2a_expand_conv", (24, 24, 96)),
        ("block7a_project_bn", (2, 2, 320)),
        ("top_conv", (2, 2, 1280)),
        ("max_pool", (1280,)),
    ],
)
def test_shapes_of_a_48_pixel_face(model, layer, shape):
    assert output_shape(model, layer) == shape


def test_parameters_are_the_published_4_7_million_less_the_classifier(model):
    classifier = 1280 * 1000 + 1000
    assert round((model.count_params() + classifier) / 1e6, 1) == 4.7


@pytest.mark.parametrize("size", [48, 96, 160, 224])
def test_layers_are_those_of_b0_without_squeeze_and_excite(size):
    """Same names in the same order, same height and width: Keras's B0 is the independent truth."""
    lite = lite0.build(size)
    b0 = keras.applications.EfficientNetB0(
        include_top=False, weights=None, input_shape=(size, size, 3), pooling="max"
    )
    own_ways = (keras.layers.InputLayer, keras.layers.Rescaling, keras.layers.Normalization)

    def names(network: keras.Model) -> list[str]:
        return [
            layer.name
            for layer in network.layers
            if not isinstance(layer, own_ways) and "_se_" not in layer.name
        ]

    assert names(lite) == names(b0)
    for name in names(b0):
        assert output_shape(lite, name) == output_shape(b0, name), name


def test_two_models_in_one_process_have_equal_names(model):
    again = lite0.build(48)
    assert [layer.name for layer in again.layers] == [layer.name for layer in model.layers]
    assert again.name == model.name == "efficientnetlite0"
    assert again.layers[1].name == "rescaling"


def test_picture_levels_are_brought_to_about_minus_one_to_one(model):
    rescaling = model.get_layer("rescaling")
    levels = np.array([0, 127, 255], dtype=np.float32)
    assert rescaling(levels).numpy().tolist() == [-127 / 128, 0, 1]


@pytest.mark.parametrize(
    ("pooling", "last"), [("max", "max_pool"), ("avg", "avg_pool"), (None, "top_activation")]
)
def test_pooling_chooses_the_last_layer(pooling, last):
    assert lite0.build(32, pooling=pooling).layers[-1].name == last


def test_refusals_say_what_is_allowed():
    with pytest.raises(ModelError, match=r"31 × 31 .* 32 × 32 or more"):
        lite0.build(31)
    with pytest.raises(ModelError, match=r"'median'.*\"max\", \"avg\" or None"):
        lite0.build(48, pooling="median")
