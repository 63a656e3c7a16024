"""What documents are made of before anything is drawn: `check` asks for them too."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.stages import documents


def test_captions_are_those_of_what_was_drawn_and_none_before(tmp_path: Path) -> None:
    assert documents._captions(tmp_path) == {}
    drawn = {"absent": [], "map": {"caption": "Une carte"}}
    (tmp_path / documents.FIGURES).write_text(json.dumps(drawn), encoding="utf-8")
    assert documents._captions(tmp_path) == {"map": "Une carte"}
