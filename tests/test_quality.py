"""fercore.quality on small sets whose answers are counted by hand or by the plainest code."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import entr

from fercore import quality
from fercore.emotions import EMOTIONS, UNKNOWN
from fercore.errors import DatasetError

ANGRY, DISGUST, FEAR, HAPPY, SAD, SURPRISE, NEUTRAL = range(7)
TRAINING, PUBLIC, PRIVATE = range(3)


def pictures(*names: str) -> np.ndarray:
    """One picture of noise a letter, always the same one; ``.`` is black and ``#`` is white."""
    plain = {".": 0, "#": 255}
    faces = [
        np.full((48, 48), plain[name], np.uint8)
        if name in plain
        else np.random.default_rng(ord(name)).integers(0, 256, (48, 48), np.uint8)
        for name in names
    ]
    return np.array(faces, np.uint8).reshape(-1, 48, 48)


def report_of(letters: str, labels=None, splits=None, **more) -> quality.Report:
    n = len(letters)
    labels = np.full(n, UNKNOWN, np.int8) if labels is None else np.array(labels, np.int8)
    splits = np.full(n, UNKNOWN, np.int8) if splits is None else np.array(splits, np.int8)
    return quality.report(pictures(*letters), labels, splits, **more)


def ballots(*faces: dict[str, int]) -> np.ndarray:
    return np.array(
        [[face.get(column, 0) for column in quality.FERPLUS_COLUMNS] for face in faces], np.uint8
    ).reshape(-1, 10)


def test_one_colour_pictures_are_found_by_content():
    finding = report_of("a.b#.")["one-colour"]
    assert finding.positions.tolist() == [1, 3, 4]
    assert finding.leave_out.tolist() == [1, 3, 4]
    assert finding.details.values.tolist() == [[0, 2], [255, 1]]
    assert finding.headline == "3 of 5 pictures (60.0 %)"


def test_one_pixel_is_enough_to_be_another_picture():
    images = pictures("a", "a", ".")
    images[1, 47, 47] ^= 1
    images[2, 0, 0] = 1
    assert quality.first_occurrence(images).tolist() == [0, 1, 2]
    assert not quality.one_colour(images).any()


def test_exact_duplicates_leave_the_first_of_each_group():
    finding = report_of("abacab", [SAD, HAPPY, SAD, FEAR, ANGRY, HAPPY])["exact-duplicates"]
    assert finding.positions.tolist() == [0, 2, 4, 1, 5]
    assert finding.groups.tolist() == [0, 0, 0, 1, 1]
    assert finding.leave_out.tolist() == [2, 4, 5]
    assert finding.figures == {"groups": 2, "surplus": 3, "distinct": 3}
    surplus = finding.details.set_index("emotion of the first")["surplus pictures"]
    assert surplus[surplus > 0].to_dict() == {"Happy": 1, "Sad": 2}


def test_a_surplus_picture_without_label_counts_as_unknown():
    finding = report_of("aab", [UNKNOWN, SAD, SAD])["exact-duplicates"]
    surplus = finding.details.set_index("emotion of the first")["surplus pictures"]
    assert surplus[surplus > 0].to_dict() == {"unknown": 1}


def test_conflicts_are_whole_groups_of_labelled_pictures_with_content():
    labels = [SAD, FEAR, SAD, HAPPY, HAPPY, UNKNOWN, ANGRY, HAPPY]
    finding = report_of("aaabba..", labels)["label-conflicts"]
    assert finding.positions.tolist() == [0, 1, 2]
    assert finding.leave_out.tolist() == [0, 1, 2]
    assert finding.figures == {"groups": 1, "pictures": 3}
    assert finding.details.values.tolist() == [["Fear + Sad", 1]]


def test_a_leak_is_the_later_copy_and_stays_in_the_earliest_split():
    letters = "abcadaddea"
    splits = [TRAINING] * 3 + [PUBLIC] * 2 + [PRIVATE] * 3 + [PRIVATE, UNKNOWN]
    finding = report_of(letters, splits=splits)["split-leaks"]
    assert finding.leave_out.tolist() == [3, 5, 6, 7]
    assert finding.positions.tolist() == [0, 3, 5, 4, 6, 7]
    assert finding.groups.tolist() == [0, 0, 0, 1, 1, 1]
    assert finding.figures == {
        "PublicTest in Training": 1,
        "PrivateTest in Training": 1,
        "PrivateTest in PublicTest": 3,
        "PrivateTest in either": 3,
    }
    assert finding.headline == "4 of 6 test pictures (66.7 %)"


