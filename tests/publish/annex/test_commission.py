"""What the commissioner asked is told in words: no code of an indicator stands in a page."""

from __future__ import annotations

import pytest

from pipeline.evaluation import Evaluation
from pipeline.publish.annex.commission import questions

from .grounds import ground
from .project import rows


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_indicator_is_told_by_its_code(evaluation: Evaluation, lang: str) -> None:
    """Labels that every evaluation shares name it as well as those of its own."""
    made = questions(ground(evaluation, lang, rows=rows())).text
    assert made
    assert "`" not in made
