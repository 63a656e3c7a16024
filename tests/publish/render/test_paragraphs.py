"""A page whose sentences changed is what it would be if it were rendered whole."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pipeline.publish.documents.staging import check_staged
from pipeline.publish.render import embedded, paragraphs
from pipeline.publish.render.paragraphs import Changed, changes
from pipeline.publish.render.ready_programs import ReadyPrograms
from pipeline.publish.render.staging import Staged
from tests.publish.render import project

TEXT = """
## Constats {#sec-un}

En 2006, [48 %]{.number data-result="a.b/users/wave=2006" data-about="de 45 à 52"} des usagers *souhaitent* un service.

Une phrase, puis
une "autre" ligne : **la même**, avec [un lien](index.html#sec-un) et 3 500 mots.

- Un premier point.
- Un deuxième, « cité » ; voir [là](ici.html).
- Un dernier point, de [3]{.declared}.

::: {.lead}
Le chapeau dit l'essentiel.
:::

::: {.content-visible when-format="html"}
Seule la page le dit.
:::

La même phrase.

La même phrase.

| A | B |
|:--|--:|
| La cellule | 3 |

Terme

:   Ce qu'il veut dire.

- Un point large.

- Un autre point large.

  Sa suite.

Voir la @sec-un.[^1]

[^1]: Une note.
"""
#: What differs, and whether it is rendered by itself.
EDITS = [
    ([("souhaitent", "demandent")], True),
    ([("[48 %]", "[49 %]"), ("de 45 à 52", "de 46 à 53")], True),
    ([('data-result="a.b/', 'data-result="a.c/')], True),
    ([("Une phrase, puis", "Une phrase « juste », puis")], True),
    ([("puis\nune", "puis une")], True),
    ([("ici.html", "autre.html")], True),
    ([("Un premier point.", "Un premier point, revu."), ("[3]{", "[4]{")], True),
    ([("Le chapeau", "Ce chapeau"), ("Une phrase, puis", "Deux phrases, puis")], True),
    # in another place Pandoc would make something else of it, or nobody can say which of several it is
    ([("Seule la page", "La page")], False),
    ([("La même phrase.\n\nLa", "La seule phrase.\n\nLa")], False),
    ([("Un point large", "Un point plus large")], False),
    ([("Sa suite", "La suite")], False),
    ([("La cellule", "Une cellule")], False),
    ([("Terme", "Mot")], False),
    ([("## Constats", "## Faits")], False),
    ([("Une note.", "Une autre note.")], False),
    ([("Voir la @sec-un", "Voyez la @sec-un")], False),
    ([("Le chapeau", "1. Le chapeau")], False),
    ([("Le chapeau", "Table : le chapeau")], False),
    ([("Le chapeau", "### Le chapeau")], False),
    ([("Le chapeau dit", "Le chapeau\n\ndit")], False),
    ([("Le chapeau dit", "Le chapeau `code` dit")], False),
    ([("- Un premier point.\n", "")], False),
    ([('une "autre" ligne', "- autre ligne")], False),
]


class Document:
    """One document, staged and rendered with a text; its figures and settings are the same with another."""

    def __init__(self, root: Path, settings: Mapping[str, object]) -> None:
        self.root, self.settings = root, settings

    def staged(self, text: str) -> Staged:
        done = project.staged(self.root, project.write(self.root, "phrases", text), self.settings)
        check_staged(done)
        return done

    def whole(self, text: str) -> tuple[str, dict[str, bytes]]:
        """Return a text as staged, and its files by ending."""
        done = self.staged(text)
        targets = {kind: self.root / "site" / f"whole.{kind}" for kind in ("html", "pdf")}
        embedded.render([(done, targets)])
        files = {**targets, "typ": done.path.with_suffix(".typ")}
        return done.path.read_text(encoding="utf-8"), {kind: path.read_bytes() for kind, path in files.items()}


@pytest.fixture(scope="module")
def document(root: Path) -> Document:
    return Document(root, {})


@pytest.fixture(scope="module")
def before(document: Document) -> tuple[str, dict[str, bytes]]:
    return document.whole(TEXT)


def rendered(
    document: Document, before: tuple[str, dict[str, bytes]], text: str, folder: Path
) -> dict[str, bytes] | None:
    """Return the files of a text as what changed in it gives them; None where it must be rendered whole."""
    staged = document.staged(text)
    found = changes(before[0], staged.path.read_text(encoding="utf-8"))
    if not found:
        return None
    held = {}
    for ending, content in before[1].items():
        held[ending] = folder / ending
        held[ending].write_bytes(content)
    targets = {kind: folder / "site" / f"page.{kind}" for kind in ("html", "pdf")}
    with ReadyPrograms() as programs:
        left = paragraphs.render([Changed(staged, targets, found, held)], programs)
    if left:
        return None
    files = {**targets, "typ": staged.path.with_suffix(".typ")}
    return {kind: path.read_bytes() for kind, path in files.items()}


def edited(edits: list[tuple[str, str]]) -> str:
    text = TEXT
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return text


@pytest.mark.parametrize(("edits", "alone"), EDITS)
def test_a_sentence_that_changed_is_rendered_as_in_its_page(
    document: Document,
    before: tuple[str, dict[str, bytes]],
    edits: list[tuple[str, str]],
    alone: bool,
    tmp_path: Path,
) -> None:
    text = edited(edits)
    found = rendered(document, before, text, tmp_path)
    assert (found is not None) is alone
    if found is not None:
        assert found == document.whole(text)[1]


def test_slides_and_other_front_matter_are_rendered_whole() -> None:
    page = "---\ntitle: Un\n---\n\nUne phrase.\n"
    assert len(changes(page, page.replace("phrase", "ligne"))) == 1
    assert changes(page, page.replace("Un\n", "Deux\n").replace("phrase", "ligne")) == ()
    slides = page.replace("title: Un\n", "title: Un\npublication:\n  layout: slides\n")
    assert changes(slides, slides.replace("phrase", "ligne")) == ()
