"""Publishing the documents of an evaluation, made of statements, figures and blocks, in every language."""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import math
import multiprocessing
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from pipeline import results
from pipeline.errors import PublishError, working_on
from pipeline.evaluation import Evaluation
from pipeline.evaluation.traits import traits
from pipeline.interruption import end_at_interruption, no_more_after_failure
from pipeline.publish.annex.behind import BEHIND, FILES, behind, interval_of, write_figure_files
from pipeline.publish.annex.blocks import Ground, Listed, blocks
from pipeline.publish.annex.findings import write_findings
from pipeline.publish.annex.key_figures import write_key_figures
from pipeline.publish.annex.search import Trail
from pipeline.publish.documents.around import around, beside, locator_of, logo_name, titles
from pipeline.publish.documents.chapters import Planned
from pipeline.publish.documents.expansion import Expanded, Shelf, fact_text, marked
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
from pipeline.publish.documents.staging import Page, check_staged, stage_language
from pipeline.publish.render import embedded, quarto
from pipeline.publish.render.staging import Staged
from pipeline.publish.render.unfinished import refuse_unfinished
from pipeline.questions import discover
from pipeline.results import statement
from pipeline.results.statement import Statement
from pipeline.stages.draw import LOCATORS
from pipeline.stages.language import words_of
from pipeline.stages.lists import Lists
from pipeline.stages.render_cache import RenderCache
from pipeline.stages.state import LEXICON, STATEMENTS, asked, perimeter
from pipeline.wording import labels, numbers
from pipeline.wording.markdown import plain
from pipeline.wording.speaking import Speaker
from pipeline.wording.withheld import is_hidden

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
    annexed: Callable[[], None],
) -> int:
    """Stage and render the documents of every language; return how many pages.

    ``annexed`` returns once the data annex stands in ``site/data``: the homes, which list its files, come after it.

    Raises
    ------
    PublishError, WordsError
        With the author's file and line.
    """
    languages = evaluation.settings.languages
    cache = RenderCache(evaluation) if renderer == "embedded" else None
    running: list[tuple[list[Rendering], Future[None]]] = []
    rendered = 0
    with ThreadPoolExecutor(workers) as pool, no_more_after_failure(pool):

        def begin(todo: list[Rendering]) -> int:
            """Have what was not rendered before rendered; return how many documents were."""
            new = [each for each in todo if cache is None or not cache.restore(*each)]
            batches = _batches(new) if cache else [[each] for each in new]
            running.extend((batch, pool.submit(_render, batch, renderer)) for batch in batches)
            return len(todo) - len(new)

        # each renderer is a process of its own: threads keep them busy, and the next language is staged beside them
        staging = [stage_documents(Library(evaluation, lang, site / "data"), out / lang, site) for lang in languages]
        for documents in staging:
            rendered += begin(next(documents))
        annexed()
        for documents in staging:
            rendered += sum(map(begin, documents))
        total = rendered + sum(len(batch) for batch, _ in running)
        for batch, done in running:
            done.result()
            rendered += len(batch)
            step(batch[-1][0].path.stem, rendered, total)
            if cache:
                for each in batch:
                    cache.keep(*each)
    if cache:
        cache.drop_others()
    return total


#: A staged document and its target file by format.
Rendering = tuple[Staged, Mapping[str, Path]]
#: What one run of Pandoc takes, in characters: many sheets, or one long report.
BATCH = 60_000


def _batches(todo: Sequence[Rendering]) -> Iterable[list[Rendering]]:
    """Yield documents together, the longest first, so that no worker ends long after the others."""
    batch: list[Rendering] = []
    for each in sorted(todo, key=_size, reverse=True):
        batch.append(each)
        if sum(map(_size, batch)) > BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _size(rendering: Rendering) -> int:
    return rendering[0].path.stat().st_size


def _render(batch: Sequence[Rendering], renderer: str) -> None:
    for _, targets in batch:
        for target in targets.values():
            target.parent.mkdir(parents=True, exist_ok=True)
    if renderer == "quarto":
        for staged, targets in batch:
            with working_on(f"the document {staged.origin.name}"):
                quarto.render(staged, targets)
    else:
        for staged, _ in batch:
            check_staged(staged)
        embedded.render(batch)
    for staged, targets in batch:
        if "html" in targets:
            refuse_unfinished(targets["html"], staged.origin, staged.path)


def stage_documents(library: Library, folder: Path, site: Path) -> Iterator[list[Rendering]]:
    """Stage the documents of a language in ``folder``; yield those of the whole and the sheets, then the home."""
    evaluation = library.evaluation
    place = site / folder_of(library.lang, evaluation.settings.languages)
    # what others lead to is staged first: search, then the home
    pages = sorted(library.pages, key=lambda page: (page.document.name == HOME, page.document.name == SEARCH))
    staged = stage_language(
        [staged_page(evaluation, library, page) for page in pages],
        folder,
        evaluation.root / "reports" / "theme",
        planned(evaluation),
        evaluation.settings.edition,
        library.note,
    )
    made = (
        (each, {kind: place / path for kind, path in page.outputs.items()})
        for each, page in zip(staged, pages, strict=True)
    )
    yield list(itertools.islice(made, sum(page.document.name != HOME for page in pages)))
    yield list(made)


