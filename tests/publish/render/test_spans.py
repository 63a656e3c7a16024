"""Spans of numbers pass Pandoc as signs, and stand in pages as Pandoc itself would have written them."""

import html
import subprocess

import pytest

from pipeline.publish.render import pandoc
from pipeline.publish.render.spans import fold
from pipeline.wording.markdown import literal

NUMBER = '[+ 7 points]{.number data-result="a.b/users/region=53" data-about="entre 4 et 11, base : 5 196"}'
TEXTS = (
    f"Une hausse de {NUMBER} ; [75 %]{{.declared}}.",
    f"{NUMBER} ouvre la ligne, **{NUMBER}**; et la suite.",
    f"- un point : {NUMBER}\n- [un lien, {NUMBER} dedans](report.html#sec-a)",
    f"| a | b |\n|:--|--:|\n| {NUMBER} | {NUMBER} |",
    f"## Un titre, {NUMBER}",
    f"```\n{NUMBER}\n```\n\n`{NUMBER}` et \\{NUMBER}",
    '[a\\*b]{.number data-result="x"} et [*a*]{.number data-result="x"} ; [c]{.number data-result="x&amp;y"}',
)


def _written(text: str, to: str) -> str:
    command = [pandoc.executable(), f"--from={pandoc.READER}", f"--to={to}", "--wrap=none"]
    return subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("text", TEXTS)
def test_pages_are_those_that_pandoc_makes_of_the_spans(text: str) -> None:
    folded = fold(text.split("\n"))
    passed = "\n".join(folded.lines)
    assert folded.html(_written(passed, "html")) == _written(text, "html")
    assert folded.typst(_written(passed, "typst-smart")) == _written(text, "typst-smart")


LINKS = f"""
- [un lien d'ici, {NUMBER} dedans](report.html#sec-a)
- ['ici' et "là" ; R & D...](report.html#sec-b)
- [un *autre*](territories/01.html)
- [deux](a.html), [liens](b.html)
- [une suite](a.html) de texte
- [l'échelle -- « 1 à 5 »](a.html)

[hors liste](a.html)

```
- [du code](a.html)
```

    - [du code aussi](a.html)
"""


def test_a_page_has_the_links_that_pandoc_makes_of_items_that_are_one_link() -> None:
    folded = fold(LINKS.split("\n"), links=True)
    assert folded.html(_written("\n".join(folded.lines), "html")) == _written(LINKS, "html")
    assert sum("](a.html)" in line for line in folded.lines) == 5
    assert not any("report.html#sec-a" in line for line in folded.lines)


RECEIVED = '[a] <b> & "c" d\' *e* $f$ @g #h \\u{i} _j_ ~k~'


def test_received_characters_are_shown_as_they_are_in_text_caption_title_and_alternative() -> None:
    folded = fold([literal(RECEIVED), "", f'![{literal(RECEIVED)}](a.svg "{literal(RECEIVED)}")'])
    passed = "\n".join(folded.lines)
    page = folded.html(_written(passed, "html"))
    assert html.unescape(page).count(RECEIVED) == 4
    assert "\\u{5b}a\\u{5d} \\u{3c}b\\u{3e}" in folded.typst(_written(passed, "typst-smart"))


def test_numbers_pass_without_their_attributes_and_code_as_it_is() -> None:
    folded = fold([f"Soit {NUMBER}.", "```", NUMBER, "```"])
    assert "data-result" not in folded.lines[0]
    assert "+ 7 points" in folded.lines[0]
    assert folded.lines[2] == NUMBER


def test_a_row_of_a_table_stays_as_wide_as_it_was() -> None:
    row = f"| {NUMBER} | {NUMBER} |"
    assert len(fold([row]).lines[0]) == len(row)


def test_no_span_stands_in_an_attribute() -> None:
    folded = fold([NUMBER])
    assert folded.html(f'<img alt="{folded.lines[0]}">') == '<img alt="+ 7 points">'


def test_a_document_that_holds_the_signs_itself_stays_as_it_is() -> None:
    lines = [NUMBER, "un signe reçu : \U00100000"]
    folded = fold(lines)
    assert list(folded.lines) == lines
    assert folded.html("\U00100000") == "\U00100000"
