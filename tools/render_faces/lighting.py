"""Light and shade: one key light with a shadow, a fill light, ambient light and its occlusion."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from .camera import RENDER_SIZE
from .geometry import unit
from .raster import FAR, rasterise
from .triangles import Material

SHADOW_SIZE = 320  # pixels of the shadow map
SHADOW_WIDTH = 3.4  # what it spans, in heights of the face
SHADOW_BIAS = 0.055  # how far behind the nearest surface still counts as lit, in the same unit
TO_CAMERA = np.array([0, 0, 1.0])


@dataclass(frozen=True)
class Light:
    """Directions towards the lights (3,), in the camera's coordinates; the key has strength 1."""

    key: np.ndarray
    fill: np.ndarray
    fill_strength: float
    ambient_strength: float


def draw_light(rng):
    """A key light from above, more or less from one side; the fill from the other."""
    side, height = np.radians(rng.normal(0, 38)), np.radians(rng.uniform(12, 48))
    key = (np.sin(side) * np.cos(height), np.sin(height), np.cos(side) * np.cos(height))
    fill = unit(np.array([-np.sin(side) * 0.8, 0.1, 0.75]))
    return Light(np.array(key), fill, rng.uniform(0.15, 0.4), rng.uniform(0.22, 0.38))


def shade(surface, light, view, face_height):
    """The light that reaches the camera from what it sees.

    Parameters
    ----------
    surface : Surface
    light : Light
    view : View
    face_height : float
        Decimetres; the yardstick for shadows and occlusion.

    Returns
    -------
    radiance : ndarray, shape (k,)
        Linear, of each covered pixel.
    face_brightness : float
        A typical radiance of the skin of the face, for the exposure.
    """
    lit = _unshadowed(surface.position, light, view.triangles, face_height)
    openness = _ambient_openness(view.raster, face_height)
    radiance = _matt_and_glossy(surface, light, lit, openness)

    face = radiance[surface.of(Material.SKIN) & (surface.rest[:, 2] > 0.5)]
    face_brightness = 0.5 * np.mean(face) + 0.5 * np.percentile(face, 80) / 1.35
    teeth = face_brightness * (1.25 + 0.75 * np.clip(surface.normal[:, 2], 0, 1))
    radiance = np.where(surface.of(Material.TEETH), teeth * (0.5 + 0.5 * openness), radiance)
    eyes = _eye_radiance(surface, light, lit, openness, face_brightness)
    return np.where(surface.of(Material.EYE), eyes, radiance), face_brightness


def _matt_and_glossy(surface, light, lit, openness):
    """Wrapped diffuse shading and a Blinn-Phong highlight."""
    wrap = np.where(surface.of(Material.SKIN), 0.25, 0)  # skin lets light through at the terminator
    facing = (surface.normal @ light.key + wrap) / (1 + wrap)
    key = np.clip(facing, 0, 1) * (0.15 + 0.85 * lit)
    key *= np.where(surface.of(Material.TONGUE), 0.75, 1)
    fill = light.fill_strength * np.clip(surface.normal @ light.fill, 0, 1) * openness
    from_above = 0.6 + 0.4 * surface.normal[:, 1]
    ambient = light.ambient_strength * from_above * openness**1.5
    half_way = np.clip(surface.normal @ unit(light.key + TO_CAMERA), 0, 1)
    highlight = surface.gloss * half_way ** np.where(surface.of(Material.HAIR), 12, 18) * lit
    return surface.albedo * (key + fill + ambient) * (0.45 + 0.55 * openness) + highlight


def _eye_radiance(surface, light, lit, openness, face_brightness):
    """Eyes: softly shaded, the white never darker than the face, with a catch light."""
    white = surface.rest[:, 2] < np.cos(np.radians(29))
    albedo = np.where(white, np.maximum(surface.albedo, face_brightness * 1.15), surface.albedo)
    soft = 0.75 + 0.40 * np.clip(surface.normal @ light.key, 0, 1) * lit
    half_way = surface.normal @ unit(light.key + 1.2 * TO_CAMERA)
    catch_light = (half_way > 0.985) & (surface.rest[:, 2] > 0.75)
    return albedo * soft * (0.5 + 0.5 * openness) + 0.9 * catch_light


def _unshadowed(position, light, triangles, face_height):
    """The share of the key light that reaches each position (k, 3), from a shadow map."""
    right = unit(np.cross((0, 1, 0), light.key))
    axes = np.stack([right, np.cross(light.key, right), light.key], 1)
    scale = SHADOW_SIZE / (SHADOW_WIDTH * face_height)

    def to_map(points):
        x, y, depth = np.moveaxis(points @ axes, -1, 0)
        return SHADOW_SIZE / 2 + scale * x, SHADOW_SIZE / 2 - scale * y, depth

    casters = triangles[triangles.material != Material.LASH]
    half = np.full((SHADOW_SIZE, SHADOW_SIZE), 0.5)
    nearest = rasterise(np.stack(to_map(casters.position), -1), casters.alpha, half).depth
    x, y, depth = to_map(position)
    lit = np.zeros(len(position))
    steps = (-1.5, 0, 1.5)  # nine samples soften the edge of the shadow
    for dx in steps:
        for dy in steps:
            column = np.clip((x + dx).astype(int), 0, SHADOW_SIZE - 1)
            row = np.clip((y + dy).astype(int), 0, SHADOW_SIZE - 1)
            lit += nearest[row, column] < depth + SHADOW_BIAS * face_height
    return lit / len(steps) ** 2


def _ambient_openness(raster, face_height):
    """How open each pixel is to ambient light, 0 to 1: hollows are darker.

    Screen-space occlusion: a pixel that lies behind the blurred depth of its surroundings lies in
    a hollow. Three radii catch the lips, the eye sockets and the neck.
    """
    covered = raster.depth > FAR
    background = np.percentile(raster.depth[covered], 3)
    depth = np.where(covered, raster.depth, background) / face_height
    occlusion = np.zeros_like(depth)
    for radius, strength in ((RENDER_SIZE / 130, 9), (RENDER_SIZE / 48, 5), (RENDER_SIZE / 20, 2)):
        hollow = gaussian_filter(depth, radius) - depth - 0.004
        occlusion += strength * np.clip(hollow, 0, 0.12)
    return np.exp(-1.3 * occlusion)[raster.rows, raster.columns]
