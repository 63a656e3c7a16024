"""Publishing the documents of an evaluation, made of statements, figures and blocks, in every language."""

from __future__ import annotations

import functools
import itertools
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline import results
from pipeline.errors import PublishError
from pipeline.evaluation import Evaluation
from pipeline.evaluation.traits import traits
from pipeline.interruption import no_more_after_failure
from pipeline.publish.annex.behind import BEHIND, behind, interval_of
from pipeline.publish.annex.blocks import Ground, Listed, blocks
from pipeline.publish.annex.printings import FILE as REVISIONS
from pipeline.publish.annex.printings import Printing, write_revisions
from pipeline.publish.annex.search import Trail
from pipeline.publish.documents.around import around, beside, locator_of, logo_name, titles
from pipeline.publish.documents.chapters import Planned
from pipeline.publish.documents.expansion import Shelf, fact_text, marked
from pipeline.publish.documents.neighbours import in_alphabet, neighbours
from pipeline.publish.documents.site import (
    HOME,
    REGION,
    SEARCH,
    UNIT,
    SiteDocument,
    SitePage,
    folder_of,
    site_documents,
)
from pipeline.publish.documents.staging import TRACE, Before, Page, stage_language
from pipeline.publish.render.ready_programs import ReadyPrograms
from pipeline.publish.render.staging import Staged
from pipeline.questions import discover
from pipeline.results import statement
from pipeline.results.statement import Statement
from pipeline.stages.annex import describe, figure_folder
from pipeline.stages.cache import Cache
from pipeline.stages.draw import LOCATORS
from pipeline.stages.freshness import file_sizes
from pipeline.stages.language import words_of
from pipeline.stages.lists import Lists
from pipeline.stages.render_cache import RenderCache
from pipeline.stages.rendering import Renderer, Rendering
from pipeline.stages.staged_cache import StagedCache
from pipeline.stages.state import LEXICON, STATEMENTS, asked, perimeter
from pipeline.stages.typefaces import THEME
from pipeline.wording import labels, numbers
from pipeline.wording.dependence import Watched, asking, once
from pipeline.wording.markdown import plain
from pipeline.wording.speaking import Speaker
from pipeline.wording.withheld import is_hidden
from pipeline.wording.words import Words

#: What was drawn, beside the figures of a folder.
FIGURES = "figures.json"
#: What the results on the inhabitants of units are called.
INHABITANTS = "territory.population.count/inhabitants/"
#: Identifiers that a staged document gives to headings, figures and tables.
_ANCHOR = re.compile(r"\{#([\w-]+)")
#: A declared number whose last decimals count, as 1,80 of an amount.
_DECIMAL = re.compile(r"\d+,\d+")


def publish_documents(
    evaluation: Evaluation,
    out: Path,
    site: Path,
    renderer: str,
    workers: int,
    step: Callable[[str, int, int], None],
    cache: Cache,
    tables: Callable[[], None],
) -> int:
    """Stage and render the documents of every language, and describe the data annex; return how many pages.

    ``tables`` returns once those of the annex stand in ``site/data``: the homes, which list its files, come after it.

    Raises
    ------
    PublishError, WordsError
        With the author's file and line.
    """
    libraries = [Library(evaluation, lang, site / "data") for lang in evaluation.settings.languages]
    with ReadyPrograms() as programs, ThreadPoolExecutor(workers) as pool, no_more_after_failure(pool):
        before = RenderCache(evaluation, cache) if renderer == "embedded" else None
        rendered = Renderer(pool, renderer, before, programs)
        # each renderer is a process of its own: threads keep them busy, and other documents are staged beside them
        staging = [stage_documents(library, out / library.lang, site, cache) for library in libraries]
        for documents, _ in staging:
            for each in documents:
                rendered.take(each)
        rendered.begin()
        tables()
        library = libraries[0]
        speaker = library.speaker
        write_revisions(library.printings, speaker.rows, speaker.labels, library.lang, site / "data" / REVISIONS)
        describe(evaluation, site / "data", library.made, speaker, cache)
        for _, homes in staging:
            for each in homes:
                rendered.take(each)
        return rendered.finish(step)


#: The documents of a language but its home, and its home.
Staging = tuple[Iterator[Rendering], Iterator[Rendering]]


