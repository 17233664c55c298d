"""What the seven emotions do to a face, as weights of the ARKit-style face units."""

from dataclasses import dataclass

import numpy as np

# Each emotion has one or more variants: face unit -> (lowest, highest) weight at full intensity.
# The order of the emotions is that of FER2013: the position of a name is its label.
EXPRESSIONS = {
    "Angry": [
        {  # pressed lips
            "browDown": (1.5, 2.0),
            "eyeSquint": (0.2, 0.5),
            "eyeWide": (0.3, 0.7),
            "noseSneer": (0.2, 0.5),
            "mouthPress": (0.8, 1.3),
            "mouthRollUpper": (0.2, 0.5),
            "mouthRollLower": (0.2, 0.5),
            "mouthFrown": (0.5, 1.0),
            "jawForward": (0.2, 0.5),
        },
        {  # bared teeth
            "browDown": (1.5, 2.0),
            "eyeSquint": (0.2, 0.4),
            "eyeWide": (0.4, 0.8),
            "noseSneer": (0.4, 0.8),
            "mouthUpperUp": (0.9, 1.3),
            "mouthLowerDown": (0.9, 1.3),
            "jawOpen": (0.12, 0.34),
            "mouthStretch": (0.3, 0.7),
        },
    ],
    "Disgust": [
        {  # closed mouth
            "noseSneer": (1.5, 2.0),
            "mouthUpperUp": (1.1, 1.6),
            "browInnerUp": (0.3, 0.6),
            "browDown": (0, 0.15),
            "eyeSquint": (0.8, 1.2),
            "cheekSquint": (0.8, 1.2),
            "mouthFrown": (0.9, 1.3),
            "mouthShrugLower": (0.5, 0.9),
            "mouthShrugUpper": (0.4, 0.9),
            "eyeBlink": (0.15, 0.35),
        },
        {  # open mouth
            "noseSneer": (1.5, 2.0),
            "mouthUpperUp": (1.3, 1.8),
            "browInnerUp": (0.3, 0.6),
            "browDown": (0, 0.15),
            "eyeSquint": (0.8, 1.2),
            "cheekSquint": (0.8, 1.2),
            "mouthFrown": (0.9, 1.3),
            "mouthLowerDown": (0.3, 0.7),
            "jawOpen": (0.04, 0.12),
            "eyeBlink": (0.15, 0.40),
        },
    ],
    "Fear": [
        {
            "browInnerUp": (1.5, 2.0),
            "browOuterUp": (0.2, 0.5),
            "browDown": (0.2, 0.45),
            "eyeWide": (1.3, 1.8),
            "mouthStretch": (1.3, 1.9),
            "jawOpen": (0.14, 0.32),
            "mouthLowerDown": (0.7, 1.2),
            "mouthFrown": (0.2, 0.5),
            "mouthUpperUp": (0.3, 0.6),
        },
    ],
    "Happy": [
        {  # laugh
            "mouthSmile": (0.90, 1.2),
            "cheekSquint": (0.6, 1.0),
            "eyeSquint": (0.2, 0.5),
            "mouthUpperUp": (0.8, 1.2),
            "jawOpen": (0.16, 0.34),
            "mouthLowerDown": (0.4, 0.8),
            "mouthStretch": (0.1, 0.4),
            "browInnerUp": (0.2, 0.5),
            "browOuterUp": (0.1, 0.4),
        },
        {  # smile that shows the teeth
            "mouthSmile": (0.90, 1.2),
            "cheekSquint": (0.6, 1.0),
            "eyeSquint": (0.2, 0.5),
            "mouthUpperUp": (0.9, 1.3),
            "jawOpen": (0.10, 0.16),
            "mouthLowerDown": (0.2, 0.5),
            "mouthStretch": (0.1, 0.4),
            "browInnerUp": (0.2, 0.5),
            "browOuterUp": (0.1, 0.4),
        },
        {  # smile with closed lips
            "mouthSmile": (1.1, 1.4),
            "cheekSquint": (0.6, 1.0),
            "eyeSquint": (0.2, 0.5),
            "mouthDimple": (0.1, 0.5),
            "mouthStretch": (0.1, 0.3),
            "browInnerUp": (0.2, 0.5),
            "browOuterUp": (0.1, 0.4),
        },
    ],
    "Sad": [
        {  # closed mouth
            "browInnerUp": (1.4, 1.9),
            "browDown": (0.1, 0.3),
            "mouthFrown": (1.1, 1.6),
            "mouthShrugLower": (0.5, 1.0),
            "eyeBlink": (0.12, 0.25),
            "eyeSquint": (0.1, 0.4),
            "eyeLookDown": (0.0, 0.3),
            "cheekSquint": (0.1, 0.4),
        },
        {  # near to tears
            "browInnerUp": (1.4, 1.9),
            "browDown": (0.2, 0.4),
            "mouthFrown": (1.1, 1.6),
            "mouthStretch": (0.2, 0.5),
            "eyeBlink": (0.15, 0.30),
            "eyeSquint": (0.3, 0.7),
            "mouthLowerDown": (0.3, 0.5),
            "jawOpen": (0.03, 0.08),
            "cheekSquint": (0.4, 0.7),
        },
    ],
    "Surprise": [
        {
            "browInnerUp": (1.2, 1.6),
            "browOuterUp": (1.2, 1.6),
            "eyeWide": (1.0, 1.5),
            "jawOpen": (0.55, 0.95),
            "mouthFunnel": (0.2, 0.6),
        },
    ],
    "Neutral": [{}],
}

# Units without a left and a right; all others are two targets, "...Left" and "...Right".
UNPAIRED = {
    "browInnerUp",
    "jawForward",
    "jawOpen",
    "mouthFunnel",
    "mouthRollLower",
    "mouthRollUpper",
    "mouthShrugLower",
    "mouthShrugUpper",
}

# No face is quite at rest: the standard deviation of what is always added.
RESTLESSNESS = {
    "mouthSmile": 0.04,
    "mouthFrown": 0.04,
    "browInnerUp": 0.08,
    "browDown": 0.05,
    "eyeBlink": 0.05,
    "jawOpen": 0.01,
}


@dataclass(frozen=True)
class Expression:
    """Weights of the face-unit targets; a unit that is not named is at rest."""

    weights: dict[str, float]

    def __getitem__(self, unit):
        """The weight of a face unit, for a paired unit the mean of both sides."""
        if unit in UNPAIRED:
            return self.weights.get(unit, 0)
        left, right = self.weights.get(unit + "Left", 0), self.weights.get(unit + "Right", 0)
        return 0.5 * (left + right)


def draw_expression(rng, emotion):
    """One way of showing an emotion: variant, strength and a slight asymmetry drawn at random.

    Parameters
    ----------
    rng : numpy.random.Generator
    emotion : str
        A key of :data:`EXPRESSIONS`.

    Returns
    -------
    Expression
    """
    variants = EXPRESSIONS[emotion]
    variant = variants[rng.integers(len(variants))]
    strength = rng.uniform(0.8, 1.05)
    units = {unit: strength * rng.uniform(*span) for unit, span in variant.items()}
    for unit, sigma in RESTLESSNESS.items():
        units[unit] = units.get(unit, 0) + abs(rng.normal(0, sigma))
    weights = {}
    for unit, weight in units.items():
        if unit in UNPAIRED:
            weights[unit] = weight
        else:
            tilt = np.clip(rng.normal(0, 0.07), -0.2, 0.2)
            weights[unit + "Left"] = weight * (1 + tilt)
            weights[unit + "Right"] = weight * (1 - tilt)
    return Expression(weights)
