"""What is wrong with a data set of faces: arrays in, findings out.

Call :func:`report` for everything at once, or :func:`examine` with a face set; :func:`leave_out`
drops what was found. The other functions are its parts.
"""

from fercore.quality.audit import report
from fercore.quality.face_sets import examine, leave_out
from fercore.quality.findings import FINDING_IDS, Finding, Report
from fercore.quality.identical import first_occurrence, one_colour
from fercore.quality.similar import NEAR_DISTANCE, near_duplicates, perceptual_hash
from fercore.quality.votes import FERPLUS_COLUMNS, disagreement

__all__ = [
    "FERPLUS_COLUMNS",
    "FINDING_IDS",
    "NEAR_DISTANCE",
    "Finding",
    "Report",
    "disagreement",
    "examine",
    "first_occurrence",
    "leave_out",
    "near_duplicates",
    "one_colour",
    "perceptual_hash",
    "report",
]
