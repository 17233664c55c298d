"""From light to a small grey picture: background, exposure, tone curve, blur and noise."""

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

from .camera import RENDER_SIZE
from .geometry import smooth_noise

PICTURE_SIZE = 48  # pixels, as in FER2013
GAMMA = 2.2


def develop(rng, radiance, face_brightness, skin, raster):
    """Take the picture.

    Parameters
    ----------
    rng : numpy.random.Generator
    radiance : ndarray, shape (k,)
        Linear light of the covered pixels.
    face_brightness : float
        What the exposure is set by.
    skin : float
        Albedo of the skin: dark skin is exposed darker, but less so than it is.
    raster : Raster
        Where the covered pixels lie.

    Returns
    -------
    ndarray of uint8, shape (48, 48)
    """
    exposed = 0.5 * _background(rng)
    skin_tone = 0.35 + 0.65 * (skin / 0.42) ** 0.45
    exposure = np.exp(rng.normal(0, 0.12)) * 0.36 * skin_tone / face_brightness
    exposed[raster.rows, raster.columns] = radiance * exposure
    toned = 1.18 * exposed / (1 + 0.25 * exposed)
    return _shrink(rng, np.clip(toned, 0, 1) ** (1 / GAMMA))


def _background(rng):
    """A blurred wall, lighter here and darker there: float32, shape (384, 384)."""
    mottle = smooth_noise(rng, 96, ((14, 0.5), (30, 0.8)))
    wall = Image.fromarray((rng.uniform(0.05, 0.8) * np.exp(0.35 * mottle)).astype(np.float32))
    return np.asarray(wall.resize((RENDER_SIZE, RENDER_SIZE), Image.Resampling.BICUBIC))


def _shrink(rng, picture):
    """Blur, shrink and add contrast and noise, as a cheap camera does."""
    pixel = RENDER_SIZE / PICTURE_SIZE
    blurred = gaussian_filter(picture, 0.28 * pixel * rng.uniform(0.6, 1.5))
    large = Image.fromarray((blurred * 255).astype(np.uint8))
    small = large.resize((PICTURE_SIZE, PICTURE_SIZE), Image.Resampling.BOX)
    grey = (np.asarray(small, np.float32) - 128) * rng.uniform(0.9, 1.15) + 128
    grey = grey + rng.normal(0, 8) + rng.normal(0, rng.uniform(1, 4), grey.shape)
    return np.clip(grey, 0, 255).astype(np.uint8)
