"""The colour of skin: complexion, lips, beard, creases of the expression, and eyebrows."""

from typing import NamedTuple

import numpy as np

from .geometry import catmull_rom, polyline_distance, smooth_noise, smoothstep
from .hair import beard_cover, height_above_hairline

GRAIN_SIZE, GRAIN_SCALE = 256, 90  # pixels, and pixels to a decimetre


class Crease(NamedTuple):
    """A fold of the skin, at x, y of the undeformed mesh, the same on the left and the right."""

    line: list[tuple[float, float]]
    depth: float
    width: float
    tapered: bool = True


def skin_grain(person, rest):
    """The fine unevenness of a person's skin at points (k, 3): shape (k,), mean 0, about ±0.1."""
    noise = smooth_noise(np.random.default_rng(person.seed), GRAIN_SIZE, ((2, 0.02), (8, 0.035)))
    column, row = ((rest[:, :2] * GRAIN_SCALE) % GRAIN_SIZE).astype(int).T
    return noise[column, row]


def paint_skin(mesh, person, expression, rest, uv, grain):
    """Colour and gloss of the skin.

    Parameters
    ----------
    mesh : HeadMesh
    person : Person
    expression : Expression
    rest : ndarray, shape (k, 3)
        Points in the coordinates of the undeformed mesh.
    uv : ndarray, shape (k, 2)
        Their texture coordinates.
    grain : ndarray, shape (k,)
        From :func:`skin_grain`.

    Returns
    -------
    albedo, gloss : ndarray, shape (k,)
    """
    x, y = np.abs(rest[:, 0]), rest[:, 1]
    front = smoothstep(0.55, 0.85, rest[:, 2])
    lips, mouth = mesh.mask("lips", uv), mesh.mask("inside-mouth", uv)

    albedo = _complexion(mesh, person, x, y, uv, front, grain)
    beard = beard_cover(person, rest) * (0.75 + 0.25 * np.clip(grain * 15, -1, 1))
    beard_colour = np.minimum(person.colours.hair * 1.3, 0.8 * person.colours.skin)
    albedo = _over(albedo, beard_colour, beard)
    albedo *= 1 - lips * (1 - person.colours.lip)
    albedo = _over(albedo, 0.012, mouth)
    gloss = (0.10 + 0.15 * lips) * (1 - mouth)

    creases = front * _crease_shade(_creases(person, expression), x, y)
    albedo *= 1 - 0.62 * np.clip(creases, 0, 1) * (1 - mouth)
    brow = front * _brow_cover(person, expression, x, y) * np.clip(1 + 3 * grain, 0.75, 1.1)
    albedo, gloss = _over(albedo, person.colours.brow, brow), gloss * (1 - brow)
    if person.hair.style != "bald":  # roots below the shell of hair
        roots = smoothstep(-0.05, 0.06, height_above_hairline(person, rest))
        roots = roots * 0.8 * (1 - mesh.mask("ears", uv))
        albedo = _over(albedo, person.colours.hair, roots)
    return albedo, gloss


def _over(below, above, cover):
    return below * (1 - cover) + above * cover


def _complexion(mesh, person, x, y, uv, front, grain):
    """Skin with grain; cheeks and nose darker from the blood in them, lids from make-up."""
    cheeks = np.exp(-((x - 0.42) ** 2 + (y - 6.95) ** 2) / 0.03)
    nose = np.exp(-(x**2 + (y - 6.92) ** 2) / 0.012)
    albedo = person.colours.skin * (1 + grain)
    albedo *= 1 - 0.10 * cheeks * front - 0.06 * nose * front
    return albedo * (1 - (0.12 + 0.45 * person.makeup) * mesh.mask("eyelids", uv))


