"""Hair and beard, drawn in the coordinates of the undeformed mesh so that they move with the skin.

Hair is a shell over the scalp that fades out at the hairline; long hair adds a curtain that hangs
round the head.
"""

import numpy as np

from .geometry import grid_triangles, polyline_distance, smoothstep
from .mesh import SKIN_VERTICES
from .triangles import Material, Triangles

# style -> height of the hairline above the forehead, at the temple and above the ear
HAIRLINES = {
    "short": (7.88, 7.80, 7.15),
    "crop": (7.90, 7.80, 7.15),
    "receding": (8.12, 8.05, 7.30),
    "fringe": (7.66, 7.60, 7.15),
    "fringe_long": (7.64, 7.58, 7.15),
    "long": (7.93, 7.80, 7.15),
    "tied": (7.92, 7.80, 7.15),
}


def height_above_hairline(person, rest):
    """How far points lie above the person's hairline, in decimetres; negative below it.

    Parameters
    ----------
    person : Person
        Not bald.
    rest : ndarray, shape (m, 3)
        Points in the coordinates of the undeformed mesh.

    Returns
    -------
    ndarray, shape (m,)
    """
    x, y, z = rest.T
    forehead, temple, side = HAIRLINES[person.hair.style]
    angle = np.degrees(np.arctan2(np.abs(x), z - 0.25))  # 0 at the front, 180 at the back
    line = np.interp(
        angle,
        [0, 22, 42, 58, 72, 95, 130, 180],
        [forehead, forehead + 0.01, temple, (temple + side) / 2 + 0.12, side, 7.05, 6.55, 6.5],
    )
    line = line + 0.05 * person.hair.parting * np.sign(x) * (angle < 45)
    phase = np.random.default_rng(person.seed).uniform(0, 6.28, 2)
    ragged = 0.02 * np.sin(14 * x + phase[0]) + 0.012 * np.sin(31 * x + phase[1])
    return y - (line + ragged)


def scalp_shell(mesh, person, points, normals):
    """The skin above the hairline, lifted by the thickness of the hair.

    Parameters
    ----------
    mesh : HeadMesh
    person : Person
        Not bald.
    points, normals : ndarray, shape (n, 3)
        The deformed mesh.

    Returns
    -------
    Triangles
    """
    height = height_above_hairline(person, mesh.vertices)
    corners = mesh.skin.corners
    scalp = (mesh.vertices[corners, 1].max(1) > 6.3) & (height[corners].max(1) > -0.05)
    corners, uv_corners = mesh.skin[scalp]
    ears = mesh.mask("ears", mesh.uv)[uv_corners]
    thickness = person.hair.thickness * (0.35 if person.hair.style == "crop" else 1)
    lift = thickness * smoothstep(-0.02, 0.45, height)[:, None] + 0.012
    return Triangles.of(
        (points + normals * lift)[corners],
        normals[corners],
        mesh.vertices[corners],
        Material.HAIR,
        alpha=smoothstep(-0.02, 0.10, height[corners]) * 1.05 * (1 - ears),
    )


def curtain(mesh, person):
    """Long hair that hangs round the back and the sides of the head.

    Parameters
    ----------
    mesh : HeadMesh
    person : Person

    Returns
    -------
    Triangles
    """
    rows, columns = 24, 90
    opening = person.hair.opening
    # `down` runs from 0 at the top of the curtain to 1 at the tips.
    angle, down = np.meshgrid(
        np.radians(np.linspace(opening, 360 - opening, columns)), np.linspace(0, 1, rows)
    )
    eyes = person.between_eyes
    phase = np.random.default_rng(person.seed).uniform(0, 6)
    bulge = 0.10 * np.sin(np.pi * np.clip(down * 1.1, 0, 1)) + 0.05 * down
    waves = 0.02 * np.sin(17 * angle + phase + 3 * down)
    radius = _head_half_width(mesh, person) * (1 + bulge + waves)
    x = radius * np.sin(angle) * (0.90 + 0.12 * down)
    y = eyes[1] + 0.50 - down * (person.hair.length + 0.5)
    z = eyes[2] - 0.98 + radius * np.cos(angle) * 1.05
    flat = np.zeros_like(angle)
    corners = grid_triangles(rows, columns)

    def at_corners(*coordinates):
        return np.stack(coordinates, -1).reshape(-1, 3)[corners]

    edge = np.minimum(angle - angle.min(), angle.max() - angle)
    alpha = 0.25 + smoothstep(0, 0.10, edge) * (1 - 0.6 * smoothstep(0.85, 1, down))
    return Triangles.of(
        at_corners(x, y, z),
        at_corners(np.sin(angle), flat, np.cos(angle)),
        at_corners(angle, 0.15 * y, flat),  # strands follow the angle
        Material.HAIR,
        alpha=alpha.ravel()[corners],
    )


def beard_cover(person, rest):
    """How much of the skin the beard covers at points (m, 3) of the undeformed mesh, 0 to 1."""
    if person.beard == "none":
        return np.zeros(len(rest))
    x, y, z = np.abs(rest[:, 0]), rest[:, 1], rest[:, 2]
    lip_line, _ = polyline_distance(x, y, [(0, 6.79), (0.18, 6.765), (0.27, 6.70)])
    moustache = smoothstep(0.085, 0.01, lip_line)
    if person.beard == "moustache":
        return 0.9 * moustache
    top = np.interp(
        x, [0, 0.12, 0.3, 0.36, 0.5, 0.68, 0.75], [6.50, 6.50, 6.50, 6.62, 6.72, 7.0, 7.2]
    )
    chin = smoothstep(0, 0.16, top - y) * smoothstep(5.9, 6.12, y) * smoothstep(-0.1, 0.25, z)
    return (0.9 if person.beard == "full" else 0.35) * np.maximum(moustache, chin)


def _head_half_width(mesh, person):
    x, y = mesh.vertices[SKIN_VERTICES, 0], mesh.vertices[SKIN_VERTICES, 1]
    head = (y > 6.9) & (y < 7.6) & (np.abs(x) < 1.2)
    return np.abs(person.points[SKIN_VERTICES, 0][head]).max()
