"""Publishing the chapters made of statements, in every language that has them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import results
from pipeline.errors import PublishError, working_on
from pipeline.evaluation import Evaluation
from pipeline.publish.chapters import Planned
from pipeline.publish.expansion import Shelf, Titled, fact_text, marked
from pipeline.publish.staging import Page, check_staged, stage_language
from pipeline.questions import discover
from pipeline.render import embedded, quarto
from pipeline.render.publishing import Job, Link, publication
from pipeline.render.qmd import front_matter
from pipeline.render.staging import Staged
from pipeline.render.unfinished import refuse_unfinished
from pipeline.results import statement
from pipeline.results.statement import Statement
from pipeline.stages.lists import Lists
from pipeline.stages.state import LEXICON, STATEMENTS, asked, perimeter
from pipeline.wording import labels, words
from pipeline.wording.markdown import literal
from pipeline.wording.numbers import decimal
from pipeline.wording.speaking import Speaker
from pipeline.wording.words import Words

#: A declared number whose last decimals count, as 1,80 of an amount.
_DECIMAL = re.compile(r"\d+,\d+")
#: The documents of the perimeter, the first its home, each with its layout.
DOCUMENTS = {"chapters": "report", "essentials": "brief"}
HOME = "chapters"
#: The document of a unit.
SHEET = "sheet"


def publish_chapters(evaluation: Evaluation, out: Path, site: Path, renderer: str, workers: int = 2) -> int:
    """Stage and render the chapters of every language that the evaluation asks for; return how many documents.

    Raises
    ------
    PublishError, WordsError
        With the author's file and line.
    """
    todo = [
        (staged, {kind: _place(site, lang) / path for kind, path in outputs.items()})
        for lang in evaluation.settings.chapters
        for staged, outputs in stage_chapters(evaluation, lang, out / "chapters" / lang)
    ]
    for _, targets in todo:
        for target in targets.values():
            target.parent.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(workers) as pool:
        # each renderer is a process of its own: threads are enough to keep them busy
        list(pool.map(lambda each: _render(each[0], each[1], renderer, evaluation.root), todo))
    return len(todo)


def _place(site: Path, lang: str) -> Path:
    return site if lang == "fr" else site / lang


def _render(staged: Staged, targets: Mapping[str, Path], renderer: str, root: Path) -> None:
    with working_on(f"the document {staged.origin.name}"):
        if renderer == "quarto":
            quarto.render(staged, targets, root)
        else:
            check_staged(staged)
            embedded.render(staged, targets)
        if "html" in targets:
            refuse_unfinished(targets["html"], staged.origin, staged.path)


Outputs = dict[str, str]


def stage_chapters(evaluation: Evaluation, lang: str, folder: Path) -> list[tuple[Staged, Outputs]]:
    """Stage the documents of a language, the perimeter's and a sheet a unit, and return each with its outputs."""
    library = Library(evaluation, lang)
    leaves = [*(Leaf(name, "region") for name in DOCUMENTS), *(Leaf(SHEET, code) for code in library.codes)]
    pages = [_page(evaluation, library, leaf) for leaf in leaves]
    outputs = [leaf.outputs for leaf in leaves]
    theme = evaluation.root / "reports" / "theme"
    staged = stage_language(pages, folder, theme, planned(evaluation), evaluation.settings.edition)
    return list(zip(staged, outputs, strict=True))


@dataclass(frozen=True)
class Leaf:
    """A document to be: its name in ``reports/<lang>/``, and the place it is about (``region``, or a unit's code)."""

    name: str
    territory: str

    @property
    def outputs(self) -> Outputs:
        """Return its files by format, below the folder of its language."""
        if self.territory == "region":
            return {kind: f"{self.name}.{kind}" for kind in ("html", "pdf")}
        return {"html": f"{HOME}/{self.territory}.html"}

    @property
    def layout(self) -> str:
        """Return how the page is laid out."""
        return DOCUMENTS.get(self.name, "sheet")

    @property
    def up(self) -> str:
        """Return the way from the page to the folder of its language."""
        return "" if self.territory == "region" else "../"


def _page(evaluation: Evaluation, library: Library, leaf: Leaf) -> Page:
    territory = leaf.territory
    lang, shelf = library.lang, library.shelf(territory)
    figures = {
        f"{territory}-{record['file']}": drawn(evaluation, lang, territory) / record["file"]
        for record in shelf.figures.values()
        if record.get("file")
    }
    folder, own = evaluation.root / "reports" / lang, own_folder(evaluation, lang)
    around = {"lang": lang, "publication": _around(evaluation, lang, leaf)}
    if territory == "region":
        return Page(leaf.name, folder / f"{leaf.name}.qmd", shelf, around, figures, own)
    name = labels.label(f"{library.place(territory)}:name", library.labels, lang)
    titled = {"title": literal(name), **around}
    return Page(f"{SHEET}-{territory}", folder / f"{SHEET}.qmd", shelf, titled, figures, own)


def _around(evaluation: Evaluation, lang: str, leaf: Leaf) -> dict[str, Any]:
    """Return what the templates say around a document: documents and languages to go to, and its other format."""
    here, up = leaf.outputs["html"], leaf.up
    links = [Link(f"{up}{name}.html", _title(evaluation, lang, name)) for name in DOCUMENTS]
    others = [other for other in evaluation.settings.chapters if other != lang]
    links += [Link(_way(lang, other, here, up), other.upper()) for other in others]
    apart = [other for other in evaluation.settings.languages if other not in evaluation.settings.chapters]
    links += [Link(_way(lang, other, "index.html", up), other.upper()) for other in apart]
    outputs = {kind: Path(path) for kind, path in leaf.outputs.items()}
    current, home = here.rpartition("/")[2], f"{up}{HOME}.html"
    job = Job(leaf.name, Path(), leaf.territory, outputs, layout=leaf.layout, links=links, current=current, home=home)
    return publication(evaluation, lang, job)


