"""How pictures move. In: two small greys. Out: where each pixel of one lies in the other.

A flow says right and down, in pixels of its own size. It is measured at reduced width: more costs
time and finds little.
"""

from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

from bridge.engines.local.look.looks import Picture, Plane

Flow = npt.NDArray[np.float32]  # height x width x 2: right, down, in pixels of its own size
Grey = npt.NDArray[np.uint8]  # height x width
Small = npt.NDArray[np.uint8]  # a grey, or height x width x 3: a picture at flow size

FLOW_WIDTH = 640
LEAST_SIDE = 16  # pixels; DIS needs patches of 8 on two scales
# DIS works in as many strips as there are threads, and its flow depends on the strips: a number of
# our own makes every machine find the same flow (opencv modules/video/src/dis_flow.cpp).
THREADS = 4
NONE = cast("Flow", None)  # OpenCV takes it, its type stubs do not
QUICK, FAST, THOROUGH = range(3)  # DIS presets: ultra fast, fast, medium


def flow_size(width: int, height: int, most: int = FLOW_WIDTH) -> tuple[int, int]:
    """Width and height at which a picture of that size is measured."""
    return (width, height) if width <= most else (most, max(1, round(height * most / width)))


def small(picture: Picture, most: int = FLOW_WIDTH) -> Small:
    """A picture (coded values, 0 to 1) in 8 bit at flow size, in colour."""
    size = flow_size(picture.shape[1], picture.shape[0], most)
    if size != (picture.shape[1], picture.shape[0]):
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)
    return np.asarray(np.clip(picture * 255 + 0.5, 0, 255), np.uint8)


def grey(picture: Picture, most: int = FLOW_WIDTH) -> Grey:
    """A picture (coded values, 0 to 1) in 8 bit at flow size, in grey."""
    return greyed(small(picture, most))


def greyed(picture: Small) -> Grey:
    if picture.ndim == 2:
        return picture
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)


def flowing(
    start: Grey,
    end: Grey,
    guess: Flow | None = None,
    preset: int = FAST,
    threads: int = THREADS,
) -> Flow:
    """
    Where each pixel of `start` lies in `end`, from itself; nothing moves in tiny pictures.

    `threads` stays OpenCV's number of threads. Who works on several threads of its own asks for 1.
    """
    if min(start.shape) < LEAST_SIDE:
        return np.zeros((*start.shape, 2), np.float32)
    cv2.setNumThreads(threads)
    method = cv2.DISOpticalFlow.create(preset)
    return np.asarray(method.calc(start, end, NONE if guess is None else guess.copy()), np.float32)


def neighbours(first: Grey, last: Grey, preset: int = FAST) -> tuple[Flow, Flow]:
    """Flow from the first to the last and back, of pictures that follow each other."""
    return flowing(first, last, None, preset), flowing(last, first, None, preset)


def grid(shape: tuple[int, ...]) -> Flow:
    """Each pixel's own place: height x width x 2."""
    height, width = shape[:2]
    places = np.empty((height, width, 2), np.float32)
    places[..., 0] = np.arange(width)
    places[..., 1] = np.arange(height)[:, None]
    return places


def sampled(
    values: npt.NDArray[np.float32], places: Flow, how: int = cv2.INTER_LINEAR
) -> npt.NDArray[np.float32]:
    """The values at those places; beyond the edge, the edge's."""
    return np.asarray(
        cv2.remap(values, places, NONE, how, borderMode=cv2.BORDER_REPLICATE), np.float32
    )


def strongest(values: npt.NDArray[np.float32]) -> Plane:
    """Of each pixel the value of the channel that is farthest from 0, without its sign."""
    red, green, blue = (np.abs(plane) for plane in cv2.split(values))
    return np.asarray(np.maximum(np.maximum(red, green), blue), np.float32)


def inside(places: Flow) -> Plane:
    """1 where a place lies in the picture, 0 where it does not."""
    height, width = places.shape[:2]
    within = cv2.inRange(places, (-0.5, -0.5), (width - 0.5, height - 0.5))
    return np.asarray(within > 0, np.float32)
