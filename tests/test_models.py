"""Models: loaded once, the right maps of every layer, clear refusals."""

import subprocess
import sys
import threading

import keras
import numpy as np
import pytest
from PIL import Image

from fercore import features, models, networks, weights
from fercore.errors import LayerError, ModelError, PictureError

FACES = np.random.default_rng(7).integers(0, 256, (6, 48, 48), dtype=np.uint8)


@pytest.fixture(scope="module")
def lite0():
    return models.load("EfficientNetLite0")


def keras_input(face, size):
    """A face as Keras's EfficientNet wants it, made by Pillow alone."""
    grey = Image.fromarray(face.astype(np.float32)).resize((size, size), Image.Resampling.BILINEAR)
    return np.repeat(np.asarray(grey)[None, ..., None], 3, axis=-1)


@pytest.mark.parametrize("size", [48, 96])
@pytest.mark.parametrize("name", ["EfficientNetLite0", "EfficientNetB0"])
def test_maps_of_every_layer_equal_a_plain_keras_model(name, size):
    model = models.load(name, size, weights="imagenet" if name.endswith("Lite0") else None)
    inner = model.keras_model
    plain = keras.Model(inner.input, [layer.output for layer in inner.layers[1:]])
    expected = plain(keras_input(FACES[0], size), training=False)
    assert len(expected) == len(model.layers)
    for layer, truth in zip(model.layers, expected, strict=True):
        maps = model.feature_maps(FACES[0], layer.name)
        assert maps.shape == layer.shape
        assert maps.dtype == np.float32
        truth = np.asarray(truth)[0]
        scale = max(1.0, float(np.abs(truth).max()))
        np.testing.assert_allclose(maps, truth, rtol=0, atol=1e-5 * scale, err_msg=layer.name)


def test_one_model_by_its_own_sub_model(lite0):
    inner = lite0.keras_model
    one = keras.Model(inner.input, inner.get_layer("block2a_expand_conv").output)
    truth = np.asarray(one(keras_input(FACES[1], 48), training=False))[0]
    maps = lite0.feature_maps(FACES[1], "block2a_expand_conv")
    assert maps.shape == (24, 24, 96)
    np.testing.assert_allclose(maps, truth, atol=1e-5 * np.abs(truth).max())


def test_what_enters_the_network_is_three_equal_channels_of_0_to_255(lite0):
    entering = lite0.network_input(FACES[0])
    assert entering.shape == (48, 48, 3)
    assert (entering == FACES[0][..., None]).all()
    divided = lite0.network_input(FACES[0], "0-1")
    np.testing.assert_allclose(divided * 255, entering, rtol=1e-6)
    bigger = models.load("EfficientNetLite0", 96).network_input(FACES[0])
    np.testing.assert_allclose(bigger, keras_input(FACES[0], 96)[0], atol=1e-2)


def test_maps_are_read_only_and_come_from_the_cache_the_second_time(lite0):
    first = lite0.feature_maps(FACES[2], "top_conv")
    assert not first.flags.writeable
    again = lite0.feature_maps(FACES[2].copy(), "top_conv")
    assert np.shares_memory(again, first)


def test_another_layer_of_the_same_face_costs_no_pass(lite0, monkeypatch):
    lite0.feature_maps(FACES[4], "top_conv")
    monkeypatch.setattr(features.Extractor, "_pass", None)  # a pass would fail
    assert lite0.feature_maps(FACES[4], "block2a_expand_conv").shape == (24, 24, 96)


def test_one_pixel_makes_another_picture(lite0):
    changed = FACES[2].copy()
    changed[24, 24] ^= 255
    one, other = (lite0.feature_maps(f, "block2a_expand_conv") for f in (FACES[2], changed))
    assert not np.array_equal(one, other)


def test_dividing_by_255_first_makes_all_faces_look_alike(lite0):
    right, slip = (models.spread(lite0.pooled(FACES, r)) for r in ("0-255", "0-1"))
    assert right > 50 * slip


def test_responses_are_the_mean_and_maximum_of_the_maps(lite0):
    names = ["block2a_expand_conv", "max_pool"]
    batches = list(lite0.responses(FACES, names))
    mean = np.concatenate([b["block2a_expand_conv"][0] for b in batches])
    peak = np.concatenate([b["block2a_expand_conv"][1] for b in batches])
    for i, face in enumerate(FACES):
        maps = lite0.feature_maps(face, "block2a_expand_conv")
        np.testing.assert_allclose(mean[i], maps.mean((0, 1)), atol=1e-4)
        np.testing.assert_allclose(peak[i], maps.max((0, 1)), atol=1e-4)
    assert batches[0]["max_pool"][0].shape == (len(FACES), 1280)


