"""The shape of a person's head at rest, as a random mix of MakeHuman's shape targets."""

import numpy as np

ORIGINS = ("african", "asian", "caucasian")  # the poles between which MakeHuman mixes
HEAD_FORMS = (
    "diamond",
    "invertedtriangular",
    "oval",
    "rectangular",
    "round",
    "square",
    "triangular",
)
ASYMMETRIC_PARTS = ("brown", "jaw", "mouth", "nose", "cheek")  # "brown" is the brow

# (target that lessens, target that adds, standard deviation); * stands for l and for r.
FEATURES = [
    ("head/head-fat-decr", "head/head-fat-incr", 0.25),
    ("head/head-scale-horiz-decr", "head/head-scale-horiz-incr", 0.22),
    ("head/head-scale-vert-decr", "head/head-scale-vert-incr", 0.30),
    ("head/head-angle-in", "head/head-angle-out", 0.25),
    ("forehead/forehead-temple-decr", "forehead/forehead-temple-incr", 0.4),
    ("forehead/forehead-nubian-decr", "forehead/forehead-nubian-incr", 0.3),
    ("eyebrows/eyebrows-angle-down", "eyebrows/eyebrows-angle-up", 0.15),
    ("eyebrows/eyebrows-trans-down", "eyebrows/eyebrows-trans-up", 0.25),
    ("eyebrows/eyebrows-trans-backward", "eyebrows/eyebrows-trans-forward", 0.4),
    ("eyes/*-eye-scale-decr", "eyes/*-eye-scale-incr", 0.35),
    ("eyes/*-eye-trans-in", "eyes/*-eye-trans-out", 0.3),
    ("eyes/*-eye-corner1-down", "eyes/*-eye-corner1-up", 0.3),
    ("eyes/*-eye-corner2-down", "eyes/*-eye-corner2-up", 0.3),
    ("eyes/*-eye-height2-decr", "eyes/*-eye-height2-incr", 0.25),
    ("eyes/*-eye-eyefold-down", "eyes/*-eye-eyefold-up", 0.4),
    ("eyes/*-eye-bag-decr", "eyes/*-eye-bag-incr", 0.4),
    ("eyes/*-eye-push2-in", "eyes/*-eye-push2-out", 0.3),
    ("nose/nose-scale-vert-decr", "nose/nose-scale-vert-incr", 0.4),
    ("nose/nose-scale-horiz-decr", "nose/nose-scale-horiz-incr", 0.45),
    ("nose/nose-scale-depth-decr", "nose/nose-scale-depth-incr", 0.4),
    ("nose/nose-hump-decr", "nose/nose-hump-incr", 0.4),
    ("nose/nose-point-down", "nose/nose-point-up", 0.4),
    ("nose/nose-width1-decr", "nose/nose-width1-incr", 0.4),
    ("nose/nose-width3-decr", "nose/nose-width3-incr", 0.4),
    ("nose/nose-volume-decr", "nose/nose-volume-incr", 0.35),
    ("nose/nose-nostrils-width-decr", "nose/nose-nostrils-width-incr", 0.35),
    ("nose/nose-trans-down", "nose/nose-trans-up", 0.25),
    ("mouth/mouth-scale-horiz-decr", "mouth/mouth-scale-horiz-incr", 0.4),
    ("mouth/mouth-trans-down", "mouth/mouth-trans-up", 0.25),
    ("mouth/mouth-upperlip-height-decr", "mouth/mouth-upperlip-height-incr", 0.35),
    ("mouth/mouth-lowerlip-height-decr", "mouth/mouth-lowerlip-height-incr", 0.35),
    ("mouth/mouth-upperlip-volume-decr", "mouth/mouth-upperlip-volume-incr", 0.3),
    ("mouth/mouth-lowerlip-volume-decr", "mouth/mouth-lowerlip-volume-incr", 0.3),
    ("chin/chin-width-decr", "chin/chin-width-incr", 0.45),
    ("chin/chin-height-decr", "chin/chin-height-incr", 0.35),
    ("chin/chin-prominent-decr", "chin/chin-prominent-incr", 0.35),
    ("chin/chin-jaw-drop-decr", "chin/chin-jaw-drop-incr", 0.35),
    ("chin/chin-bones-decr", "chin/chin-bones-incr", 0.35),
    ("cheek/*-cheek-volume-decr", "cheek/*-cheek-volume-incr", 0.35),
    ("cheek/*-cheek-bones-decr", "cheek/*-cheek-bones-incr", 0.4),
    ("cheek/*-cheek-inner-decr", "cheek/*-cheek-inner-incr", 0.35),
]


