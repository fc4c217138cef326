"""Films that are made once. In: frames, a rate, a size. Out: a small valid movie, counted.

For tests of money and of load: every picture has its number in it (`bridge.media.slate`), and the
same film is not made twice.
"""

import os
import shutil
from pathlib import Path

from bridge.frames import Rate
from bridge.media.deliver import deliver
from bridge.media.facts import Codec, Delivery, Frames, Sound
from bridge.media.limits import Guard
from bridge.media.slate import Slate, make
from bridge.source import Source

SMALL = (96, 54)  # the slate itself; larger pictures are scaled from it, which is much faster


def canned(
    folder: Path, frames: int, rate: Rate, size: tuple[int, int], codec: Codec, *, sound: bool
) -> Path:
    """The film's place in the folder; it is to be copied or linked, never changed."""
    heard = "_sound" if sound else ""
    name = f"{codec}_{frames}_{str(rate).replace('/', '_')}_{size[0]}x{size[1]}{heard}"
    film = folder / f"{name}{codec.suffix}"
    if film.exists():
        return film
    folder.mkdir(parents=True, exist_ok=True)
    slate = folder / f"{name}.{os.getpid()}.slate.mov"
    making = film.with_name(f"{os.getpid()}_{film.name}")  # another process may make the same
    try:
        make(slate, Slate(frames, rate, *SMALL, sound=sound))
        lent = Sound(slate, rate.seconds(0), rate.seconds(frames)) if sound else None
        parts = (Frames(Source(slate), tuple(range(frames))),)
        deliver(Delivery(parts, making, codec, rate, *size, sound=lent), Guard(), lambda _: None)
        making.replace(film)
    finally:
        slate.unlink(missing_ok=True)
    return film


def lent(film: Path, place: Path) -> None:
    """The film at another place: linked where the disk can, copied where it cannot."""
    try:
        os.link(film, place)
    except OSError:
        shutil.copyfile(film, place)