def stage_documents(library: Library, folder: Path, site: Path, cache: Cache) -> Staging:
    """Return the documents of a language, each staged in ``folder`` when it is asked for; the home is the last."""
    evaluation = library.evaluation
    place = site / folder_of(library.lang, evaluation.settings.languages)
    # what others lead to is staged first: search, then the home
    pages = sorted(library.pages, key=lambda page: (page.document.name == HOME, page.document.name == SEARCH))
    known = StagedCache(evaluation, library.words, cache)
    staged = stage_language(
        (_found(library, page, known) or staged_page(evaluation, library, page) for page in pages),
        {page.name for page in pages},
        folder,
        [evaluation.root / "reports" / "theme", evaluation.stage("draw") / THEME],
        planned(evaluation),
        evaluation.settings.edition,
    )

    def renderings() -> Iterator[Rendering]:
        for page in pages:
            with asking() as asked:
                each = next(staged)
            known.keep(page, each, asked)
            library.note(page.name, each)
            yield each, {kind: place / path for kind, path in page.outputs.items()}

    made = renderings()
    return itertools.islice(made, sum(page.document.name != HOME for page in pages)), made


def _found(library: Library, page: SitePage, known: StagedCache) -> Before | None:
    """Return a page as it was staged before; search and home are made of other pages too, the home of the annex."""
    beside: list[object] = [(p.name, p.homes, p.changes.to_csv()) for p in library.printings]
    if page.document.name in (SEARCH, HOME):
        beside += [(name, trail.told, sorted(trail.anchors)) for name, trail in library.trails.items()]
    if page.document.name == HOME and library.annex:
        beside.append(file_sizes(library.annex))
    return known.find(page, library.shown(page.territory), str(beside))


def staged_page(evaluation: Evaluation, library: Library, page: SitePage) -> Page:
    """Return what the staging of a page takes: its source, what it may say, its figures and formats."""
    formats = tuple(_QUARTO[kind] for kind in page.outputs)
    own = own_folder(evaluation, library.lang)
    shelf, figures = library.shelf(page.territory, page.up), library.shown(page.territory)
    return Page(page.name, page.document.path, shelf, library.settings(page), figures, own, formats)


#: Formats as Quarto calls them.
_QUARTO = {"html": "html", "pdf": "typst"}


def planned(evaluation: Evaluation) -> list[Planned]:
    """Return the entries of the plan."""
    asked: dict[str, list[str]] = {}
    for figure in evaluation.settings.figures:
        if figure.scope != UNIT:
            asked.setdefault(str(figure.settings.get("analysis", "")), []).append(figure.name)
    return [Planned(e.name, e.question, tuple(asked.get(e.name, ()))) for e in evaluation.settings.plan]


def own_folder(evaluation: Evaluation, lang: str) -> Path:
    """Return the folder of the evaluation's own chapters in a language."""
    return evaluation.folder / "chapters" / lang


def drawn(evaluation: Evaluation, lang: str, territory: str) -> Path:
    """Return the folder of the figures of a place."""
    return evaluation.stage("draw") / lang / territory


def locator_file(evaluation: Evaluation, territory: str) -> Path:
    """Return the file of the small map that shows where a unit lies."""
    return evaluation.stage("draw") / LOCATORS / f"{territory}.svg"


def locator_name(territory: str) -> str:
    """Return what that file is called beside staged documents."""
    return f"{territory}-locator.svg"


def _is_listed(document: SiteDocument) -> bool:
    return document.scope == REGION and document.name != HOME


