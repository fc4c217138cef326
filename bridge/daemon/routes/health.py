"""Is it there, and is it the one that was looked for."""

import os
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from bridge.daemon.house import HouseHere
from bridge.daemon.routes.common import router
from bridge.wire.runtime import Health

LIBRARIES = ("av", "opentimelineio", "opencv-python-headless", "dbos")

routes = router("health")


@routes.get("/health")
async def health(house: HouseHere) -> Health:
    return Health(
        version=house.version,
        instance=house.instance,
        pid=os.getpid(),
        started=house.started,
        data=str(house.settings.data),
        libraries=_libraries(),
    )


@cache
def _libraries() -> dict[str, str]:
    return {name: found for name in LIBRARIES if (found := _version(name))}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
