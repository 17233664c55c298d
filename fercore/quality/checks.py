"""The problems that pixels, labels and splits show; each function makes one finding.

The arguments are those of :func:`fercore.quality.report`, already checked. `first` is the result
of :func:`~fercore.quality.identical.first_occurrence`, `plain` that of
:func:`~fercore.quality.identical.one_colour`.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from fercore.emotions import SPLITS
from fercore.quality.findings import BoolArray, Finding, IntArray
from fercore.quality.identical import gather
from fercore.quality.similar import NEAR_DISTANCE


def plain_pictures(images: npt.NDArray[np.uint8], plain: BoolArray) -> Finding:
    """The pictures in which every pixel has the same value."""
    values, counts = np.unique(images[plain, 0, 0], return_counts=True)
    return Finding(
        id="one-colour",
        title="One-colour pictures",
        count=int(plain.sum()),
        of=len(plain),
        unit="pictures",
        explanation=(
            "Every pixel has the same grey value: there is nothing to see. They carry a label all "
            "the same, and a network that learns from them learns noise."
        ),
        positions=np.flatnonzero(plain),
        leave_out=np.flatnonzero(plain),
        leave_out_rule="all of them",
        details=pd.DataFrame({"grey value (0 black, 255 white)": values, "pictures": counts}),
    )


def exact_duplicates(first: IntArray, labels: IntArray, emotions: Sequence[str]) -> Finding:
    """The pictures that have exactly the pixels of an earlier one."""
    surplus = first != np.arange(len(first))
    repeated = np.unique(first[surplus])
    positions, groups = gather(first, np.isin(first, repeated))
    # A surplus picture counts for the emotion of the first of its group, whatever its own label.
    return Finding(
        id="exact-duplicates",
        title="Exact duplicates",
        count=int(surplus.sum()),
        of=len(first),
        unit="pictures",
        explanation=(
            "These pictures have exactly the pixels of an earlier one. A network sees such a face "
            "more often than the others, and a score counts it more than once."
        ),
        positions=positions,
        groups=groups,
        leave_out=np.flatnonzero(surplus),
        leave_out_rule="all but the first of each group",
        details=pd.DataFrame(
            {
                "emotion of the first": [*emotions, "unknown"],
                "groups": _count(labels[repeated], emotions),
                "surplus pictures": _count(labels[first[surplus]], emotions),
            }
        ),
        figures={
            "groups": len(repeated),
            "surplus": int(surplus.sum()),
            "distinct": int((~surplus).sum()),
        },
    )


def label_conflicts(
    first: IntArray, plain: BoolArray, labels: IntArray, emotions: Sequence[str]
) -> Finding:
    """The pictures that have the same pixels as another one and a different label."""
    examined = (labels >= 0) & ~plain
    low = np.full(len(first), len(emotions))
    high = np.full(len(first), -1)
    np.minimum.at(low, first[examined], labels[examined])
    np.maximum.at(high, first[examined], labels[examined])
    members = examined & (low < high)[first]
    positions, groups = gather(first, members)
    names = pd.DataFrame({"group": groups, "label": labels[positions]}).sort_values("label")
    names["label"] = np.array(emotions, dtype=object)[names["label"]]
    sets = names.drop_duplicates().groupby("group")["label"].agg(" + ".join)
    return Finding(
        id="label-conflicts",
        title="The same pixels under different labels",
        count=len(positions),
        of=int(examined.sum()),
        unit="pictures",
        explanation=(
            "Pictures that are equal pixel for pixel carry different labels, so at least one label "
            "is wrong and no network can be right about all of them. One-colour pictures are not "
            "counted here."
        ),
        positions=positions,
        groups=groups,
        leave_out=np.flatnonzero(members),
        leave_out_rule="the whole group, because nobody knows which label is right",
        details=sets.value_counts().rename_axis("labels").reset_index(name="groups"),
        figures={"groups": len(sets), "pictures": len(positions)},
    )


def split_leaks(first: IntArray, splits: IntArray) -> Finding:
    """The test pictures that are in an earlier split too."""
    known = splits >= 0
    earliest = np.full(len(first), len(SPLITS))
    np.minimum.at(earliest, first[known], splits[known])
    leaks = known & (earliest[first] < splits)
    positions, groups = gather(first, known & np.isin(first, first[leaks]))
    in_split = [np.isin(first, first[splits == code]) for code in range(len(SPLITS))]
    figures = {
        f"{name} in {SPLITS[earlier]}": int((in_split[earlier] & (splits == code)).sum())
        for code, name in enumerate(SPLITS)
        for earlier in range(code)
    }
    last = len(SPLITS) - 1
    figures[f"{SPLITS[last]} in either"] = int((leaks & (splits == last)).sum())
    return Finding(
        id="split-leaks",
        title="Test pictures that are in another split too",
        count=int(leaks.sum()),
        of=int((splits > 0).sum()),
        unit="test pictures",
        explanation=(
            "A test is to be made with faces that the network has never seen, but these test "
            "pictures are in an earlier split as well, pixel for pixel. On them, a network that "
            "has learned by heart is right for the wrong reason."
        ),
        positions=positions,
        groups=groups,
        leave_out=np.flatnonzero(leaks),
        leave_out_rule="the test pictures; the copy in the earliest split stays",
        details=pd.DataFrame({"split": figures.keys(), "pictures": figures.values()}),
        figures=figures,
    )


def near_duplicates(near: IntArray, first: IntArray, labels: IntArray, splits: IntArray) -> Finding:
    """The pictures that look like an earlier one; `near` is the first of the group, or -1."""
    positions, groups = gather(near, near >= 0)
    surplus = (near >= 0) & (near != np.arange(len(near)))
    count = len(np.unique(groups))
    figures = {
        "groups": count,
        "pictures": len(positions),
        "groups with different labels": _groups_that_differ(groups, labels[positions]),
        "groups in several splits": _groups_that_differ(groups, splits[positions]),
    }
    return Finding(
        id="near-duplicates",
        title="Near-duplicates",
        count=int(surplus.sum()),
        of=len(first),
        unit="pictures",
        explanation=(
            "These pictures look like an earlier one: cut, lit or scaled a little differently, or "
            f"with a watermark. A computed likeness (64-bit pHash, at most {NEAR_DISTANCE} bits "
            "apart) errs now and then, in FER2013 in about one pair of a hundred, so look at them "
            "before you leave them out. Exact duplicates and one-colour pictures are not counted "
            "again."
        ),
        positions=positions,
        groups=groups,
        # Leaving out a picture but not its exact copies would leave it in.
        leave_out=np.flatnonzero(surplus[first]),
        leave_out_rule="all but the first of each group, with their exact duplicates",
        details=pd.DataFrame({"near-duplicates": figures.keys(), "count": figures.values()}),
        figures=figures,
    )


def class_imbalance(labels: IntArray, splits: IntArray, emotions: Sequence[str]) -> Finding:
    """The largest class against the smallest that has any face."""
    counts = np.bincount(labels[labels >= 0], minlength=len(emotions))
    present = np.flatnonzero(counts)
    largest, smallest = present[counts[present].argmax()], present[counts[present].argmin()]
    missing = [name for name, count in zip(emotions, counts, strict=True) if count == 0]
    extremes = (
        f"{emotions[largest]} has {counts[largest]:,} faces, {emotions[smallest]} "
        f"{counts[smallest]:,}. A network can score well by favouring the frequent emotions, "
        "so look at the score of each emotion, not only at the average."
    )
    if counts[largest] == counts[smallest]:
        extremes = f"Every emotion here has the same number of faces, {counts[largest]:,}."
    table = pd.DataFrame({"emotion": list(emotions), "all": counts})
    for code, name in enumerate(SPLITS):
        if (splits == code).any():
            table[name] = _count(labels[splits == code], emotions)[: len(emotions)]
    return Finding(
        id="class-imbalance",
        title="Class imbalance",
        count=float(counts[largest] / counts[smallest]),
        unit=": 1",
        explanation=extremes + (f" No face is labelled {' or '.join(missing)}." if missing else ""),
        positions=np.flatnonzero(labels == smallest),
        details=table,
        figures={
            emotions[largest]: int(counts[largest]),
            emotions[smallest]: int(counts[smallest]),
        },
    )


def _count(labels: IntArray, emotions: Sequence[str]) -> IntArray:
    """How often each label occurs, shape (len(emotions) + 1,); the last is the unknown."""
    # The label -1 is moved to the end, behind the emotions.
    return np.bincount(labels % (len(emotions) + 1), minlength=len(emotions) + 1)


def _groups_that_differ(groups: IntArray, codes: IntArray) -> int:
    """How many groups have two known codes or more."""
    known = codes >= 0
    distinct = np.unique(np.stack([groups[known], codes[known]]), axis=1)[0]
    return int((np.bincount(distinct) > 1).sum()) if len(distinct) else 0
