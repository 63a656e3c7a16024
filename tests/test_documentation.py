"""The documentation is built whole, its links lead somewhere, and its reference tells all that the code declares."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.__main__ import build, dead_links, menu
from pipeline.cli import app
from pipeline.ingest.checks.kinds import KINDS as CHECKS
from pipeline.instrument.roles import MEANINGS
from pipeline.publish.documents.shortcodes import KNOWN
from pipeline.questions.discovery import names

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("docs") / "site"
    assert build(out) == []
    return out


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("questions", names(ROOT)),
        ("instrument", list(MEANINGS)),
        ("checks", list(CHECKS)),
        ("documents", list(KNOWN)),
        ("commands", [str(c.name or c.callback.__name__) for c in app.registered_commands if c.callback]),
    ],
)
def test_the_reference_tells_all_that_there_is(built: Path, page: str, told: list[str]) -> None:
    text = (built / f"reference/{page}.html").read_text(encoding="utf-8")
    assert [each for each in told if f"<code>{each}</code>" not in text] == []


def test_every_page_is_in_the_menu(built: Path) -> None:
    found = {p.relative_to(built).with_suffix("").as_posix() for p in built.rglob("*.html")}
    assert found == {name for part in menu(found).values() for name in part}


@pytest.mark.parametrize("page", ["threat-model", "rap"])
def test_every_test_that_a_claim_rests_on_exists(page: str) -> None:
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(tests/[^`*]+)`", text))
    assert len(named) > 5
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<a href="b.html">b</a><a href="#x">x</a><a href="#y">y</a><p id="y">', "utf-8")
    assert dead_links(tmp_path) == ["a.html: b.html", "a.html: #x"]
