"""A face with an expression, as triangles: skin, teeth, tongue, lashes, eyes and hair."""

import numpy as np

from .geometry import rotation_x, rotation_y, unit_sphere, vertex_normals
from .hair import curtain, scalp_shell
from .mesh import LOWER_TEETH_VERTICES, TONGUE_VERTICES
from .triangles import Material, Triangles

TONGUE_SHOWS = 0.12  # weight of jawOpen from which the tongue can be seen


def draw_gaze(rng, expression):
    """A direction of gaze near straight ahead: a rotation matrix (3, 3) for the eyeballs."""
    sideways, upwards = rng.normal(0, 4), rng.normal(0, 3) - 14 * expression["eyeLookDown"]
    return rotation_y(np.radians(sideways)) @ rotation_x(-np.radians(upwards))


def build_face(mesh, person, expression, gaze):
    """The triangles of a face.

    Parameters
    ----------
    mesh : HeadMesh
    person : Person
    expression : Expression
    gaze : ndarray, shape (3, 3)
        From :func:`draw_gaze`.

    Returns
    -------
    Triangles
        In decimetres, in the coordinates of the mesh.
    """
    points = person.points.copy()
    for target, weight in expression.weights.items():
        mesh.deform(points, target, weight)
    normals = vertex_normals(points, mesh.skin.corners)
    parts = [_skinned(mesh, mesh.skin, points, normals, Material.SKIN), _teeth(mesh, points)]
    if expression["jawOpen"] >= TONGUE_SHOWS:
        parts.append(_tongue(mesh, points))
    parts.append(_lashes(mesh, points, person.makeup))
    parts += [_eyeball(centre, radius, gaze) for centre, radius in person.eyes]
    if person.hair.style != "bald":
        parts.append(scalp_shell(mesh, person, points, normals))
    if person.hair.long:
        parts.append(curtain(mesh, person))
    return Triangles.joined(parts)


def _skinned(mesh, part, points, normals, material, alpha=None):
    corners, uv_corners = part
    return Triangles.of(
        points[corners],
        normals[corners],
        mesh.vertices[corners],
        material,
        uv=mesh.uv[uv_corners],
        alpha=alpha,
    )


def _teeth(mesh, points):
    """The teeth; the lower ones set back a little and without the back ones.

    When the lips are pulled, the lower back teeth would poke through the chin.
    """
    corners = mesh.teeth.corners
    lower = corners.max(1) < LOWER_TEETH_VERTICES.stop
    back = np.abs(mesh.vertices[corners, 0]).max(1) > 0.20
    normals = vertex_normals(points, corners)
    points = points.copy()
    points[LOWER_TEETH_VERTICES] -= (0, 0.015, 0.02)
    return _skinned(mesh, mesh.teeth[~(lower & back)], points, normals, Material.TEETH)


def _tongue(mesh, points):
    """The tongue, made narrower and set back so that it stays behind the teeth."""
    normals = vertex_normals(points, mesh.tongue.corners)
    points = points.copy()
    points[TONGUE_VERTICES] = points[TONGUE_VERTICES] * (0.85, 1, 1) + (0, 0.02, -0.10)
    return _skinned(mesh, mesh.tongue, points, normals, Material.TONGUE)


def _lashes(mesh, points, makeup):
    corners = mesh.lashes.corners
    alpha = np.full(corners.shape, 0.30 + 0.5 * makeup)
    normals = vertex_normals(points, corners)
    return _skinned(mesh, mesh.lashes, points, normals, Material.LASH, alpha)


def _eyeball(centre, radius, gaze):
    """A finer sphere in place of the mesh's own eyeball of 72 points."""
    sphere, corners = unit_sphere()
    turned = sphere @ gaze.T
    return Triangles.of(
        (centre + radius * turned)[corners], turned[corners], sphere[corners], Material.EYE
    )
