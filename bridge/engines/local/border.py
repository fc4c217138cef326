"""Where OpenCV's exceptions become ours. In: foreign errors. Out: the error tree."""

from collections.abc import Iterator
from contextlib import contextmanager

import cv2

from bridge.errors import EngineFailed

OUT_OF_MEMORY = -4  # cv::Error::StsNoMem


@contextmanager
def calculating() -> Iterator[None]:
    """`MemoryError` where OpenCV found no memory, `EngineFailed` for all else that it refuses."""
    try:
        yield
    except cv2.error as error:
        if error.code == OUT_OF_MEMORY:
            raise MemoryError(str(error)) from error
        raise EngineFailed(f"The pictures could not be calculated: {error.err}.") from error