def _creases(person, expression):
    """The creases that age and expression dig; a child's skin folds less."""
    old = person.wrinkles
    grown = smoothstep(6, 22, person.age)
    frown = np.clip(expression["browDown"] - 0.15, 0, 2)
    raised = np.clip(expression["browInnerUp"] + 0.6 * expression["browOuterUp"] - 0.5, 0, 2)
    sneer, smile = expression["noseSneer"], expression["mouthSmile"]
    squint = expression["cheekSquint"]

    nose_to_mouth = 0.10 + 0.30 * old + 0.30 * smile + 0.42 * sneer * (0.6 + 0.4 * grown)
    nose_to_mouth += 0.15 * expression["mouthUpperUp"]
    between_brows = 0.08 * old + 0.48 * frown * (0.5 + 0.5 * grown)
    bridge = 0.38 * sneer + 0.12 * expression["browDown"]
    forehead = 0.20 * raised * (0.4 + 0.6 * grown)
    crows_feet = 0.12 * old + 0.22 * squint * (0.4 + 0.6 * grown)
    below_eye = 0.12 + 0.2 * old + 0.22 * expression["eyeSquint"] + 0.2 * squint
    chin = 0.32 * expression["mouthShrugLower"]
    mouth_corner = 0.34 * expression["mouthFrown"] + 0.12 * old

    def forehead_line(y, depth):
        return Crease([(0, y), (0.2, y + 0.015), (0.42, y - 0.01), (0.5, y - 0.05)], depth, 0.014)

    return [
        Crease([(0.14, 6.98), (0.24, 6.90), (0.33, 6.74), (0.37, 6.58)], nose_to_mouth, 0.024),
        Crease([(0.055, 7.30), (0.060, 7.45), (0.045, 7.58)], between_brows, 0.017),
        Crease([(0, 7.31), (0.09, 7.29)], bridge, 0.014, tapered=False),
        Crease([(0, 7.24), (0.08, 7.22)], 0.36 * sneer, 0.014, tapered=False),
        Crease([(0.06, 7.12), (0.14, 7.20)], 0.30 * sneer, 0.016),
        forehead_line(7.64, 0.10 * old + forehead),
        forehead_line(7.73, 0.10 * old + forehead),
        forehead_line(7.82, 0.10 * old + 0.7 * forehead),
        Crease([(0.47, 7.30), (0.62, 7.37)], crows_feet, 0.014),
        Crease([(0.47, 7.27), (0.63, 7.26)], crows_feet, 0.014),
        Crease([(0.47, 7.24), (0.60, 7.16)], crows_feet, 0.014),
        Crease([(0.17, 7.19), (0.27, 7.13), (0.40, 7.14), (0.46, 7.19)], below_eye, 0.020),
        Crease([(0, 6.42), (0.12, 6.40), (0.2, 6.34)], chin, 0.03),
        Crease([(0.27, 6.64), (0.32, 6.55), (0.34, 6.46)], mouth_corner, 0.024),
    ]


def _crease_shade(creases, x, y):
    """How dark the creases are at x, y, from 0; creases that cross add up."""
    shade = np.zeros(len(x))
    for crease in creases:
        if crease.depth < 0.02:
            continue
        distance, along = polyline_distance(x, y, crease.line)
        profile = np.exp(-(distance**2) / (2 * crease.width**2))
        if crease.tapered:
            profile *= smoothstep(0, 0.2, along) * smoothstep(1, 0.75, along)
        shade += np.clip(crease.depth, 0, 1) * profile
    return shade


def _brow_cover(person, expression, x, y):
    """How much of the skin the eyebrow covers: a tapered stroke that moves with the expression."""
    inner, outer, down = (
        np.clip(expression[unit], 0, 2) for unit in ("browInnerUp", "browOuterUp", "browDown")
    )
    slant = np.clip(expression["browInnerUp"] - expression["browOuterUp"], 0, 2)  # a sad brow
    inner_lift = 0.032 * inner + 0.014 * slant - 0.034 * down
    outer_lift = 0.020 * outer - 0.020 * slant + 0.004 * down
    inwards = 0.018 * down
    brows = person.brows
    anchors = np.array(
        [
            (0.118 - inwards, 7.448 + inner_lift),
            (0.25 - 0.5 * inwards, 7.482 + 0.7 * inner_lift + 0.3 * outer_lift),
            (0.40, 7.495 + brows.arch + outer_lift),
            (0.545, 7.435 + outer_lift),
        ]
    )
    anchors[:, 1] += brows.lift
    distance, along = polyline_distance(x, y, catmull_rom(anchors))
    taper = smoothstep(-0.12, 0.15, along) * (1 - 0.72 * smoothstep(0.45, 1.05, along))
    width = np.maximum(brows.thickness * taper, 1e-3)
    return brows.opacity * smoothstep(1.25, 0.65, distance / width)
