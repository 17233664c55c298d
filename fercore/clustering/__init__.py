"""k-means over the maps of a layer or over faces, with an elbow that tells the truth.

>>> sweep = clustering.elbow(maps, k_max=15)        # maps: float (h, w, c)
>>> sweep.table                                     # one row for each k
>>> sweep.verdict.text, sweep.verdict.k             # "no clear grouping" is a verdict
>>> sweep.labels(4), sweep.centres(4)               # int (c,), float (4, h, w)
"""

from fercore.clustering.faces import group_faces
from fercore.clustering.facesweep import FaceSweep
from fercore.clustering.parallel import ClusteringCancelled
from fercore.clustering.samples import KINDS
from fercore.clustering.steps import elbow, sweep_steps
from fercore.clustering.sweep import Sweep
from fercore.clustering.verdict import Verdict

__all__ = [
    "KINDS",
    "ClusteringCancelled",
    "FaceSweep",
    "Sweep",
    "Verdict",
    "elbow",
    "group_faces",
    "sweep_steps",
]
