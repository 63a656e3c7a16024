"""What passes the gate is shown as written, by Pandoc as the embedded renderer runs it."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pipeline.publish.render import pandoc
from pipeline.wording.markdown import literal, plain, visible

LITERAL = Path(__file__).parents[2] / "reports" / "theme" / "literal.lua"
PIECES = [
    *"/=@#$*_<>[](){}|\\^~:!?.,;-+`'\"&%",
    *("\n", "\t", "\r\n", "\x00", "\x1b", "\u202e", "\u200b", "\u2028", "\ufeff", "\ud800", "\U000f0041", "\u00a0"),
    *("1. ", "a) ", "(i) ", "- ", "+ ", "::: {.callout-note}", "---", "...", "# ", "> ", "    ", "| a |", ": ", "[^1]"),
    *("<img src=/etc/passwd>", "<script>alert(1)</script>", "<!-- ", "![a](http://127.0.0.1/a.png)", "[a](b)", "&lt;"),
    *(
        "{{< include a >}}",
        "`{python} 1`",
        "```{=html}",
        "#set page(",
        '#image("a.png")',
        "@fig-a",
        "\\input{a}",
        "$x$",
    ),
    *(
        "https://exemple.fr/a?b=c",
        "//",
        "/*",
        "<https://a.fr>",
        "x" * 60,
        "é",
        "CDI/CDD",
        "C:\\dossier",
        "\u0646\u200c\u0627",
    ),
]


def curled(text: str) -> str:
    """Return a text as the house prints it: an apostrophe within a word is curled, whoever wrote it."""
    shown = list(text)
    for i, c in enumerate(shown):
        if c == "'" and literal(text)[i] == "'":
            shown[i] = "’"
    return "".join(shown)


def read(markdown: str) -> Any:
    command = [pandoc.executable(), "--sandbox", f"--from={pandoc.READER}", "--to=json", f"--lua-filter={LITERAL}"]
    done = subprocess.run(command, input=markdown.encode(), capture_output=True, check=True)
    return json.loads(done.stdout)["blocks"]


def said(inlines: list[Any]) -> str:
    """Return the text of inlines, which may hold nothing but words and spaces."""
    assert {e["t"] for e in inlines} <= {"Str", "Space"}, inlines
    return "".join(e["c"] if e["t"] == "Str" else " " for e in inlines)


def hostile(count: int) -> list[str]:
    """Return that many texts, the same in every run."""
    draw = random.Random(20261128)
    return [
        "".join(draw.choice([draw.choice(PIECES), "mot", " "]) for _ in range(draw.randint(1, 12)))
        for _ in range(count)
    ]


def assert_shown(texts: list[str]) -> None:
    """In a paragraph, a span, a list, a heading, a table, a caption, an alternative text: one call of Pandoc."""
    kept = [(t, curled(plain(visible(t)))) for t in texts if visible(t)]
    parts = []
    for text, _ in kept:
        held = literal(text)
        parts += [f"{held}\n", f"- {held}\n", "::: {.x}\n:::\n", f"## {held} {{#a}}\n"]
        parts += [f"| a | b |\n|:--|:--|\n| [{held}]{{.row-header}} | **{held}** |\n\n: {held} {{#tbl-a}}\n"]
        parts += [f'![{held}](a.svg){{#fig-a fig-alt="{held}"}}\n']
    blocks = iter([b for b in read("\n".join(parts)) if b["t"] != "Div"])
    for text, wanted in kept:
        paragraph, listed, heading, table, figure = (next(blocks) for _ in range(5))
        assert said(paragraph["c"]) == wanted, text
        assert said(listed["c"][0][0]["c"]) == wanted, text
        assert said(heading["c"][2]) == wanted, text
        (row,) = table["c"][4][0][3]
        head, bold = (cell[4][0]["c"][0]["c"] for cell in row[1])
        assert said(head[1]) == wanted, text
        assert said(bold) == wanted, text
        assert said(table["c"][1][1][0]["c"]) == wanted, text
        image = figure["c"][2][0]["c"][0]["c"]
        assert said(image[1]) == wanted, text
        assert dict(image[0][2])["fig-alt"] == plain(literal(text)), text
    assert next(blocks, None) is None


def test_two_hundred_hostile_texts_are_shown_as_written_wherever_they_stand() -> None:
    assert_shown(hostile(200))


def typeset(texts: list[str], folder: Path) -> list[str]:
    """Return what Typst sees of each text, as the body of a heading."""
    import typst

    command = [pandoc.executable(), "--sandbox", f"--from={pandoc.READER}", "--to=typst-smart", "--wrap=none"]
    markdown = "\n".join(f"# {literal(text)} {{#h-{i}}}\n" for i, text in enumerate(texts))
    command += [f"--lua-filter={LITERAL}"]
    done = subprocess.run(command, input=markdown.encode(), capture_output=True, check=True)
    source = folder / "texts.typ"
    source.write_text(f"#set smartquote(enabled: false)\n{done.stdout.decode()}", encoding="utf-8")
    # a very long word may break on paper
    return [
        content(heading["body"]).replace("\u200b", "") for heading in json.loads(typst.query(str(source), "heading"))
    ]


def content(body: dict[str, Any]) -> str:
    """Return the text of Typst content, which may hold nothing but words, signs and spaces."""
    if body["func"] == "sequence":
        return "".join(map(content, body["children"]))
    return " " if body["func"] == "space" else str({"text": body, "symbol": body}[body["func"]]["text"])


def assert_typeset(texts: list[str], folder: Path) -> None:
    kept = [t for t in texts if visible(t)]
    assert typeset(kept, folder) == [curled(plain(visible(t))) for t in kept]


def test_two_hundred_hostile_texts_are_typeset_as_written(tmp_path: Path) -> None:
    assert_typeset(hostile(200), tmp_path)


@pytest.mark.slow
def test_two_thousand_hostile_texts_are_typeset_as_written(tmp_path: Path) -> None:
    assert_typeset(hostile(2000), tmp_path)
    print("2,000 hostile texts through the gate to Typst: 2,000 as written")


@pytest.mark.slow
def test_two_thousand_hostile_texts_are_shown_as_written_wherever_they_stand() -> None:
    assert_shown(hostile(2000))
    print("2,000 hostile texts through the gate: 2,000 shown as written")


def test_a_literal_is_as_long_as_its_text_and_passes_again_unchanged() -> None:
    for text in hostile(500):
        held = literal(text)
        assert len(held) == len(visible(text))
        assert literal(held) == held
        assert plain(held) == plain(visible(text))
        assert plain(literal(held[1:])) == visible(plain(held)[1:])


def test_what_is_not_seen_is_gone_and_what_shapes_letters_stays() -> None:
    assert visible("a\x00b\u202ec\u200bd\ufeffe\u00adf") == "abcdef"
    assert visible("un\r\n deux\ttrois\u2028quatre") == "un deux trois quatre"
    assert visible("\u0646\u200c\u0627") == "\u0646\u200c\u0627"
    assert visible("a\u200cb") == "ab"
    assert visible("\ud800") == "\ufffd"


def test_a_stand_in_that_was_received_is_no_sign_either() -> None:
    (paragraph,) = read(literal("\U000f003cscript\U000f003e"))
    assert said(paragraph["c"]) == "<script>"
