"""The labels and splits of FER2013, in the order of the published files."""

EMOTIONS = ("Angry", "Disgust", "Fear", "Happy", "Sad", "Surprise", "Neutral")
"""The seven emotions; the position of a name is its label in ``fer2013.csv``."""

SPLITS = ("Training", "PublicTest", "PrivateTest")
"""The values of the column ``Usage``; the position of a name is its code in a face set."""

UNKNOWN = -1
"""The label or split code of a face whose label or split is not known."""
