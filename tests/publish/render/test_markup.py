"""What cells print reads back as written, in a Markdown that both renderers understand."""

from __future__ import annotations

import json
import subprocess

import pytest

from pipeline.publish.render import markup, pandoc
from tests.publish.render import project

LITERAL = project.REPOSITORY / "reports" / "theme" / "literal.lua"


def read_back(markdown: str, to: str = "plain") -> str:
    command = [pandoc.executable(), f"--from={pandoc.READER}", f"--to={to}", "--wrap=none", f"--lua-filter={LITERAL}"]
    return subprocess.run(command, input=markdown.encode(), capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize(
    "text",
    [
        "a*b_c [d] {e} <f>",
        "#1 | 2 ~ 3 ^4^ $5$",
        "`code` @moi \\",
        "52\u202f% [48\u202f%\u202f; 56\u202f%]",
        "*\u00a0: fragile",
    ],
)
def test_escaped_text_is_printed_as_it_is(text: str) -> None:
    assert read_back(markup.number(text, ["a/b/c"])).strip() == text


def test_a_sign_that_opens_a_line_is_never_taken_for_a_list() -> None:
    for text in ("+ 9 points", "- 4", "= 3", "/ a: b", "1. Nombre"):
        assert read_back(markup.number(text, ["a/b/c"])).strip() == text
        sign = "." if text[0] == "1" else text[0]
        assert f"\\u{{{ord(sign):x}}}" in read_back(markup.number(text, ["a/b/c"]), "typst")


def test_a_table_keeps_its_cells_heads_groups_and_result_ids() -> None:
    record = dict(project.drawn()["demand_age"])  # type: ignore[call-overload]
    record["row_groups"] = [[1, "Aînés"]]
    text = markup.table("demand_age", record)
    tree = json.loads(read_back(text, "json"))
    (table,) = [block for block in tree["blocks"] if block["t"] == "Table"]
    attributes, _, columns, head, bodies, _ = table["c"]
    assert attributes[0] == "tbl-demand_age"
    assert [c[0]["t"] for c in columns] == ["AlignLeft", "AlignRight", "AlignRight"]
    assert len(head[1]) == 1
    rows = bodies[0][3]
    assert len(rows) == 3
    assert "Aînés" in json.dumps(rows[1], ensure_ascii=False)
    ids = [rid for row in record["cell_ids"] for rid in row if rid]
    assert [rid for rid in ids if rid not in json.dumps(rows, ensure_ascii=False)] == []
    assert json.dumps(rows).count('"row-header"') == 3


def test_columns_of_numbers_are_as_wide_as_their_words() -> None:
    record = {
        "columns": [{"label": "Service", "align": "left"}, {"label": "Ensemble", "align": "right"}],
        "rows": [["Un service au nom très long, " * 4, "45 %"]],
    }
    widths = markup._widths(record)
    assert widths[1] == len("Ensemble") + 3
    assert sum(widths) <= 96
    assert widths[0] > 60


def test_an_alternative_text_with_quotes_survives() -> None:
    record = dict(project.drawn()["demand"])  # type: ignore[call-overload]
    record["alt"] = 'Barres : "oui" 52\u202f%, \\ 37\u202f%'
    page = read_back(markup.figure("demand", record, "demand.svg", None), "json")
    assert json.dumps(record["alt"], ensure_ascii=False)[1:-1] in page
