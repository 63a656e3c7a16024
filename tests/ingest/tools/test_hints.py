"""What a draft says to its reader stands in one file: every key that the code names is there, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.ingest.lexicon import lexicon

SOURCES = (Path(__file__).parents[3] / "pipeline" / "ingest").rglob("*.py")


def test_every_remark_is_used_and_every_used_remark_is_there() -> None:
    named = {
        key
        for path in SOURCES
        for key in re.findall(r'(?:hint\(|(?=.titles\.\w))"([\w.]+)"', path.read_text(encoding="utf-8"))
    }
    texts = lexicon("remarks")
    told = {k for k in texts if k not in ("titles", "mask")} | {f"titles.{k}" for k in texts["titles"]}
    assert named == told
