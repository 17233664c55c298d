"""The byte-bounded cache of feature maps."""

import threading

import numpy as np

from fercore.features import FeatureCache


def array(kilobytes):
    return np.zeros(kilobytes * 256, np.float32)


def test_the_one_unused_for_longest_goes_first():
    cache = FeatureCache(max_bytes=3 * 1024)
    for name in "abc":
        cache.put(name, array(1))
    assert cache.get("a") is not None  # now "b" is the one unused for longest
    cache.put("d", array(1))
    assert cache.get("b") is None
    assert all(cache.get(name) is not None for name in "acd")
    assert cache.nbytes == 3 * 1024


def test_replacing_counts_once_and_too_large_is_not_kept():
    cache = FeatureCache(max_bytes=4 * 1024)
    cache.put("a", array(1))
    cache.put("a", array(2))
    assert cache.nbytes == 2 * 1024
    cache.put("b", array(5))
    assert cache.get("b") is None
    assert cache.get("a") is not None
    cache.clear()
    assert (len(cache), cache.nbytes) == (0, 0)


def test_the_bound_holds_among_threads():
    cache = FeatureCache(max_bytes=50 * 1024)

    def work(seed):
        random = np.random.default_rng(seed)
        for n in random.integers(0, 1000, 500):
            if cache.get(n) is None:
                cache.put(n, array(int(n) % 7 + 1))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.nbytes <= 50 * 1024
    assert cache.nbytes == sum(a.nbytes for a in cache._kept.values())
