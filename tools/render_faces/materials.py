"""Colour and gloss of everything that is seen: skin, eyes, teeth, tongue, lashes and hair."""

from dataclasses import dataclass

import numpy as np

from .geometry import smoothstep
from .skin import paint_skin, skin_grain
from .triangles import Material

# Edges in degrees from the gaze axis, and albedos.
PUPIL, IRIS, EYE_WHITE = 12, 26, 32
PUPIL_ALBEDO, RIM_ALBEDO, WHITE_ALBEDO = 0.004, 0.02, 0.62


@dataclass(frozen=True)
class Surface:
    """What is seen in each of the k covered pixels.

    Attributes
    ----------
    position, normal, rest : ndarray, shape (k, 3)
        As in a View and in Triangles; normals have length 1 and face the camera.
    material : ndarray of int, shape (k,)
    albedo : ndarray, shape (k,)
        0 black to 1 white, in linear light.
    gloss : ndarray, shape (k,)
        Strength of the highlight. Teeth have neither: they take the brightness of the face.
    """

    position: np.ndarray
    normal: np.ndarray
    rest: np.ndarray
    material: np.ndarray
    albedo: np.ndarray
    gloss: np.ndarray

    def of(self, *materials):
        """Mask (k,) of the pixels of these materials."""
        return np.isin(self.material, materials)


def paint(mesh, person, expression, view):
    """Colour what the camera sees.

    Parameters
    ----------
    mesh : HeadMesh
    person : Person
    expression : Expression
    view : View

    Returns
    -------
    Surface
    """
    triangles, raster = view.triangles, view.raster
    normal = raster.interpolate(triangles.normal)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
    normal = np.where(normal[:, 2:] < -0.05, -normal, normal)
    rest, uv = raster.interpolate(triangles.rest), raster.interpolate(triangles.uv)
    material = triangles.material[raster.triangle]

    grain = skin_grain(person, rest)
    skin, skin_gloss = paint_skin(mesh, person, expression, rest, uv, grain)
    strands = _strands(rest, grain)
    layers = {
        Material.SKIN: (skin, skin_gloss),
        Material.EYE: (_eye_albedo(person, rest), 0),
        Material.TONGUE: (0.04, 0.10),
        Material.LASH: (0.015, 0.10),
        Material.HAIR: (person.colours.hair * (0.6 + 0.7 * strands), 0.05 + 0.05 * strands),
    }
    masks = [material == name for name in layers]
    albedo = np.select(masks, [albedo for albedo, _ in layers.values()])
    gloss = np.select(masks, [gloss for _, gloss in layers.values()])
    position = raster.interpolate(triangles.position)
    return Surface(position, normal, rest, material, albedo, gloss)


def _eye_albedo(person, rest):
    """Black pupil, iris that is darker inside, dark rim that fades into the white."""
    angle = np.degrees(np.arccos(np.clip(rest[:, 2], -1, 1)))
    iris = person.colours.iris * (0.6 + 0.4 * smoothstep(PUPIL, IRIS - 2, angle))
    white = RIM_ALBEDO + (WHITE_ALBEDO - RIM_ALBEDO) * smoothstep(IRIS + 1, EYE_WHITE, angle)
    return np.where(angle < PUPIL, PUPIL_ALBEDO, np.where(angle < IRIS, iris, white))


def _strands(rest, grain):
    """Lighter and darker strands of hair, 0 to 1."""
    waves = np.sin(70 * rest[:, 0] + 25 * rest[:, 2] + 120 * grain)
    return 0.5 + 0.5 * waves * np.cos(33 * rest[:, 0] + 11 * rest[:, 1])
