"""A small z-buffer rasteriser: which triangle is seen in each pixel, and where on it."""

from dataclasses import dataclass

import numpy as np
from numba import njit

FAR = -1e9  # depth where there is no triangle; larger is nearer


@dataclass(frozen=True)
class Raster:
    """What is seen in each pixel of a height x width picture.

    Attributes
    ----------
    depth : ndarray, shape (height, width)
        Larger is nearer; :data:`FAR` where nothing is seen.
    rows, columns : ndarray of int, shape (k,)
        The covered pixels.
    triangle : ndarray of int, shape (k,)
        The triangle seen in each of them.
    barycentric : ndarray, shape (k, 3)
        Where on it: the weights of its corners, summing to 1.
    """

    depth: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    triangle: np.ndarray
    barycentric: np.ndarray

    def interpolate(self, values):
        """Values (m, 3, ...) at the corners of all triangles -> values (k, ...) at the pixels."""
        return np.einsum("ij,ij...->i...", self.barycentric, values[self.triangle])


def rasterise(corners, alpha, threshold):
    """Find the nearest triangle in each pixel.

    A triangle shows in a pixel where its opacity reaches the pixel's threshold; with random
    thresholds, half-transparent triangles are dithered ("screen-door transparency").

    Parameters
    ----------
    corners : ndarray, shape (m, 3, 3)
        x to the right and y down in pixels, and depth (larger is nearer) of each corner.
    alpha : ndarray, shape (m, 3)
    threshold : ndarray, shape (height, width)

    Returns
    -------
    Raster
    """
    depth, triangle, weights = _nearest(corners, alpha, threshold)
    rows, columns = np.nonzero(triangle >= 0)
    second_third = weights[rows, columns]
    barycentric = np.column_stack([1 - second_third.sum(1), second_third])
    return Raster(depth, rows, columns, triangle[rows, columns], barycentric)


@njit(cache=True)
def _nearest(corners, alpha, threshold):
    height, width = threshold.shape
    depth = np.full((height, width), FAR)
    triangle = np.full((height, width), -1, np.int32)
    weights = np.zeros((height, width, 2), np.float32)
    for t in range(corners.shape[0]):
        x0, y0, z0 = corners[t, 0]
        x1, y1, z1 = corners[t, 1]
        x2, y2, z2 = corners[t, 2]
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if abs(area) < 1e-9:
            continue
        left = max(0, int(np.floor(min(x0, x1, x2))))
        right = min(width - 1, int(np.ceil(max(x0, x1, x2))))
        top = max(0, int(np.floor(min(y0, y1, y2))))
        bottom = min(height - 1, int(np.ceil(max(y0, y1, y2))))
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                x, y = column + 0.5, row + 0.5
                b = ((x - x0) * (y2 - y0) - (x2 - x0) * (y - y0)) / area
                c = ((x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)) / area
                a = 1 - b - c
                if a < -1e-6 or b < -1e-6 or c < -1e-6:
                    continue
                z = a * z0 + b * z1 + c * z2
                if z <= depth[row, column]:
                    continue
                opacity = a * alpha[t, 0] + b * alpha[t, 1] + c * alpha[t, 2]
                if opacity < threshold[row, column]:
                    continue
                depth[row, column] = z
                triangle[row, column] = t
                weights[row, column, 0] = b
                weights[row, column, 1] = c
    return depth, triangle, weights