def draw_head(rng, mesh, male, maleness, age, origins):
    """The vertices of one person's head, face at rest.

    Parameters
    ----------
    rng : numpy.random.Generator
    mesh : HeadMesh
    male : bool
        Men are drawn a little more muscular.
    maleness : float
        How manly the features are, 0 to 1.
    age : float
        Years, 1 to 90.
    origins : ndarray, shape (3,)
        The share of each of :data:`ORIGINS`, summing to 1.

    Returns
    -------
    ndarray, shape (n, 3)
        Decimetres.
    """
    points = mesh.vertices.copy()
    muscle = np.clip(rng.normal(0.6 if male else 0.5, 0.15), 0.1, 0.95)
    weight = np.clip(rng.normal(0.5, 0.17), 0.08, 0.92)
    _mix_types(points, mesh, maleness, age, origins, muscle, weight)
    for less, more, sigma in FEATURES:
        sigma = sigma * (0.5 if age < 16 else 0.85)
        amount = np.clip(rng.normal(0, sigma), -2 * sigma, 2 * sigma)
        target = more if amount > 0 else less
        for name in [target.replace("*", side) for side in "lr"] if "*" in target else [target]:
            mesh.deform(points, name, abs(amount) * (1 + rng.normal(0, 0.06)))
    form = HEAD_FORMS[rng.integers(len(HEAD_FORMS))]
    mesh.deform(points, f"head/head-{form}", rng.uniform(0, 0.5))
    if age > 35:
        mesh.deform(points, "head/head-age-incr", (age - 35) / 45 * rng.uniform(0.3, 0.8))
    for part in ASYMMETRIC_PARTS:
        name = f"asym/asym-{part}-{rng.integers(1, 3)}-{'lr'[rng.integers(2)]}"
        mesh.deform(points, name, rng.uniform(0, 0.25))
    return points


def _mix_types(points, mesh, maleness, age, origins, muscle, weight):
    """Blend MakeHuman's corner types of age, sex, origin, muscle and weight, in place."""
    for age_name, age_share in _age_shares(age).items():
        for sex, sex_share in (("male", maleness), ("female", 1 - maleness)):
            share = age_share * sex_share
            for origin, origin_share in zip(ORIGINS, origins, strict=True):
                mesh.deform(points, f"macrodetails/{origin}-{sex}-{age_name}", share * origin_share)
            for muscle_name, muscle_share in _level_shares(muscle, "muscle").items():
                for weight_name, weight_share in _level_shares(weight, "weight").items():
                    mesh.deform(
                        points,
                        f"macrodetails/universal-{sex}-{age_name}-{muscle_name}-{weight_name}",
                        share * muscle_share * weight_share,
                    )


def _age_shares(age):
    """MakeHuman's ages are 1 (baby), 11 (child), 25 (young) and 90 (old) years."""
    if age < 11:
        grown = (age - 1) / 10
        return {"baby": 1 - grown, "child": grown}
    if age < 25:
        grown = (age - 11) / 14
        return {"child": 1 - grown, "young": grown}
    grown = (age - 25) / 65
    return {"young": 1 - grown, "old": grown}


def _level_shares(level, name):
    """Shares of the targets "min...", "average..." and "max..." for a level from 0 to 1."""
    return {
        f"min{name}": max(0, 1 - 2 * level),
        f"average{name}": 1 - abs(2 * level - 1),
        f"max{name}": max(0, 2 * level - 1),
    }
