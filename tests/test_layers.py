"""What a layer is called, and whether every layer is there."""

import keras
import pytest

from fercore import layers


@pytest.fixture(scope="module")
def b0():
    return keras.applications.EfficientNetB0(
        include_top=False, weights=None, input_shape=(48, 48, 3), pooling="max"
    )


def test_every_layer_of_b0_after_the_input_is_there_in_order(b0):
    described = layers.describe(b0)
    assert len(described) == 237
    assert [layer.shape for layer in described] == [
        tuple(k.output.shape[1:]) for k in b0.layers[1:]
    ]
    squeezed = [layer for layer in described if layer.shape[:2] == (1, 1)]
    assert len(squeezed) == 48
    assert not any(layer.is_grid for layer in squeezed)


def test_names_are_the_same_however_many_models_the_process_has_made(b0):
    again = keras.applications.EfficientNetB0(
        include_top=False, weights=None, input_shape=(48, 48, 3), pooling="max"
    )
    assert again.layers[1].name != b0.layers[1].name  # Keras's own names have moved on
    assert layers.describe(again) == layers.describe(b0)
    assert layers.describe(b0)[0].name == "rescaling"


def test_the_tutorials_layers_have_its_shapes_and_plain_titles(b0):
    by_name = {layer.name: layer for layer in layers.describe(b0)}
    early, last = by_name["block2a_expand_conv"], by_name["top_conv"]
    assert early.shape == (24, 24, 96)
    assert early.title == "block 2a · expansion convolution · 24×24×96"
    assert last.shape == (2, 2, 1280)
    assert early.is_main
    assert not early.is_block_output
    assert early.size_text == "24 × 24 · 96 maps"
    assert by_name["max_pool"].size_text == "1280 numbers"


def test_there_is_one_output_a_block_and_it_is_what_the_next_block_takes(b0):
    outputs = [layer.name for layer in layers.describe(b0) if layer.is_block_output]
    assert len(outputs) == 2 + 16  # stem, top and B0's sixteen blocks
    keras_layers = {layer.name: layer for layer in b0.layers}
    takes = keras_layers["block3a_expand_conv"].input
    assert takes is keras_layers["block2b_add"].output
    assert "block2b_add" in outputs


def test_every_layer_has_words_of_its_own(b0):
    assert not [layer for layer in layers.describe(b0) if layer.kind == "other"]
    titles = [layer.title for layer in layers.describe(b0)]
    assert len(set(titles)) == len(titles)


def test_numbers_of_unnamed_layers_are_counted_inside_the_model():
    given = ["input_layer_4", "rescaling_6", "normalization_3", "rescaling_7", "stem_conv"]
    assert layers.stable_names(given) == [
        "input_layer",
        "rescaling",
        "normalization",
        "rescaling_1",
        "stem_conv",
    ]
