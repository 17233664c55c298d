"""The camera: how the head is turned, where it lies in the picture, and what is seen of it."""

from dataclasses import dataclass, replace

import numpy as np

from .geometry import rotation_x, rotation_y, rotation_z
from .raster import Raster, rasterise
from .triangles import Triangles

RENDER_SIZE = 384  # pixels, eight to each of the finished picture
DISTANCE = 7.5  # decimetres from the lens to the middle of the head


@dataclass(frozen=True)
class Camera:
    """Where the camera stands.

    Attributes
    ----------
    rotation : ndarray, shape (3, 3)
        Turns the head about ``centre``.
    centre : ndarray, shape (3,)
        The middle of the head, in decimetres.
    scale : float
        Pixels to a decimetre at the middle of the head.
    offset : ndarray, shape (2,)
        Where that middle lies, in pixels right of and below the middle of the picture.
    """

    rotation: np.ndarray
    centre: np.ndarray
    scale: float
    offset: np.ndarray


@dataclass(frozen=True)
class View:
    """What the camera sees: the triangles in its coordinates, and the pixels they cover."""

    triangles: Triangles
    raster: Raster


def draw_rotation(rng, jitter):
    """A rotation matrix (3, 3) of the head; ``jitter`` scales yaw, pitch and roll."""
    angles = np.clip(jitter * rng.normal(0, (9, 5, 4)), (-22, -11, -9), (22, 11, 9))
    yaw, pitch, roll = np.radians(angles)
    return rotation_z(roll) @ rotation_x(pitch) @ rotation_y(yaw)


def draw_camera(rng, person, expression, rotation, jitter):
    """Frame the face about as FER2013 does: from the hairline to below the chin.

    Parameters
    ----------
    rng : numpy.random.Generator
    person : Person
    expression : Expression
        An open mouth needs a wider crop.
    rotation : ndarray, shape (3, 3)
        From :func:`draw_rotation`.
    jitter : float
        Scales how much zoom and offset vary.

    Returns
    -------
    Camera
    """
    face = person.face_height
    drop = 0.10 * expression["jawOpen"]
    half_height = (0.84 + drop) * face * (1 + jitter * rng.uniform(-0.05, 0.06))
    scale = 0.5 * RENDER_SIZE / half_height
    offset = jitter * rng.normal(0, 0.025, 2) * RENDER_SIZE
    offset[1] -= drop * scale * face
    centre = person.between_eyes + np.array([0, -0.22 * face, -0.55])
    return Camera(rotation, centre, scale, offset)


def look(camera, triangles, rng):
    """See the triangles through the camera.

    Parameters
    ----------
    camera : Camera
    triangles : Triangles
    rng : numpy.random.Generator
        For the dithering of half-transparent triangles.

    Returns
    -------
    View
        Of the triangles that reach into the picture; x to the right, y up, z to the camera, in
        decimetres from the middle of the head.
    """
    position = (triangles.position - camera.centre) @ camera.rotation.T
    normal = triangles.normal @ camera.rotation.T
    perspective = DISTANCE / (DISTANCE - position[:, :, 2])
    middle = RENDER_SIZE / 2 + camera.offset
    x = middle[0] + camera.scale * position[:, :, 0] * perspective
    y = middle[1] - camera.scale * position[:, :, 1] * perspective
    inside = (x.max(1) > 0) & (x.min(1) < RENDER_SIZE) & (y.max(1) > 0) & (y.min(1) < RENDER_SIZE)
    triangles = replace(triangles, position=position, normal=normal)[inside]
    screen = np.stack([x, y, position[:, :, 2]], -1)[inside]
    threshold = rng.random((RENDER_SIZE, RENDER_SIZE)) * 0.98 + 0.01
    return View(triangles, rasterise(screen, triangles.alpha, threshold))
