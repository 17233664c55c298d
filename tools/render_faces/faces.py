"""One picture, and a whole set of them: every person with every emotion, split by person."""

import numpy as np

from .camera import draw_camera, draw_rotation, look
from .expressions import EXPRESSIONS, draw_expression
from .lighting import draw_light, shade
from .materials import paint
from .people import draw_person
from .photo import develop
from .scene import build_face, draw_gaze


def render_face(mesh, person, emotion, rng, jitter=0.4):
    """A picture of a person who shows an emotion.

    Parameters
    ----------
    mesh : HeadMesh
    person : Person
    emotion : str
        A key of :data:`~tools.render_faces.expressions.EXPRESSIONS`.
    rng : numpy.random.Generator
        For expression, pose, light and camera; the same state gives the same picture.
    jitter : float
        Scales how much pose, crop and zoom vary; 0 is always straight from the front.

    Returns
    -------
    ndarray of uint8, shape (48, 48)
    """
    expression = draw_expression(rng, emotion)
    rotation = draw_rotation(rng, jitter)
    gaze = draw_gaze(rng, expression)
    camera = draw_camera(rng, person, expression, rotation, jitter)
    view = look(camera, build_face(mesh, person, expression, gaze), rng)
    light = draw_light(rng)
    surface = paint(mesh, person, expression, view)
    radiance, face_brightness = shade(surface, light, view, person.face_height)
    return develop(rng, radiance, face_brightness, person.colours.skin, view.raster)


def render_person(mesh, seed, number, jitter=0.4):
    """One person with all seven emotions.

    Parameters
    ----------
    mesh : HeadMesh
    seed : int
        Seed of the whole set.
    number : int
        Number of the person in the set, from 0. Each person and each picture has a random
        generator of its own, so a person stays the same however many others there are.
    jitter : float
        As in :func:`render_face`.

    Returns
    -------
    ndarray of uint8, shape (7, 48, 48)
        In the order of the labels of FER2013.
    """
    person = draw_person(np.random.default_rng([seed, number]), mesh)
    return np.stack(
        [
            render_face(mesh, person, emotion, np.random.default_rng([seed, number, label]), jitter)
            for label, emotion in enumerate(EXPRESSIONS)
        ]
    )


def split_by_person(people):
    """Split code of each person: the first 70 % 0 (Training), then 15 % 1 (PublicTest), the rest
    2 (PrivateTest), so that nobody is in two splits.

    Returns
    -------
    ndarray of int8, shape (people,)
    """
    number = np.arange(people)
    return (1 * (number >= people * 70 // 100) + (number >= people * 85 // 100)).astype(np.int8)


def render_set(mesh, seed, people, jitter=0.4):
    """Every person once with each emotion; about a quarter of a second a picture.

    Parameters
    ----------
    mesh : HeadMesh
    seed, people : int
    jitter : float
        As in :func:`render_face`.

    Returns
    -------
    dict of ndarray
        ``images`` uint8 (7 * people, 48, 48), ``labels`` int8, ``persons`` int16 and ``splits``
        int8, each (7 * people,).
    """
    emotions = len(EXPRESSIONS)
    persons = np.repeat(np.arange(people, dtype=np.int16), emotions)
    return {
        "images": np.concatenate([render_person(mesh, seed, n, jitter) for n in range(people)]),
        "labels": np.tile(np.arange(emotions, dtype=np.int8), people),
        "persons": persons,
        "splits": split_by_person(people)[persons],
    }
