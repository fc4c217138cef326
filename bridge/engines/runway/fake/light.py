"""More light. In: pictures as BT.709 codes them. Out: the same as PQ or HLG in BT.2020 do."""

from typing import Any

import numpy as np

from bridge.engines.local.look.looks import Picture
from bridge.engines.runway.fake.wanted import Form
from bridge.media.facts import Colour

PQ = Colour("bt2020", "smpte2084", "bt2020nc", "tv")
HLG = Colour("bt2020", "arib-std-b67", "bt2020nc", "tv")
# BT.709 light in BT.2020 primaries (ITU-R BT.2087)
TO_WIDE = np.array(
    [[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]], np.float32
)
WHITE_NITS, PQ_NITS = 203.0, 10_000.0  # of graphics white (ITU-R BT.2408), and of PQ's 1
HLG_WHITE = 0.265  # scene light that HLG shows as 75 % (BT.2408), of its 1


def in_light(picture: Picture, form: Form) -> Picture:
    """Coded BT.709 as PQ or HLG, white where graphics white lies; the picture itself otherwise."""
    if form not in (Form.pq, Form.hlg):
        return picture
    light = np.clip((picture**2.4) @ TO_WIDE.T, 0, 1)  # as a BT.1886 display shows it
    return _pq(light * WHITE_NITS / PQ_NITS) if form is Form.pq else _hlg(light * HLG_WHITE)


def _pq(light: Any) -> Picture:
    """SMPTE ST 2084; 1 is 10,000 nits."""
    power = light ** (2610 / 16384)
    coded = (3424 / 4096 + power * 2413 / 128) / (1 + power * 2392 / 128)
    return np.asarray(coded ** (2523 / 4096 * 128), np.float32)


def _hlg(light: Any) -> Picture:
    """ARIB STD-B67, of scene light."""
    upper = 0.17883277 * np.log(np.maximum(12 * light - 0.28466892, 1e-6)) + 0.55991073
    return np.asarray(np.where(light <= 1 / 12, np.sqrt(3 * light), upper), np.float32)
