"""Spans of numbers pass Pandoc as signs, and stand in pages as Pandoc itself would have written them."""

import html

import pytest

from pipeline.publish.render.spans import fold
from pipeline.wording.markdown import literal

from .written import written

NUMBER = '[+ 7 points]{.number data-result="a.b/users/region=53" data-about="entre 4 et 11, base : 5 196"}'
TEXTS = (
    f"Une hausse de {NUMBER} ; [75 %]{{.declared}}.",
    "Soit [44]{.fact data-fact=households_2003} %, ou [45]{.fact data-fact=households-2003}.",
    f"{NUMBER} ouvre la ligne, **{NUMBER}**; et la suite.",
    f"- un point : {NUMBER}\n- [un lien, {NUMBER} dedans](report.html#sec-a)",
    f"| a | b |\n|:--|--:|\n| {NUMBER} | {NUMBER} |",
    f"## Un titre, {NUMBER}",
    f"```\n{NUMBER}\n```\n\n`{NUMBER}` et \\{NUMBER}",
    'De [14]{.record data-record="rules/users/straight_lining/__block/failing"} et [3]{.record data-record="a//b"}',
    '[a\\*b]{.number data-result="x"} et [*a*]{.number data-result="x"} ; [c]{.number data-result="x&amp;y"}',
)


@pytest.mark.parametrize("text", TEXTS)
def test_pages_are_those_that_pandoc_makes_of_the_spans(text: str) -> None:
    folded = fold(text.split("\n"))
    passed = "\n".join(folded.lines)
    assert folded.html(written(passed, "html")) == written(text, "html")
    assert folded.typst(written(passed, "typst-smart")) == written(text, "typst-smart")


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
    assert folded.html(written("\n".join(folded.lines), "html")) == written(LINKS, "html")
    assert sum("](a.html)" in line for line in folded.lines) == 5
    assert not any("report.html#sec-a" in line for line in folded.lines)


RECEIVED = '[a] <b> & "c" d\' *e* $f$ @g #h \\u{i} _j_ ~k~'


def test_received_characters_are_shown_as_they_are_in_text_caption_title_and_alternative() -> None:
    folded = fold([literal(RECEIVED), "", f'![{literal(RECEIVED)}](a.svg "{literal(RECEIVED)}")'])
    passed = "\n".join(folded.lines)
    page = folded.html(written(passed, "html"))
    assert html.unescape(page).count(RECEIVED) == 4
    assert "\\u{5b}a\\u{5d} \\u{3c}b\\u{3e}" in folded.typst(written(passed, "typst-smart"))


def test_numbers_pass_without_their_attributes_and_code_as_it_is() -> None:
    folded = fold([f"Soit {NUMBER}.", "```", NUMBER, "```"])
    assert "data-result" not in folded.lines[0]
    assert "+ 7 points" in folded.lines[0]
    assert folded.lines[2] == NUMBER


@pytest.mark.parametrize("width", range(76, 104, 3))
def test_a_row_of_a_table_stays_wide_where_it_was(width: int) -> None:
    row = "| [7]{.number} | [8]{.number} |"
    text = f"| a | b |\n|:--|--:|\n{row[:-1]}{' ' * (width - len(row))}|"
    folded = fold(text.split("\n"))
    page = written(text, "html")
    assert folded.html(written("\n".join(folded.lines), "html")) == page
    assert ("colgroup" in page) == (width > 80)


def test_a_row_of_a_table_is_no_wider_than_it_need_be() -> None:
    row = f"| {NUMBER} | {NUMBER} |"
    assert len(fold([row]).lines[0]) == 100 < len(row)


def test_no_span_stands_in_an_attribute() -> None:
    folded = fold([NUMBER])
    assert folded.html(f'<img alt="{folded.lines[0]}">') == '<img alt="+ 7 points">'


def test_a_document_that_holds_the_signs_itself_stays_as_it_is() -> None:
    lines = [NUMBER, "un signe reçu : \U00100000"]
    folded = fold(lines)
    assert list(folded.lines) == lines
    assert folded.html("\U00100000") == "\U00100000"