def test_imbalance_compares_the_classes_that_have_faces():
    finding = report_of("abcdefg", [HAPPY] * 5 + [FEAR] * 2, [TRAINING] * 6 + [PUBLIC])[
        "class-imbalance"
    ]
    assert finding.headline == "2.5 : 1"
    assert finding.positions.tolist() == [5, 6]
    assert not len(finding.leave_out)
    assert "Angry or Disgust or Sad or Surprise or Neutral" in finding.explanation
    table = finding.details.set_index("emotion")
    assert table.loc["Fear"].to_dict() == {"all": 2, "Training": 1, "PublicTest": 1}


def test_ferplus_votes_against_labels():
    votes = ballots(
        {"NF": 10},
        {"neutral": 4, "NF": 6},
        {"happiness": 9, "NF": 1},
        {"sadness": 5, "anger": 5},
        {"contempt": 4, "sadness": 3, "neutral": 3},
        {},
    )
    labels = [HAPPY, NEUTRAL, HAPPY, FEAR, SAD, SAD]
    report = report_of("abcdef", labels, votes=votes)
    faces = report["not-a-face"]
    assert faces.figures == {"all votes": 1, "top vote": 2, "any vote": 3}
    assert faces.leave_out.tolist() == [0, 1]
    assert faces.of == 5
    top = report["top-vote-differs"]
    assert (top.positions.tolist(), top.of) == ([0, 1, 4], 4)
    majority = report["majority-differs"]
    assert (majority.positions.tolist(), majority.of) == ([0, 1], 3)
    unsupported = report["label-without-vote"]
    assert (unsupported.positions.tolist(), unsupported.of) == ([0, 3], 5)


def test_other_names_of_emotions_find_their_votes():
    votes = ballots({"contempt": 10}, {"anger": 10}, {"neutral": 10})
    report = report_of("abc", [0, 1, 2], votes=votes, emotions=("contempt", "anger", "boredom"))
    assert report["top-vote-differs"].of == 2, "FER+ could not be asked about boredom"
    assert report["top-vote-differs"].count == 0


def test_disagreement_is_the_entropy_of_the_shares():
    votes = ballots({"fear": 10}, {"fear": 5, "sadness": 5}, {"fear": 7, "NF": 2}, {})
    votes = np.vstack([votes, np.ones((1, 10), np.uint8)])
    measured = quality.disagreement(votes)
    assert measured[[0, 4]].tolist() == pytest.approx([0, 1])
    assert measured[1] == pytest.approx(np.log10(2)), "two equal parts of ten columns"
    assert measured[2] == pytest.approx(entr(votes[2] / 9).sum() / np.log(10))
    assert np.isnan(measured[3])


def test_leaving_out_several_findings():
    report = report_of("a.ab.", [SAD, SAD, HAPPY, FEAR, FEAR])
    assert report.keep([]).all()
    assert report.keep(["exact-duplicates"]).tolist() == [True, True, False, True, False]
    both = report.keep(["label-conflicts", "one-colour"])
    assert both.tolist() == [False, False, False, True, False]
    assert report.keep(["not-a-face"]).all(), "votes were not given: nothing to leave out"


def test_the_table_names_rows_of_the_source():
    report = report_of(
        "aba", [SAD, FEAR, UNKNOWN], [TRAINING, PUBLIC, UNKNOWN], rows=np.array([10, 20, 30])
    )
    assert report.table("exact-duplicates").to_dict("list") == {
        "row": [10, 30],
        "emotion": ["Sad", ""],
        "split": ["Training", ""],
        "group": [0, 0],
        "left out": [False, True],
    }
    assert "group" not in report.table("one-colour")


def test_what_cannot_be_looked_for_is_said():
    report = report_of("ab")
    assert [finding.id for finding in report.findings] == [
        "one-colour",
        "exact-duplicates",
        "near-duplicates",
    ]
    assert set(report.not_checked) | {f.id for f in report.findings} == set(quality.FINDING_IDS)
    with pytest.raises(DatasetError, match="no face has a label"):
        report["label-conflicts"]
    with pytest.raises(DatasetError, match="no FER\\+ votes"):
        report.table("not-a-face")


