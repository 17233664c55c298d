"""The triangles that are drawn, each corner with what the shading needs to know."""

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np


class Material(IntEnum):
    """What a triangle is made of."""

    SKIN = 0
    EYE = 1
    TEETH = 2
    TONGUE = 3
    LASH = 4
    HAIR = 5


@dataclass(frozen=True)
class Triangles:
    """m triangles.

    Attributes
    ----------
    position, normal : ndarray, shape (m, 3, 3)
        Of each corner.
    rest : ndarray, shape (m, 3, 3)
        The corners in the coordinates of the undeformed mesh, on which colours are painted. Of an
        eye: the unit sphere whose z axis is the gaze.
    uv : ndarray, shape (m, 3, 2)
        Texture coordinates; 0 where there is no texture.
    alpha : ndarray, shape (m, 3)
        Opacity; 0 or less nothing, 1 or more opaque.
    material : ndarray of int, shape (m,)
    """

    position: np.ndarray
    normal: np.ndarray
    rest: np.ndarray
    uv: np.ndarray
    alpha: np.ndarray
    material: np.ndarray

    @classmethod
    def of(cls, position, normal, rest, material, uv=None, alpha=None):
        """Triangles of one material, without texture and opaque unless told otherwise."""
        corners = position.shape[:2]
        return cls(
            position,
            normal,
            rest,
            np.zeros((*corners, 2)) if uv is None else uv,
            np.ones(corners) if alpha is None else alpha,
            np.full(len(position), material),
        )

    @classmethod
    def joined(cls, parts):
        """All triangles of several parts, in that order."""
        return cls(
            *(
                np.concatenate([getattr(part, field.name) for part in parts])
                for field in fields(cls)
            )
        )

    def __getitem__(self, keep):
        """Those triangles that the mask (m,) keeps."""
        return Triangles(*(getattr(self, field.name)[keep] for field in fields(self)))
