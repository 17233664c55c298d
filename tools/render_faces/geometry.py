"""Small pieces of geometry: rotations, normals, a sphere, distances to a curve, smooth noise."""

import numpy as np
from scipy.ndimage import gaussian_filter


def smoothstep(start, end, x):
    """Cubic ramp from 0 at ``start`` to 1 at ``end``, flat outside; ``end`` may be the smaller."""
    t = np.clip((x - start) / (end - start), 0, 1)
    return t * t * (3 - 2 * t)


def unit(vector):
    """The vector scaled to length 1."""
    return vector / np.linalg.norm(vector)


def rotation_x(angle):
    """Rotation by ``angle`` radians about x, turning y towards z; shape (3, 3)."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


def rotation_y(angle):
    """Rotation by ``angle`` radians about y, turning z towards x; shape (3, 3)."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def rotation_z(angle):
    """Rotation by ``angle`` radians about z, turning x towards y; shape (3, 3)."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def vertex_normals(points, corners):
    """Unit normals at the vertices: the area-weighted mean over the triangles that meet there.

    Parameters
    ----------
    points : ndarray, shape (n, 3)
    corners : ndarray of int, shape (m, 3)
        The vertices of each triangle, anticlockwise seen from outside.

    Returns
    -------
    ndarray, shape (n, 3)
        Zero at a vertex that no triangle uses.
    """
    a, b, c = (points[corners[:, k]] for k in range(3))
    face_normals = np.cross(b - a, c - a)
    normals = np.zeros_like(points)
    for k in range(3):
        np.add.at(normals, corners[:, k], face_normals)
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)


def grid_triangles(rows, columns):
    """Two triangles for every cell of a grid whose points are numbered row by row.

    Returns
    -------
    ndarray of int, shape (2 * (rows - 1) * (columns - 1), 3)
    """
    first = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).ravel()
    right, below = first + 1, first + columns
    return np.concatenate(
        [np.stack([first, right, below + 1], 1), np.stack([first, below + 1, below], 1)]
    )


def unit_sphere(around=40, down=28):
    """Points on the unit sphere, poles on the z axis, and the triangles between them.

    Returns
    -------
    points : ndarray, shape (down * (around + 1), 3)
    corners : ndarray of int, shape (m, 3)
    """
    longitude, latitude = np.meshgrid(
        np.linspace(0, 2 * np.pi, around + 1), np.linspace(0, np.pi, down)
    )
    x, y = np.sin(latitude) * np.cos(longitude), np.sin(latitude) * np.sin(longitude)
    points = np.stack([x, y, np.cos(latitude)], -1).reshape(-1, 3)
    return points, grid_triangles(down, around + 1)


def fit_sphere(points):
    """Centre (3,) and radius of the sphere that fits the points (n, 3) best, by least squares."""
    unknowns = np.c_[2 * points, np.ones(len(points))]
    solution = np.linalg.lstsq(unknowns, (points**2).sum(1), rcond=None)[0]
    centre = solution[:3]
    return centre, float(np.sqrt(solution[3] + centre @ centre))


def polyline_distance(x, y, corners):
    """Distance from each point to a polyline, and where along it the nearest spot lies.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
    corners : sequence of (x, y)

    Returns
    -------
    distance : ndarray, shape (n,)
        At most 9, in the unit of the input.
    along : ndarray, shape (n,)
        0 at the first corner, 1 at the last; each segment counts the same.
    """
    corners = np.array(corners, float)
    segments = len(corners) - 1
    distance, along = np.full(x.shape, 9.0), np.zeros(x.shape)
    for i in range(segments):
        start, step = corners[i], corners[i + 1] - corners[i]
        t = ((x - start[0]) * step[0] + (y - start[1]) * step[1]) / (step @ step)
        t = np.clip(t, 0, 1)
        d = np.hypot(x - start[0] - t * step[0], y - start[1] - t * step[1])
        nearer = d < distance
        distance[nearer] = d[nearer]
        along[nearer] = (i + t[nearer]) / segments
    return distance, along


def catmull_rom(points, steps=4):
    """Points on a smooth curve through the given ones (Catmull and Rom 1974).

    Parameters
    ----------
    points : ndarray, shape (n, 2)
    steps : int
        Curve points for each span.

    Returns
    -------
    list of ndarray, length (n - 1) * steps + 1
    """
    p = np.concatenate([[2 * points[0] - points[1]], points, [2 * points[-1] - points[-2]]])
    curve = []
    for i in range(1, len(points)):
        for u in np.arange(steps) / steps:
            linear = (p[i + 1] - p[i - 1]) * u
            square = (2 * p[i - 1] - 5 * p[i] + 4 * p[i + 1] - p[i + 2]) * u * u
            cube = (3 * p[i] - p[i - 1] - 3 * p[i + 1] + p[i + 2]) * u**3
            curve.append(0.5 * (2 * p[i] + linear + square + cube))
    return [*curve, points[-1]]


def smooth_noise(rng, size, layers):
    """Random noise that repeats at its borders, as a sum of blurred layers.

    Parameters
    ----------
    rng : numpy.random.Generator
    size : int
        Width and height.
    layers : sequence of (float, float)
        Blur in pixels and standard deviation of each layer.

    Returns
    -------
    ndarray, shape (size, size)
    """
    total = np.zeros((size, size))
    for blur, amplitude in layers:
        layer = gaussian_filter(rng.standard_normal((size, size)), blur, mode="wrap")
        total += amplitude * layer / (layer.std() + 1e-9)
    return total