class Library:
    """What the documents of a language may take, read once for all of them."""

    def __init__(self, evaluation: Evaluation, lang: str, annex: Path | None = None) -> None:
        folder = evaluation.stage("state")
        self.evaluation, self.lang, self.annex = evaluation, lang, annex
        #: What the pages staged so far say and where, for the page of search.
        self.trails: dict[str, Trail] = {}
        self._about = once(self._about)  # type: ignore[method-assign]
        #: What was drawn of a place.
        self._figures = functools.cache(lambda territory: _figures(drawn(evaluation, lang, territory)))
        self.made = statement.read(folder / STATEMENTS)
        self.documents = site_documents(evaluation, lang, bool(self.codes))

    @functools.cached_property
    def labels(self) -> dict[str, dict[str, str]]:
        """Return the labels of places, codes and indicators."""
        content: dict[str, dict[str, str]] = json.loads(
            (self.evaluation.stage("state") / LEXICON).read_text(encoding="utf-8")
        )
        return content

    @functools.cached_property
    def speaker(self) -> Speaker:
        """Return what says statements."""
        rows = results.rows_once(self.evaluation.stage("protect") / "results.parquet")
        return Speaker(replace(self.words, texts=Watched(self.words.texts)), rows, self.labels, self._mark)

    @functools.cached_property
    def words(self) -> Words:
        """Return the words of the language."""
        return words_of(self.evaluation, self.lang)

    @functools.cached_property
    def facts(self) -> dict[str, str]:
        """Return the facts that prose may state."""
        return dict(_facts(self.evaluation, self.lang))

    @functools.cached_property
    def lists(self) -> Lists:
        """Return the lists of statements."""
        return Lists(self.evaluation, self.speaker, self.made, self.facts)

    @functools.cached_property
    def printings(self) -> tuple[Printing, ...]:
        """Return what readers hold already, and what became of it."""
        if not self.evaluation.printings():
            return ()
        from pipeline.stages.editions import printings_of

        return tuple(printings_of(self.evaluation))

    @functools.cached_property
    def blocks(self) -> dict[str, Callable[[], Any]]:
        """Return the blocks by name, each made once, when it is asked for."""
        listed = [
            Listed(d.stem, d.name, self.speaker.prose(d.title), d.formats) for d in self.documents if _is_listed(d)
        ]
        ground = Ground(
            self.evaluation,
            self.speaker,
            self.facts,
            self._data,
            tuple(self.codes) if any(d.scope == UNIT for d in self.documents) else (),
            tuple(self.made),
            tuple(listed),
            self.annex if self.annex and self.annex.is_dir() else None,
            _captions(drawn(self.evaluation, self.lang, REGION)),
            self.trails,
            self.printings,
        )
        return {name: once(functools.partial(make, ground)) for name, make in blocks().items()}

    @property
    def _data(self) -> str:
        """Return the way from the folder of the language to the data annex."""
        return "../" * folder_of(self.lang, self.evaluation.settings.languages).count("/") + "data"

    def _mark(self, text: str, result_id: str) -> str:
        return marked(text, result_id, self._about(result_id) if result_id else "")

    @property
    def pages(self) -> list[SitePage]:
        """Return the pages of the documents: one of the whole, one a unit."""
        return [
            document.page(territory)
            for document in self.documents
            for territory in (self.codes if document.scope == UNIT else [REGION])
        ]

    def settings(self, page: SitePage) -> dict[str, Any]:
        """Return what goes over the front matter of a page: its titles, language, and what stands around it."""
        named = "" if page.territory == REGION else f"{self.place(page.territory)}:name"
        place = labels.label(named, self.labels, self.lang) if named else ""
        return {
            **titles(self.evaluation, self.speaker, page, place),
            "lang": self.lang,
            "publication": {
                **around(self.evaluation, self.speaker, self.documents, page),
                **(self._of_sheet(page) if named else {}),
            },
        }

    def _of_sheet(self, page: SitePage) -> dict[str, Any]:
        """Return what stands around the sheet of a unit alone."""
        found = neighbours(page.territory, self.codes, self._inhabitants)
        out: dict[str, Any] = {"sheet": beside(self.evaluation, self.speaker, self.documents, page, found)}
        if locator_file(self.evaluation, page.territory).is_file():
            out["locator"] = locator_of(self.evaluation, self.speaker, page, locator_name(page.territory))
        return out

    @functools.cached_property
    def codes(self) -> list[str]:
        """Return the codes of the units that something is stated of, in the order of their names."""
        whole = perimeter(self.evaluation)
        codes = dict.fromkeys(s.place.partition("=")[2] for s in self.made if s.place != whole)
        return in_alphabet(codes, {code: labels.label(self.place(code), self.labels, self.lang) for code in codes})

    @functools.cached_property
    def _inhabitants(self) -> dict[str, float]:
        """Return how many people live in each unit, at the last date, where results say so."""
        table = results.read_once(self.evaluation.stage("protect") / "results.parquet")
        counted = table[
            table["result_id"].str.startswith(INHABITANTS) & table["territory"].isin(self.codes)
        ].sort_values("order")
        return dict(zip(counted["territory"], counted["estimate"], strict=True))

    def place(self, territory: str) -> str:
        """Return the label key of a place: ``region``, or the code of a unit."""
        level = self.evaluation.settings.territory.level
        return perimeter(self.evaluation) if territory == "region" else f"{level}={territory}"

    def shown(self, territory: str) -> dict[str, Path]:
        """Return the files of the figures of a place, by what documents call them."""
        folder = drawn(self.evaluation, self.lang, territory)
        records = (record for name, record in self._figures(territory).items() if name != "absent")
        files = (file for record in records if record.get("file") for file in (record["file"], *_narrow(record)))
        shown = {f"{territory}-{file}": folder / file for file in files}
        if territory != REGION and (where := locator_file(self.evaluation, territory)).is_file():
            shown[locator_name(territory)] = where
        if logo := self.evaluation.settings.look.logo:
            shown[logo_name(self.evaluation)] = self.evaluation.folder / logo.file
        return shown

    @functools.cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(f"{a.entry}.{spec.name}" for a in asked(self.evaluation) for spec in a.specs)

    @functools.cached_property
    def _titles(self) -> dict[str, str]:
        return _titles(self.evaluation)

    @functools.cached_property
    def _traits(self) -> frozenset[str]:
        return traits(self.evaluation)

    @functools.cached_property
    def _stated(self) -> dict[str, dict[str, Statement]]:
        """Return the statements of each place by ``<entry>.<name>``."""
        by_place: dict[str, dict[str, Statement]] = {}
        for made in self.made:
            by_place.setdefault(made.place, {})[f"{made.entry}.{made.name}"] = made
        return by_place

    def note(self, name: str, staged: Staged) -> None:
        """Remember what a document says and where, for the page of search."""
        told = json.loads(staged.path.with_name(f"{name}{TRACE}").read_text(encoding="utf-8"))
        anchors = frozenset(_ANCHOR.findall(staged.path.read_text(encoding="utf-8")))
        self.trails[name] = Trail(tuple((t["kind"], t["id"], t["section"]) for t in told), anchors)

    def shelf(self, territory: str, up: str = "") -> Shelf:
        """Return what documents about a place may take; ``up`` is the way from them to the folder of the language."""
        figures = dict(self._figures(territory))
        absent = figures.pop("absent", {})
        place = self.place(territory)
        return Shelf(
            speaker=self.speaker,
            statements=self._stated.get(place, {}),
            whole=self._stated.get(perimeter(self.evaluation), {}),
            known=self._known,
            figures=figures,
            absent=absent,
            titles=self._titles,
            file=lambda file: f"{territory}-{file}",
            facts=self.facts,
            lists=self.lists.of(place),
            blocks=self.blocks,
            traits=self._traits,
            behind=functools.partial(self._behind, folder=self._files(up) if territory == REGION else ""),
        )

    def _files(self, up: str) -> str:
        """Return the way from a page to the files of the figures."""
        return f"{up}{self._data}/{figure_folder(self.evaluation, self.lang)}"

    def _behind(self, name: str, record: Mapping[str, Any], folder: str) -> str:
        return behind(self.speaker, name, record, folder)

    def _about(self, result_id: str) -> str:
        """Return the interval and base of a published number, as one reads them beside it."""
        row = self.speaker.rows.get(result_id)
        if row is None or is_hidden(row):
            return ""
        said = {"interval": interval_of(row, self.lang)}
        if math.isfinite(row["n"]):
            said["base"] = numbers.count(row["n"], self.lang)
        return plain(self.speaker.compose(f"{BEHIND}.about", said, sentence=False))


