"""Additions to YAML: what stood stays letter by letter, and the whole reads as what was meant."""

from __future__ import annotations

import difflib

import pytest
import yaml

from pipeline.errors import EvaluationError
from pipeline.ingest.addition.yaml_text import flow, with_item, with_key, with_value

TEXT = """# head
waves:
  - {name: "2003", mode: paper}   # first
  # a remark between
  - name: "2006"
    mode: web

sources:
  - name: users
    files:
      "2003": {path: a.sav}
      all: {path: b.csv,
            waves: {"2003": 2003}}   # two lines
    checks: []
# the end
"""


def added(after: str) -> list[str]:
    """Return the lines that were added, where none was taken away."""
    lines = list(difflib.ndiff(TEXT.splitlines(), after.splitlines()))
    assert not [line for line in lines if line.startswith("- ")]
    return [line[2:] for line in lines if line.startswith("+ ")]


def test_an_item_ends_a_list_before_the_remarks_that_follow() -> None:
    after = with_item(TEXT, ("waves",), {"name": "2007", "mode": "web_on_site"})
    assert added(after) == ['  - {name: "2007", mode: web_on_site}']
    assert [w["name"] for w in yaml.safe_load(after)["waves"]] == ["2003", "2006", "2007"]


def test_a_key_ends_a_mapping_of_lines_and_one_in_brackets() -> None:
    files = with_key(TEXT, ("sources", 0, "files"), "2007", {"path": "c.csv"})
    assert added(files) == ['      "2007": {path: c.csv}']
    assert list(yaml.safe_load(files)["sources"][0]["files"]) == ["2003", "all", "2007"]
    waves = with_key(TEXT, ("sources", 0, "files", "all", "waves"), "2007", 2007)
    assert yaml.safe_load(waves)["sources"][0]["files"]["all"]["waves"] == {"2003": 2003, "2007": 2007}
    assert "# two lines" in waves


def test_what_is_empty_is_filled() -> None:
    assert yaml.safe_load(with_item(TEXT, ("sources", 0, "checks"), {"rule": "x"}))["sources"][0]["checks"] == [
        {"rule": "x"}
    ]


def test_a_value_is_replaced_where_it_stands() -> None:
    after = with_value(TEXT, ("sources", 0, "files", "all", "path"), "d.csv")
    assert after == TEXT.replace("b.csv", "d.csv")


def test_nothing_that_was_written_is_replaced() -> None:
    with pytest.raises(EvaluationError, match="stands already"):
        with_key(TEXT, ("sources", 0, "files"), "2003", {"path": "c.csv"})


@pytest.mark.parametrize(
    "value", ["yes", "2007", "a: b", "été", "a b", "on", 3, 2.5, True, None, ["a", {"b": 1}], "x#y"]
)
def test_a_value_on_one_line_reads_as_itself(value: object) -> None:
    assert yaml.safe_load(flow({"k": value})) == {"k": value}
