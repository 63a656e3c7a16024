"""The table of `check`: what came in, every reason with its number, an example and what to do, and what stops."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from pipeline.evaluation import Evaluation
from pipeline.stages.check import check
from pipeline.stages.progress import Progress
from tests.ingest.conftest import Make, codes, make, question  # noqa: F401

SILENT = Progress(say=lambda text: None)
ASKED: list[dict[str, Any]] = [
    question("id", "key", role="respondent"),
    question("sex", "single", codes=codes(1, 2)),
    question("age", "number", range=[15, 99]),
]
GOOD = "".join(f"{i};{1 + i % 2};{20 + i % 40}\n" for i in range(200))


def told(evaluation: Evaluation, width: int = 80, terminal: bool = False) -> tuple[bool, str]:
    out = io.StringIO()
    fit = check(evaluation, SILENT, Console(file=out, width=width, force_terminal=terminal, highlight=False))
    return fit, out.getvalue()


@pytest.fixture
def evaluation(make: Make) -> Evaluation:  # noqa: F811
    return make(ASKED, "id;sex;age\n" + GOOD + "900;1;120\n901;2;7\n5;1;30\n")


def test_every_record_is_counted_and_every_reason_has_number_place_and_remedy(evaluation: Evaluation) -> None:
    fit, text = told(evaluation)
    assert fit
    assert re.search(r"users +2006 +203 +200 +3 +–", text)
    assert re.search(r"2 +value out of range", text)
    assert re.search(r"1 +questionnaire entered", text)
    for words in ("users.csv line 202,", "correct the values", "Nothing blocks"):
        assert words in text, text


def test_it_fits_eighty_columns_and_has_no_colour_where_it_is_piped(evaluation: Evaluation) -> None:
    _, text = told(evaluation)
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 80
    assert "\x1b" not in text
    assert "\x1b[" in told(evaluation, terminal=True)[1]


def test_a_blocked_source_shows_the_table_and_every_reason_to_stop(make: Make) -> None:  # noqa: F811
    bad = "id;sex;age\n" + "".join(f"{i};7;{'x' if i < 50 else 30}\n" for i in range(100))
    more = {
        "others": ({"kind": "survey", "files": {"2006": {"path": "o.csv"}}}, ASKED, None),
        "rest": ({"kind": "survey", "files": {"2006": {"path": "r.csv"}}}, ASKED, "id;sex;age\n" + GOOD),
    }
    fit, text = told(make(ASKED, bad, more=more))
    assert not fit
    assert re.search(r"users +2006 +100 +– +100", text)
    assert re.search(r"others +not read", text)
    assert re.search(r"rest +2006 +200 +200", text)
    assert "3 things stop the evaluation" in text
    said = " ".join(text.split())
    for words in ("o.csv", "the received file is missing", "50 of 100 records", "100 of 100 records", "allowed: 1, 2"):
        assert words in said, text
    assert text.count("unknown_code'") == 1


@pytest.mark.slow
def test_the_command_ends_with_one_where_something_blocks_and_zero_elsewhere(
    make: Make,  # noqa: F811
    tmp_path: Path,
) -> None:
    for content, code in (("id;sex;age\n" + GOOD, 0), ("id;sex\n1;1\n", 1)):
        make(ASKED, content)
        command = [sys.executable, "-m", "pipeline", "check", "essai", "--project", str(tmp_path)]
        run = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=Path(__file__).parents[2])
        assert run.returncode == code, run.stdout + run.stderr
        assert ("1 thing stops the evaluation" in run.stdout) == bool(code)
        assert "Traceback" not in run.stdout + run.stderr