def _title(evaluation: Evaluation, lang: str, name: str) -> str:
    """Return the title of a document, as its front matter gives it."""
    path = evaluation.root / "reports" / lang / f"{name}.qmd"
    return str(front_matter(path.read_text(encoding="utf-8").splitlines(), path)[0].get("title", name))


def _way(lang: str, other: str, path: str, up: str) -> str:
    """Return the way from a page of one language to that of another; French stands at the root."""
    root = up if lang == "fr" else f"{up}../"
    return f"{root}{path}" if other == "fr" else f"{root}{other}/{path}"


def planned(evaluation: Evaluation) -> list[Planned]:
    """Return the entries of the plan."""
    return [Planned(entry.name, entry.question) for entry in evaluation.settings.plan]


def own_folder(evaluation: Evaluation, lang: str) -> Path:
    """Return the folder of the evaluation's own chapters in a language."""
    return evaluation.folder / "chapters" / lang


def words_of(evaluation: Evaluation, lang: str) -> Words:
    """Return the words of a language for an evaluation, its own over those of ``reports/<lang>``."""
    nouns = {
        name: forms[lang].model_dump(exclude_none=True)
        for name, forms in evaluation.settings.vocabulary.items()
        if lang in forms
    }
    questions = list(dict.fromkeys(entry.question for entry in evaluation.settings.plan))
    own = evaluation.folder / "words" / lang
    return words.load(evaluation.root / "reports" / lang, lang, questions, own, nouns)


def drawn(evaluation: Evaluation, lang: str, territory: str) -> Path:
    """Return the folder of the figures of a place."""
    return evaluation.stage("draw") / lang / territory


class Library:
    """What the documents of a language may take, read once for all of them."""

    def __init__(self, evaluation: Evaluation, lang: str) -> None:
        folder = evaluation.stage("state")
        table = results.read_once(evaluation.stage("protect") / "results.parquet")
        rows = {str(row["result_id"]): {str(k): v for k, v in row.items()} for row in table.to_dict("records")}
        self.evaluation, self.lang = evaluation, lang
        self.made = statement.read(folder / STATEMENTS)
        self.labels: dict[str, dict[str, str]] = json.loads((folder / LEXICON).read_text(encoding="utf-8"))
        self.speaker = Speaker(words_of(evaluation, lang), rows, self.labels, marked)
        self.titles = _titles(evaluation)
        self.facts = dict(_facts(evaluation, lang))
        self.lists = Lists(evaluation, self.speaker, self.made, self.facts)

    @property
    def codes(self) -> list[str]:
        """Return the codes of the units that something is stated of."""
        whole = perimeter(self.evaluation)
        return list(dict.fromkeys(s.place.partition("=")[2] for s in self.made if s.place != whole))

    def place(self, territory: str) -> str:
        """Return the label key of a place: ``region``, or the code of a unit."""
        level = self.evaluation.settings.territory.level
        return perimeter(self.evaluation) if territory == "region" else f"{level}={territory}"

    def shelf(self, territory: str) -> Shelf:
        """Return what documents about a place may take."""
        figures = _figures(drawn(self.evaluation, self.lang, territory))
        absent = figures.pop("absent", {})
        place = self.place(territory)
        return Shelf(
            speaker=self.speaker,
            statements=_of_place(self.made, place),
            whole=_of_place(self.made, perimeter(self.evaluation)),
            known=frozenset(f"{a.entry}.{spec.name}" for a in asked(self.evaluation) for spec in a.specs),
            figures=figures,
            absent=absent,
            titles=self.titles,
            file=lambda file: f"{territory}-{file}",
            facts=self.facts,
            lists=self.lists.of(place),
        )


def _figures(folder: Path) -> dict[str, Any]:
    path = folder / "figures.json"
    if not path.is_file():
        raise PublishError("what the document shows has not been drawn", where=str(path), action="run the stage draw")
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _of_place(made: list[Statement], place: str) -> dict[str, Statement]:
    return {f"{s.entry}.{s.name}": s for s in made if s.place == place}


def _titles(evaluation: Evaluation) -> dict[str, Titled]:
    known = discover(evaluation.root)
    return {
        figure.shown(entry.name): Titled(f"{entry.name}.{figure.title}", f"{entry.question}.figures.{figure.name}")
        for entry in evaluation.settings.plan
        if entry.question in known
        for figure in known[entry.question].figures
    }


def _facts(evaluation: Evaluation, lang: str) -> Iterator[tuple[str, str]]:
    for fact in evaluation.settings.facts:
        value = fact.value
        if isinstance(value, str) and _DECIMAL.fullmatch(value):
            value = decimal(float(value.replace(",", ".")), lang, len(value.partition(",")[2]))
        elif not isinstance(value, str):
            decimals = 0 if float(value).is_integer() else len(str(value).partition(".")[2])
            value = str(value) if fact.id.startswith("year") else decimal(float(value), lang, decimals)
        yield fact.id, f"[{fact_text(value)}]{{.fact data-fact={fact.id}}}"
