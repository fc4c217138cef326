"""Where real editors' timelines lie. Out: the corpus folder, or a skip that says why."""

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "corpus"


def corpus_folder() -> Path | None:
    named = os.environ.get("NLE_BRIDGE_CORPUS")
    folder = Path(named) if named else BESIDE
    return folder if folder.is_dir() else None


def corpus_files(*suffixes: str) -> list[Path]:
    """All corpus files with these suffixes, sorted; empty where there is no corpus."""
    folder = corpus_folder()
    if folder is None:
        return []
    return sorted(file for file in folder.rglob("*") if file.suffix in suffixes)


needs_corpus = pytest.mark.skipif(
    corpus_folder() is None, reason="no corpus: set NLE_BRIDGE_CORPUS to the folder of timelines"
)