def staged_page(evaluation: Evaluation, library: Library, page: SitePage) -> Page:
    """Return what the staging of a page takes: its source, what it may say, its figures and formats."""
    territory = page.territory
    shelf = library.shelf(territory, page.up)
    figures = {
        f"{territory}-{record['file']}": drawn(evaluation, library.lang, territory) / record["file"]
        for record in shelf.figures.values()
        if record.get("file")
    }
    if page.territory != REGION and (where := locator_file(evaluation, territory)).is_file():
        figures[locator_name(territory)] = where
    if evaluation.settings.look.logo:
        figures[logo_name(evaluation)] = evaluation.folder / evaluation.settings.look.logo.file
    formats = tuple(_QUARTO[kind] for kind in page.outputs)
    own = own_folder(evaluation, library.lang)
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


@contextlib.contextmanager
def data_beside(evaluation: Evaluation, folder: Path, workers: int) -> Iterator[Callable[[], None]]:
    """Have the data annex written beside other work where there are processes for it; yield what waits for it."""
    if workers < 2:
        write_data(evaluation, folder)
        yield lambda: None
        return
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(1, mp_context=context, initializer=end_at_interruption) as pool:
        yield pool.submit(write_data, evaluation, folder).result


def write_data(evaluation: Evaluation, folder: Path) -> None:
    """Write the data annex of a site into ``folder``, in the words of the first language."""
    from pipeline.publish.annex.annex import write_annex

    lang = evaluation.settings.languages[0]
    with working_on("the data annex"):
        library = Library(evaluation, lang)
        speaker = library.speaker.plainly()
        write_findings(library.made, speaker.rows, lambda each: plain(speaker.say([each])), folder)
        write_key_figures(library.made, speaker, folder / "key-figures.csv")
        table = results.read_once(evaluation.stage("protect") / "results.parquet")
        write_annex(evaluation, table, library.labels, folder, speaker.words)
        for each in evaluation.settings.languages:
            files = folder / figure_folder(evaluation, each)
            write_figure_files(drawn(evaluation, each, REGION), table, library.labels, each, files)


def figure_folder(evaluation: Evaluation, lang: str) -> str:
    """Return the folder of the files of figures in a language, below the data annex."""
    return f"{FILES}/{folder_of(lang, evaluation.settings.languages)}".rstrip("/")


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
        rows = results.rows_once(evaluation.stage("protect") / "results.parquet")
        self.evaluation, self.lang = evaluation, lang
        self._trails: dict[str, Trail] = {}
        self._about = functools.cache(self._about)  # type: ignore[method-assign]
        self.made = statement.read(folder / STATEMENTS)
        self.labels: dict[str, dict[str, str]] = json.loads((folder / LEXICON).read_text(encoding="utf-8"))
        self.speaker = Speaker(words_of(evaluation, lang), rows, self.labels, self._mark)
        self.titles = _titles(evaluation)
        self.known = frozenset(f"{a.entry}.{spec.name}" for a in asked(evaluation) for spec in a.specs)
        self.traits = traits(evaluation)
        self.facts = dict(_facts(evaluation, lang))
        self.lists = Lists(evaluation, self.speaker, self.made, self.facts)
        self.documents = site_documents(evaluation, lang, bool(self.codes))
        data = "../" * folder_of(lang, evaluation.settings.languages).count("/") + "data"
        listed = [
            Listed(d.stem, d.name, self.speaker.prose(d.title), d.formats) for d in self.documents if _is_listed(d)
        ]
        ground = Ground(
            evaluation,
            self.speaker,
            self.facts,
            data,
            tuple(self.codes) if any(d.scope == UNIT for d in self.documents) else (),
            tuple(self.made),
            tuple(listed),
            annex if annex and annex.is_dir() else None,
            _captions(drawn(evaluation, lang, REGION)),
            self._trails,
        )
        self._files = f"{data}/{figure_folder(evaluation, lang)}"
        self.blocks = {name: functools.cache(functools.partial(make, ground)) for name, make in blocks().items()}

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

    def note(self, name: str, expanded: Expanded) -> None:
        """Remember what a document says and where, for the page of search."""
        anchors = frozenset(_ANCHOR.findall("\n".join(expanded.lines)))
        self._trails[name] = Trail(tuple((t.kind, t.id, t.section) for t in expanded.told), anchors)

    def shelf(self, territory: str, up: str = "") -> Shelf:
        """Return what documents about a place may take; ``up`` is the way from them to the folder of the language."""
        figures = _figures(drawn(self.evaluation, self.lang, territory))
        absent = figures.pop("absent", {})
        place = self.place(territory)
        return Shelf(
            speaker=self.speaker,
            statements=_of_place(self.made, place),
            whole=_of_place(self.made, perimeter(self.evaluation)),
            known=self.known,
            figures=figures,
            absent=absent,
            titles=self.titles,
            file=lambda file: f"{territory}-{file}",
            facts=self.facts,
            lists=self.lists.of(place),
            blocks=self.blocks,
            traits=self.traits,
            behind=functools.partial(self._behind, folder=f"{up}{self._files}" if territory == REGION else ""),
        )

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


def _of_place(made: list[Statement], place: str) -> dict[str, Statement]:
    return {f"{s.entry}.{s.name}": s for s in made if s.place == place}


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
