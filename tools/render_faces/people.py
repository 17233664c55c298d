"""A made-up person: the shape of the head, colours, brows, hair and beard."""

from dataclasses import dataclass

import numpy as np

from .geometry import fit_sphere
from .head_shape import draw_head
from .mesh import CHIN_VERTEX


@dataclass(frozen=True)
class Colours:
    """Albedos, 0 black to 1 white, in linear light; ``lip`` is a fraction of the skin's."""

    skin: float
    hair: float
    brow: float
    lip: float
    iris: float


@dataclass(frozen=True)
class Brows:
    """Thickness, lift and arch in decimetres; opacity 0 to 1."""

    thickness: float
    opacity: float
    lift: float
    arch: float


@dataclass(frozen=True)
class Hair:
    """Style: one of hair.HAIRLINES or ``"bald"``. Opening of long hair in degrees from the front,
    its length below the eyes and the thickness on the scalp in decimetres; parting -1 to 1.
    """

    style: str
    opening: float
    length: float
    parting: float
    thickness: float

    @property
    def long(self):
        return "long" in self.style


@dataclass(frozen=True)
class Person:
    """Everything about a person that no expression changes.

    Attributes
    ----------
    points : ndarray, shape (n, 3)
        The vertices of the face at rest, in decimetres.
    eyes : list of (ndarray of shape (3,), float)
        Centre and radius of the left and of the right eyeball.
    age : float
        Years.
    beard : str
        ``"none"``, ``"stubble"``, ``"full"`` or ``"moustache"``.
    wrinkles, makeup : float
        0 none to 1 much.
    seed : int
        For what is random but stays with the person: skin grain, strands of hair.
    """

    points: np.ndarray
    eyes: list[tuple[np.ndarray, float]]
    age: float
    colours: Colours
    brows: Brows
    hair: Hair
    beard: str
    wrinkles: float
    makeup: float
    seed: int

    @property
    def between_eyes(self):
        """The middle between the eyeballs, shape (3,)."""
        return 0.5 * (self.eyes[0][0] + self.eyes[1][0])

    @property
    def face_height(self):
        """From the chin to the eyes, in decimetres; the yardstick of the camera and the light."""
        return self.between_eyes[1] - self.points[CHIN_VERTEX][1]


def draw_person(rng, mesh):
    """A random person.

    Parameters
    ----------
    rng : numpy.random.Generator
        The same state gives the same person.
    mesh : HeadMesh

    Returns
    -------
    Person
    """
    male = rng.random() < 0.5
    maleness = np.clip((0.9 if male else 0.1) + rng.normal(0, 0.08), 0, 1)
    age = _draw_age(rng)
    origins = rng.dirichlet([0.35, 0.35, 0.5])
    points = draw_head(rng, mesh, male, maleness, age, origins)
    return Person(
        points=points,
        eyes=[fit_sphere(points[index]) for index in mesh.eyes],
        age=age,
        colours=_draw_colours(rng, male, age, origins),
        brows=_draw_brows(rng, male),
        hair=_draw_hair(rng, male, age),
        beard=_draw_beard(rng) if male and age > 17 else "none",
        wrinkles=np.clip((age - 28) / 45, 0, 1),
        seed=int(rng.integers(1 << 30)),
        makeup=0.0 if male or age < 16 else rng.uniform(0, 0.6),
    )


def _draw_age(rng):
    """Children, young people, the middle-aged and the old, as often as in a mixed crowd."""
    spans = ((9.5, 14), (16, 30), (28, 52), (52, 78))
    return rng.choice([rng.uniform(*span) for span in spans], p=[0.14, 0.38, 0.3, 0.18])


def _draw_colours(rng, male, age, origins):
    skin = np.clip(origins @ (0.13, 0.40, 0.48) * np.exp(rng.normal(0, 0.16)), 0.09, 0.62)
    grey = np.clip((age - 42) / 30 + rng.normal(0, 0.2), 0, 1)
    dark = origins[0] + origins[1]
    black_hair = rng.random() < 0.25 + 0.75 * dark
    hair = 0.025 if black_hair else rng.choice([0.05, 0.09, 0.16, 0.26])
    brow = hair * 0.8 * (1 - 0.5 * grey) + 0.16 * 0.5 * grey
    lip = rng.uniform(0.55, 0.75) if male else rng.uniform(0.38, 0.65)
    dark_eyes = rng.random() < 0.2 + 0.8 * dark
    iris = 0.03 if dark_eyes else rng.choice([0.05, 0.12, 0.2])
    return Colours(
        skin=skin,
        hair=hair * (1 - grey) + 0.45 * grey,
        brow=min(brow, 0.38 * skin),
        lip=lip,
        iris=iris,
    )


def _draw_brows(rng, male):
    return Brows(
        thickness=rng.uniform(0.036, 0.055) if male else rng.uniform(0.026, 0.040),
        opacity=rng.uniform(0.75, 0.98),
        lift=rng.normal(0.004, 0.010),
        arch=rng.normal(0, 0.012),
    )


def _draw_hair(rng, male, age):
    if male and age > 30:
        styles = ["short", "short", "crop", "receding", "bald", "fringe"]
    elif male:
        styles = ["short", "short", "crop", "fringe"]
    else:
        styles = ["long", "long", "fringe_long", "tied", "tied", "short"]
    return Hair(
        style=str(rng.choice(styles)),
        opening=rng.uniform(62, 80),
        length=rng.uniform(0.5, 1.7),
        parting=rng.uniform(-1, 1),
        thickness=rng.uniform(0.04, 0.14),
    )


def _draw_beard(rng):
    return str(rng.choice(["none", "none", "stubble", "stubble", "full", "moustache"]))
