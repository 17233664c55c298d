"""The shape of an answer: a finding is one problem with its faces, a report is all of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from fercore.emotions import SPLITS
from fercore.errors import DatasetError

IntArray = npt.NDArray[np.intp]
BoolArray = npt.NDArray[np.bool_]

FINDING_IDS = (
    "one-colour",
    "exact-duplicates",
    "label-conflicts",
    "split-leaks",
    "near-duplicates",
    "class-imbalance",
    "not-a-face",
    "top-vote-differs",
    "majority-differs",
    "label-without-vote",
)
"""The problems that are looked for, in the order of a report; fit for an address."""


@dataclass(frozen=True, eq=False)
class Finding:
    """One problem of a data set. All positions count from 0 in the arrays that were examined.

    Attributes
    ----------
    id : str
        One of :data:`FINDING_IDS`.
    title : str
    count : float
        The extent of the problem, in `unit`; a whole number except for class imbalance.
    unit : str
        What `count` counts, in the plural: ``pictures``, or ``: 1`` for a ratio.
    explanation : str
        What it is and why it matters, in a sentence or two.
    positions : int array of shape (k,)
        The faces to show. Those of one group stand together; groups come by their first face.
    details : DataFrame
        A small table that breaks the count down; ready to be shown.
    figures : dict of str to int
        Further counts by name, such as ``groups``.
    groups : int array of shape (k,), or None where single faces are found
        The group of each face in `positions`, numbered from 0.
    leave_out : int array, ascending
        The faces that "leave these out" drops; `leave_out_rule` says which they are.
    leave_out_rule : str
        Empty where nothing would be left out.
    of : int or None
        How many faces could be examined, where `count` is a part of them.
    """

    id: str
    title: str
    count: float
    unit: str
    explanation: str
    positions: IntArray
    details: pd.DataFrame
    figures: dict[str, int] = field(default_factory=dict)
    groups: IntArray | None = None
    leave_out: IntArray = field(default_factory=lambda: np.empty(0, np.intp))
    leave_out_rule: str = ""
    of: int | None = None

    @property
    def headline(self) -> str:
        """The count as text: ``16.4 : 1``, or ``12,098 of 34,111 pictures (35.5 %)``."""
        if self.unit == ": 1":
            return f"{self.count:,.1f} : 1"
        if not self.count or not self.of:
            return f"{self.count:,.0f} {self.unit}"
        share = 100 * self.count / self.of
        percent = f"{share:.1f} %" if share >= 0.1 else "under 0.1 %"
        return f"{self.count:,.0f} of {self.of:,} {self.unit} ({percent})"


@dataclass(frozen=True, eq=False)
class Report:
    """All findings about one data set, in the order of :data:`FINDING_IDS`.

    Attributes
    ----------
    findings : tuple of Finding
        Every problem that was looked for, with a count of 0 where there is none.
    not_checked : dict of str to str
        The id of each problem that could not be looked for, and why.
    rows : int array of shape (n,)
        The row of each face in its source, for tables.
    labels, splits : int arrays of shape (n,)
        Codes; -1 is unknown.
    emotions : tuple of str
        The names of the labels.
    """

    findings: tuple[Finding, ...]
    not_checked: dict[str, str]
    rows: IntArray
    labels: IntArray
    splits: IntArray
    emotions: tuple[str, ...]

    def __getitem__(self, finding_id: str) -> Finding:
        """The finding of that id.

        Raises
        ------
        DatasetError
            If there is no such problem, or it could not be looked for in this data set.
        """
        _check_id(finding_id)
        for finding in self.findings:
            if finding.id == finding_id:
                return finding
        raise DatasetError(f"{finding_id} was not looked for: {self.not_checked[finding_id]}")

    def keep(self, ids: Iterable[str]) -> BoolArray:
        """Which faces remain when the faces of some findings are left out.

        Parameters
        ----------
        ids : iterable of str
            Of :data:`FINDING_IDS`. One that could not be looked for here leaves nothing out, so
            that an address made for one data set can be opened with another.

        Returns
        -------
        bool array of shape (n,)

        Raises
        ------
        DatasetError
            If an id is unknown.
        """
        chosen = set(ids)
        for finding_id in sorted(chosen):
            _check_id(finding_id)
        mask = np.ones(len(self.rows), bool)
        for finding in self.findings:
            if finding.id in chosen:
                mask[finding.leave_out] = False
        return mask

    def table(self, finding_id: str) -> pd.DataFrame:
        """The faces of a finding, one a line: row, emotion, split, group, whether left out.

        Raises
        ------
        DatasetError
            As for ``report[finding_id]``.
        """
        finding = self[finding_id]
        at = finding.positions
        # The code -1 takes the last name: the one for "unknown".
        emotions = np.array([*self.emotions, ""], dtype=object)
        splits = np.array([*SPLITS, ""], dtype=object)
        table = pd.DataFrame(
            {
                "row": self.rows[at],
                "emotion": emotions[self.labels[at]],
                "split": splits[self.splits[at]],
                "left out": np.isin(at, finding.leave_out),
            }
        )
        if finding.groups is not None:
            table["group"] = finding.groups
        return table


def _check_id(finding_id: str) -> None:
    if finding_id not in FINDING_IDS:
        raise DatasetError(
            f"“{finding_id}” is not a problem that is looked for. Choose from: "
            f"{', '.join(FINDING_IDS)}."
        )
