"""Documents are checked before any result: what they name, open and type."""

from pathlib import Path

import pytest

from pipeline.publish.documents import checking
from pipeline.publish.documents.chapters import assemble
from tests.publish.documents.made_up import PLAN, write

KNOWN = checking.Known(
    frozenset({"demand.change", "demand.level", "wishes.change"}),
    frozenset({"demand-by-age"}),
    frozenset({"spaces"}),
    frozenset({"ranked"}),
    frozenset({"person"}),
    frozenset({"2003", "2006"}),
)


def found(folder: Path, chapter: str) -> list[tuple[str, str]]:
    document = assemble(write(folder, "{{< chapters report >}}", report=chapter), PLAN[:1])
    return [(f.problem, str(f.where).rpartition(":")[2]) for f in checking.faults(document, KNOWN)]


def test_a_document_that_holds_has_no_fault(tmp_path: Path) -> None:
    chapter = (
        '## Les {persons} en 2006 {#sec-x1}\n\n::: {.when said=".change"}\n{{< say .level demand.change >}}\n:::\n\n'
        "1. Intervalle à 95 %, seuil de 5 %, {{< fact spaces >}} espaces\n\n{{< show .by-age >}}\n"
        "{{< list ranked max=5 >}}"
    )
    assert found(tmp_path, chapter) == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("En 2004, tout va bien.", "a number is typed in prose: it has no text for being withheld, and no source"),
        ("Plus de 40 % d'entre eux.", "a number is typed in prose: it has no text for being withheld, and no source"),
        ("{{< say .chnage >}}", "there is no such statement"),
        ('::: {.when said=".chnage"}\n:::', "there is no such statement"),
        ("{{< show .map >}}", "the shortcode 'show' names what does not exist"),
        ("{{< fact spaecs >}}", "the shortcode 'fact' names what does not exist"),
        ("Les {persnos}.", "prose names a noun that the vocabulary lacks"),
        ("::: {.callout-note}", "a division is left open"),
        (":::", "a division is closed that was not opened"),
    ],
)
def test_each_fault_is_told_where_it_stands(tmp_path: Path, line: str, problem: str) -> None:
    assert found(tmp_path, f"Texte.\n\n{line}") == [(problem, "7")]


def test_a_chapter_is_made_for_every_entry_of_its_question(tmp_path: Path) -> None:
    document = assemble(write(tmp_path, "{{< chapters report >}}", report="{{< say .level >}}"), PLAN)
    assert [f.found for f in checking.faults(document, KNOWN)] == ["wishes.level"]
