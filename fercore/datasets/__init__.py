"""Face data sets: the built-in sample, FER2013 in the forms people have it, and their own.

>>> from fercore import datasets
>>> faces = datasets.load()
>>> faces.images.shape
(280, 48, 48)
"""

from fercore.datasets.faceset import UNKNOWN_NAME, FaceSet, LeftOut
from fercore.datasets.loading import UPLOAD_LIMIT_MB, load, load_bytes, open_source
from fercore.datasets.orders import ORDERS
from fercore.datasets.sources import Remark, Source, data_folder, remarks, sources
from fercore.datasets.votes import VOTE_NAMES

__all__ = [
    "ORDERS",
    "UNKNOWN_NAME",
    "UPLOAD_LIMIT_MB",
    "VOTE_NAMES",
    "FaceSet",
    "LeftOut",
    "Remark",
    "Source",
    "data_folder",
    "load",
    "load_bytes",
    "open_source",
    "remarks",
    "sources",
]
