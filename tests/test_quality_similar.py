"""Near-duplicates: the hash against SciPy's transform, the search against all pairs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.fft import dctn
from scipy.ndimage import gaussian_filter

from fercore import quality
from fercore.errors import DatasetError
from fercore.quality import similar


@pytest.fixture(scope="module")
def scenes() -> np.ndarray:
    """Forty blotchy pictures that have nothing in common."""
    noise = np.random.default_rng(7).normal(size=(40, 48, 48))
    smooth = gaussian_filter(noise, sigma=(0, 2, 2))
    low, high = (f(smooth, axis=(1, 2), keepdims=True) for f in (np.min, np.max))
    return (40 + 160 * (smooth - low) / (high - low)).astype(np.uint8)


def test_the_hash_is_the_low_frequencies_against_their_median(scenes):
    hashes, usable = quality.perceptual_hash(scenes)
    assert usable.all()
    for picture, value in zip(scenes, hashes, strict=True):
        low = dctn(picture.astype(float))[1:9, 1:9].ravel()
        bits = "".join("1" if c > np.median(low) else "0" for c in low)
        assert int(value) == int(bits, 2)


def test_light_contrast_and_noise_keep_a_picture_alike(scenes):
    noisy = scenes + np.random.default_rng(0).normal(0, 3, scenes.shape)
    changed = np.clip([scenes * 0.7, scenes + 30.0, noisy], 0, 255).astype(np.uint8)
    everything = np.concatenate([scenes, *changed])
    groups = quality.near_duplicates(everything)
    assert groups.tolist() == list(range(40)) * 4


def test_exact_copies_and_plain_pictures_are_not_counted_again(scenes):
    bright = (scenes[:1] + 30).astype(np.uint8)
    plain = np.zeros((2, 48, 48), np.uint8)
    plain[1] = 200
    stripes = np.repeat(np.arange(96, dtype=np.uint8).reshape(2, 48, 1), 48, axis=2)
    images = np.concatenate([scenes[:2], bright, scenes[:2], bright, plain, stripes])
    assert quality.near_duplicates(images).tolist() == [0, -1, 0] + [-1] * 7

    unknown = np.full(len(images), -1)
    finding = quality.report(images, unknown, unknown)["near-duplicates"]
    assert finding.positions.tolist() == [0, 2]
    assert finding.count == 1
    assert finding.leave_out.tolist() == [2, 5], "the copy of what is left out goes with it"


def test_groups_over_labels_and_splits_are_counted(scenes):
    images = np.concatenate([scenes[:3], (scenes[:3] + 30).astype(np.uint8)])
    labels, splits = np.array([0, 1, -1, 0, 2, 3]), np.array([0, 0, 0, 1, 0, 2])
    figures = quality.report(images, labels, splits)["near-duplicates"].figures
    assert figures == {
        "groups": 3,
        "pictures": 6,
        "groups with different labels": 1,
        "groups in several splits": 2,
    }


def chains_of_all_pairs(hashes: list[int], distance: int) -> list[set[int]]:
    chains = [{i} for i in range(len(hashes))]
    for i, a in enumerate(hashes):
        for j, b in enumerate(hashes[:i]):
            if (a ^ b).bit_count() <= distance and chains[i] is not chains[j]:
                chains[i] |= chains[j]
                for member in chains[j]:
                    chains[member] = chains[i]
    return chains


few_bits = st.lists(st.integers(0, 63), max_size=8).map(lambda bits: sum(1 << b for b in set(bits)))


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.one_of(few_bits, st.integers(0, 2**64 - 1)), max_size=30),
    st.sampled_from([0, 1, 3, 6, 10, 63]),
)
def test_the_search_finds_every_pair(hashes, distance):
    found = similar._chains(np.array(hashes, np.uint64), distance)
    for members, chain in zip(chains_of_all_pairs(hashes, distance), found, strict=True):
        assert set(np.flatnonzero(found == chain)) == members


def test_many_pairs_are_joined_in_parts(monkeypatch):
    rng = np.random.default_rng(1)
    centres = rng.integers(0, 2**64, 5, np.uint64)
    flips = np.uint64(1) << rng.integers(0, 64, (5, 40)).astype(np.uint64)
    hashes = np.unique(centres[:, None] ^ flips)
    whole = similar._chains(hashes, 6)
    monkeypatch.setattr(similar, "_PAIRS_HELD", 10)
    assert len(set(whole)) == 5
    assert (similar._chains(hashes, 6) == whole).all()


def test_a_distance_out_of_range_is_refused(scenes):
    with pytest.raises(DatasetError, match="64 bits was asked for; choose 0 to 63"):
        quality.near_duplicates(scenes, distance=64)