def test_random_weights_follow_their_seed_alone():
    first = models.load("EfficientNetLite0", weights=None, seed=3)
    models.load("EfficientNetLite0", 96, weights=None, seed=3)
    inner = networks.REGISTRY["EfficientNetLite0"].build(48, None, "max")
    networks.randomise(inner, 3)
    one, same = first.keras_model.get_weights(), inner.get_weights()
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    other = models.load("EfficientNetLite0", weights=None, seed=4).keras_model.get_weights()
    assert not all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_thirty_who_ask_at_once_get_the_same_model_built_once(monkeypatch):
    built = []
    spec = models.REGISTRY["EfficientNetLite0"]

    def build(*args):
        built.append(args)
        return spec.build(*args)

    counting = networks.ModelSpec(spec.name, spec.note, build)
    monkeypatch.setitem(models.REGISTRY, "EfficientNetLite0", counting)
    got = []

    def ask():
        got.append(models.load("EfficientNetLite0", weights=None, seed=77))

    threads = [threading.Thread(target=ask) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(built) == 1
    assert len(got) == 30
    assert len({id(model) for model in got}) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"name": "ResNet50"}, "EfficientNetB7"),
        ({"input_size": 64}, "48, 96, 160, 224"),
        ({"weights": "noisy"}, "imagenet"),
        ({"pooling": "sum"}, "max, avg"),
    ],
)
def test_a_wrong_argument_is_refused_with_what_is_allowed(arguments, said):
    with pytest.raises(ModelError, match=said):
        models.load(**{"name": "EfficientNetLite0", **arguments})


def test_an_unknown_layer_is_refused_with_the_nearest_names(lite0):
    with pytest.raises(LayerError, match=r"Did you mean .*block2a_expand_conv"):
        lite0.feature_maps(FACES[0], "block2a_expand_con")


@pytest.mark.parametrize("wrong", [np.zeros((48, 48)), np.zeros((96, 96), np.uint8), "face"])
def test_what_is_not_a_face_is_refused(lite0, wrong):
    with pytest.raises(PictureError, match="48 × 48"):
        lite0.feature_maps(wrong, "top_conv")


def test_an_unknown_input_range_is_refused(lite0):
    with pytest.raises(ModelError, match="0-255, 0-1"):
        lite0.feature_maps(FACES[0], "top_conv", "0-100")


def test_weights_that_cannot_be_downloaded_are_refused_and_nothing_else_breaks(
    monkeypatch, tmp_path
):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(keras.src.applications.efficientnet.file_utils, "get_file", _no_network)
    with pytest.raises(ModelError, match=r"EfficientNetB0 \(16 MB\) could not be downloaded"):
        models.load("EfficientNetB0")
    job = models.start_download("EfficientNetB0")
    assert job.wait(60)
    assert "could not be downloaded" in str(job.error)
    assert weights.download_state("EfficientNetB0") is job
    assert models.load("EfficientNetLite0").layers


def _no_network(*args, **kwargs):
    raise OSError("no route to host")


def test_b0_is_the_default_only_where_its_weights_are_at_hand(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert models.default_name() == "EfficientNetLite0"
    weights.cached_file("EfficientNetB0").parent.mkdir()
    weights.cached_file("EfficientNetB0").touch()
    assert models.default_name() == "EfficientNetB0"


def test_keras_looks_for_its_weights_where_we_say(monkeypatch, tmp_path):
    """Held against Keras's own code: the address and the folder that it hands to get_file."""
    seen = {}

    def get_file(name, origin, cache_subdir, file_hash):
        seen.update(name=name, subdir=cache_subdir)
        raise OSError

    monkeypatch.setattr(keras.src.applications.efficientnet.file_utils, "get_file", get_file)
    with pytest.raises(OSError):
        networks.REGISTRY["EfficientNetB3"].build(48, "imagenet", "max")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    path = weights.cached_file("EfficientNetB3")
    assert not weights.at_hand("EfficientNetB3")
    path.parent.mkdir()
    path.touch()
    assert weights.at_hand("EfficientNetB3")
    assert (path.name, path.parent.name) == (seen["name"], seen["subdir"])


def test_fercore_imports_neither_streamlit_nor_tensorflow():
    code = (
        "import pkgutil, importlib, sys, fercore\n"
        "for module in pkgutil.walk_packages(fercore.__path__, 'fercore.'):\n"
        "    importlib.import_module(module.name)\n"
        "bad = {'streamlit', 'tensorflow', 'keras'} & set(sys.modules)\n"
        "sys.exit(f'imported: {bad}' if bad else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_where_all_layers_would_not_fit_only_the_one_asked_for_is_computed(lite0):
    small = features.FeatureCache(max_bytes=1_000_000)
    names = [layer.name for layer in lite0.layers]
    extractor = features.Extractor(lite0.keras_model, names, "small", small)
    assert not extractor.fits
    maps = extractor.maps(FACES[3], "block3a_expand_conv", "0-255")
    np.testing.assert_allclose(maps, lite0.feature_maps(FACES[3], "block3a_expand_conv"), atol=1e-4)
    assert len(small) == 1
    assert small.nbytes == maps.nbytes
