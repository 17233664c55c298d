"""The refusals of fercore. Their texts are written for the visitor of a page.

Each says what was received, what is allowed and what to do, in a sentence or two. A page catches
:class:`FercoreError` and nothing else; any other exception is a defect.
"""


class FercoreError(Exception):
    """Base of every refusal of fercore; ``str(error)`` is fit to be shown."""


class DatasetError(FercoreError):
    """A data set cannot be found, read or understood."""


class FaceError(FercoreError):
    """A face was asked for that the data set does not have."""


class PictureError(FercoreError):
    """Bytes are not a picture that can be turned into a face."""


class ModelError(FercoreError):
    """A model, its weights or its input settings are unknown or cannot be had."""


class LayerError(FercoreError):
    """A layer or a channel was asked for that the model does not have."""


class ClusteringError(FercoreError):
    """These maps or faces cannot be grouped as asked."""
