"""The name of a plan's entry is only a name: with another `id:`, the same pages, figures and tables are published."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import html

from tests.acceptance.edited_site import NAME, PAGES
from tests.acceptance.in_process import run_here

OTHER = "asked-{}"
#: The fingerprint of the data follows the ids, as the sizes of files of the annex do.
_OF_IDS = re.compile(r"\b[0-9a-f]{12}\b")
_SHOWN = "//body//text()[not(ancestor::script or ancestor::style or ancestor::*[contains(@class, 'file-size')])]"


def renamed(text: str, entries: list[str]) -> str:
    """Return a name of results or statements with the other names of entries: `demand.change`, `-demand.basic`."""
    head, dot, rest = text.partition(".")
    sign, own = ("-", head[1:]) if head.startswith("-") else ("", head)
    return f"{sign}{OTHER.format(own)}{dot}{rest}" if dot and own in entries else text


def deep(content: Any, entries: list[str]) -> Any:
    """Return the content of a YAML file with the other names, keys included."""
    if isinstance(content, dict):
        return {renamed(str(k), entries) if isinstance(k, str) else k: deep(v, entries) for k, v in content.items()}
    if isinstance(content, list):
        return [deep(each, entries) for each in content]
    return renamed(content, entries) if isinstance(content, str) else content


def rename_entries(folder: Path) -> list[str]:
    """Give every entry of the plan another name, wherever the evaluation says it; return the names of before."""
    path = folder / "evaluation.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    entries = [entry.get("id", entry["question"]) for entry in content["plan"]]
    content = {**deep(content, entries), "sources": content["sources"], "waves": content["waves"]}
    for entry, name in zip(content["plan"], entries, strict=True):
        entry["id"] = OTHER.format(name)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    for other in folder.rglob("recommendations.yaml"):
        told = deep(yaml.safe_load(other.read_text(encoding="utf-8")), entries)
        other.write_text(yaml.safe_dump(told, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return entries


def told(page: Path) -> list[str]:
    """Return the pieces of text of a page."""
    found = html.parse(str(page)).getroot().xpath(_SHOWN)
    pieces = (" ".join(_OF_IDS.sub("", str(piece)).split()) for piece in found)
    return [piece for piece in pieces if piece]


@pytest.mark.slow
def test_entries_of_other_names_publish_the_same_pages(built: Path, project: Path) -> None:
    entries = rename_entries(project / "surveys" / NAME)
    assert "demand" in entries
    run = run_here(project, "report", NAME, "--renderer", "embedded")
    assert run.code == 0, run.out + run.err
    sites = [root / "reports" / "_site" / NAME for root in (built, project)]
    for page in PAGES:
        before, after = (told(site / page) for site in sites)
        assert len(before) > 50, page
        assert after == before, page
