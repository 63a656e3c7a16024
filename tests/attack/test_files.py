"""A hidden number that any file prints is found, and what shown numbers explain is not taken for one."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest

from tests.attack.files import of_files
from tests.attack.links import of_pages
from tests.attack.published import Row


def row(name: str, estimate: float, *, hidden: bool = False) -> Row:
    """Return a published share."""
    value = np.nan if hidden else estimate
    head = ("demand", "email", "share", "", "users", "sample", "2006", {}, frozenset(), "share")
    return Row(name, *head, value, value, value, 100.0, hidden, "c" if hidden else "")


ROWS = [row("shown", 0.42), row("secret", 0.073, hidden=True)]


def site(folder: Path, body: str) -> Path:
    (folder / "data").mkdir()
    (folder / "report.html").write_text(f"<html><body>{body}</body></html>", encoding="utf-8")
    return folder


def drawn(text: str) -> str:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><text>10 %</text><text>{text}</text></svg>'
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


@pytest.mark.parametrize(
    "body",
    [
        '<span class="sentence" data-result="shown secret">De 42 % à 7,3 %.</span>',
        '<img data-result="shown secret" alt="Barres : 42 % ; 7,3 %." src="x">',
        f'<img data-result="shown secret" alt="42 %" src="{drawn("7,3 %")}">',
        '<span role="img" data-result="shown secret" aria-label="42 %"><svg><text>7,3 %</text></svg></span>',
    ],
)
def test_a_hidden_number_that_a_text_or_a_figure_says_is_found(tmp_path: Path, body: str) -> None:
    (found,) = of_files(ROWS, site(tmp_path, body))
    assert (found.id, found.low, found.high) == ("secret", pytest.approx(0.0725), pytest.approx(0.0735))


def test_shown_numbers_and_round_ticks_explain_themselves(tmp_path: Path) -> None:
    body = f'<img data-result="shown secret" alt="42 %, les autres non diffusables" src="{drawn("50 %")}">'
    assert of_files(ROWS, site(tmp_path, body)) == []


def test_a_hidden_estimate_in_the_findings_is_found(tmp_path: Path) -> None:
    folder = site(tmp_path, "")
    (folder / "data" / "findings.csv").write_text("estimate;about\n0,42;shown\n0,073;secret\n", encoding="utf-8")
    (found,) = of_files(ROWS, folder)
    assert found.low < 0.073 < found.high


def test_a_page_of_a_printing_that_is_kept_says_nothing_of_this_one(tmp_path: Path) -> None:
    for name, told in (("editions/2006-2", 0), ("territories", 1)):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        (folder / "20.html").write_text('<p><span data-result="secret">7,3 %</span></p>', encoding="utf-8")
        assert len(of_pages(ROWS, tmp_path)) == told