def _narrow(record: Mapping[str, Any]) -> list[str]:
    """Return the file of a figure drawn for a phone, where it has one."""
    return [record["narrow"]["file"]] if record.get("narrow") else []


def _captions(folder: Path) -> dict[str, str]:
    """Return the captions of the figures of a folder; none before anything is drawn, as when only checks are made."""
    figures = _figures(folder) if (folder / FIGURES).is_file() else {}
    return {name: str(record["caption"]) for name, record in figures.items() if name != "absent"}


def _figures(folder: Path) -> dict[str, Any]:
    path = folder / FIGURES
    if not path.is_file():
        raise PublishError("what the document shows has not been drawn", where=str(path), action="run the stage draw")
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _titles(evaluation: Evaluation) -> dict[str, str]:
    """Return, for each figure, the statement that gives its title."""
    known = discover(evaluation.root)
    return {
        figure.shown(entry.name): f"{entry.name}.{figure.title}"
        for entry in evaluation.settings.plan
        if entry.question in known
        for figure in known[entry.question].figures
    }


def _facts(evaluation: Evaluation, lang: str) -> Iterator[tuple[str, str]]:
    for fact in evaluation.settings.facts:
        value = fact.value
        if isinstance(value, str) and _DECIMAL.fullmatch(value):
            value = numbers.decimal(float(value.replace(",", ".")), lang, len(value.partition(",")[2]))
        elif not isinstance(value, str):
            decimals = 0 if float(value).is_integer() else len(str(value).partition(".")[2])
            value = str(value) if fact.id.startswith("year") else numbers.decimal(float(value), lang, decimals)
        yield fact.id, f"[{fact_text(value)}]{{.fact data-fact={fact.id}}}"