def test_findings_come_in_their_order():
    votes = ballots({"fear": 10}, {"fear": 10})
    report = report_of("ab", [FEAR, SAD], [TRAINING, PUBLIC], votes=votes)
    assert tuple(finding.id for finding in report.findings) == quality.FINDING_IDS
    assert not report.not_checked


@pytest.mark.parametrize("letters", ["", "a", ".", "aaaa", "...."])
def test_tiny_and_uniform_sets(letters):
    n = len(letters)
    report = report_of(
        letters, [HAPPY] * n, [TRAINING] * n, votes=ballots(*[{"happiness": 10}] * n)
    )
    assert report["exact-duplicates"].count == max(0, n - 1)
    assert report["near-duplicates"].count == 0
    assert report["not-a-face"].count == 0
    if n:
        assert report["class-imbalance"].count == 1
        assert report["label-conflicts"].count == 0
    assert all(
        len(report.table(finding.id)) == len(finding.positions) for finding in report.findings
    )


def test_progress_rises_to_one():
    seen: list[float] = []
    report_of("abc", progress=lambda part, text: seen.append(part) if text else None)
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0, 1)


def test_a_mapped_file_gives_the_same_report(tmp_path):
    np.save(tmp_path / "faces.npy", pictures(*"aba."))
    mapped = np.load(tmp_path / "faces.npy", mmap_mode="r")
    unknown = np.full(4, UNKNOWN, np.int8)
    report = quality.report(mapped, unknown, unknown)
    assert report["exact-duplicates"].positions.tolist() == [0, 2]
    assert report["one-colour"].positions.tolist() == [3]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"images": np.zeros((2, 48, 48), np.float32)}, "float32"),
        ({"images": np.zeros((2, 48), np.uint8)}, r"\(2, 48\)"),
        ({"images": np.zeros((2, 8, 8), np.uint8)}, "8 x 8 pixels"),
        ({"labels": np.array([0, 7])}, "Picture 1 has the label 7; allowed are 0 to 6"),
        ({"labels": np.array([0])}, r"shape \(1,\)"),
        ({"labels": np.array([0.0, 1.0])}, "float64"),
        ({"splits": np.array([-2, 0])}, "Picture 0 has the split -2"),
        ({"votes": np.zeros((2, 7), np.uint8)}, "10 columns are needed: neutral"),
        ({"votes": np.zeros((3, 10), np.uint8)}, "3 lines of FER\\+ votes for 2 pictures"),
        ({"votes": np.full((2, 10), -1)}, "from 0 upwards"),
        ({"rows": np.arange(3)}, "row number"),
    ],
)
def test_refusals_say_what_came_and_what_is_needed(change, said):
    arguments = {
        "images": pictures("a", "b"),
        "labels": np.zeros(2, np.int8),
        "splits": np.zeros(2, np.int8),
    }
    with pytest.raises(DatasetError, match=said):
        quality.report(**(arguments | change))


def test_an_unknown_finding_is_refused_with_the_choice():
    report = report_of("a")
    for ask in (lambda: report["blur"], lambda: report.keep(["blur"])):
        with pytest.raises(DatasetError, match=r"“blur”.*exact-duplicates"):
            ask()


faces = st.lists(
    st.tuples(st.sampled_from("abc."), st.integers(-1, 6), st.integers(-1, 2)), max_size=12
)


@settings(deadline=None, max_examples=80)
@given(faces)
def test_counts_equal_their_definitions(rows):
    letters, labels, splits = (
        (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    )
    report = report_of("".join(letters), labels, splits)
    n = range(len(rows))
    surplus = [i for i in n if letters[i] in letters[:i]]
    assert report["exact-duplicates"].leave_out.tolist() == surplus
    if "label-conflicts" not in report.not_checked:
        seen = [
            {b for a, b in zip(letters, labels, strict=True) if a == c and b >= 0} for c in letters
        ]
        conflicts = [i for i in n if letters[i] != "." and labels[i] >= 0 and len(seen[i]) > 1]
        assert report["label-conflicts"].leave_out.tolist() == conflicts
    if "split-leaks" not in report.not_checked:
        leaks = [
            i for i in n if any(letters[j] == letters[i] and -1 < splits[j] < splits[i] for j in n)
        ]
        assert report["split-leaks"].leave_out.tolist() == leaks
    assert report.emotions == EMOTIONS
