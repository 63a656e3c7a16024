"""The documents of a site (contract 9): which there are, what files each gives, and how pages lead to each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import PublishError
from pipeline.evaluation import Evaluation
from pipeline.publish.render.qmd import front_matter

#: The documents of a site, where the evaluation names none: the file of each is ``<name>.qmd``.
DOCUMENTS = (
    "index",
    "brief",
    "summary",
    "report",
    "slides",
    "press",
    "tables",
    "territories",
    "territory",
    "methods",
    "validation",
    "crosstabs",
    "search",
    "editions",
    "erratum",
    "privacy",
    "accessibility",
)
#: Where every page leads back to.
HOME = "index"
#: The folder of the sheets of units, and the document that compares them, which is the first page of the folder.
SHEETS = "territories"
#: The document that everything may be found by: it is made of what the others say.
SEARCH = "search"
#: Where the home lists the sheets.
LISTED = "sheets"
#: What front matter says of a document's place in the site, and Quarto does not read.
FRONT = ("nav", "foot", "layout", "cover", "anchors", "needs", "answers")
_FORMATS = {"html": "html", "typst": "pdf"}
REGION, UNIT = "region", "unit"
#: The chapter of a question that holds the tables that its chapter of the report rests on and does not show.
TABLES = "tables.qmd"
#: Documents that are shipped no more, and what holds their content today.
_SUCCESSORS = {"overview.qmd": "report.qmd"}


@dataclass(frozen=True)
class SiteDocument:
    """A document as its front matter gives it.

    scope : ``region``, or ``unit`` for one file a unit.   formats : ``html``, ``pdf``.   title, nav : as authored, with
    nouns of the vocabulary; a document without ``nav`` is led to from others only.   foot : how the foot of every page
    leads to it.   cover : whether its PDF opens with one.   anchors : sections of it that the
    navigation leads to, each with its text.   needs : kinds of source that it is written from.
    answers : the question of the plan that it is about, if it is about one: without it there is nothing to write.
    """

    name: str
    path: Path
    scope: str
    formats: tuple[str, ...]
    title: str = ""
    nav: str = ""
    foot: str = ""
    layout: str = "report"
    cover: bool = False
    anchors: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    answers: str = ""

    @property
    def stem(self) -> str:
        """Return the path of the files of its page about the whole, without what they end in."""
        return f"{SHEETS}/{HOME}" if self.name == SHEETS else self.name

    def page(self, territory: str = REGION) -> SitePage:
        """Return its page for a territory: ``region``, or a unit's code."""
        return SitePage(self, territory)


@dataclass(frozen=True)
class SitePage:
    """A document for one territory; ``outputs`` are paths below the folder of its language, by format."""

    document: SiteDocument
    territory: str

    @property
    def stem(self) -> str:
        """Return the path of its files, without what they end in."""
        if self.territory != REGION:
            return f"{SHEETS}/{self.territory}"
        return self.document.stem

    @property
    def name(self) -> str:
        """Return the name of its staged file."""
        return self.document.name if self.territory == REGION else f"{self.document.name}-{self.territory}"

    @property
    def outputs(self) -> dict[str, str]:
        """Return its files by format."""
        return {kind: f"{self.stem}.{kind}" for kind in self.document.formats}

    @property
    def up(self) -> str:
        """Return the way from the page to the folder of its language."""
        return "../" * self.stem.count("/")


def site_documents(evaluation: Evaluation, lang: str, units: bool) -> list[SiteDocument]:
    """Return the documents of an evaluation in a language: those it declares, else all that it has something for.

    Parameters
    ----------
    units : whether territorial units have sheets.

    Raises
    ------
    PublishError
        When a document has no source in this language.
    """
    folder = evaluation.root / "reports" / lang
    if evaluation.settings.documents:
        declared = evaluation.settings.documents
        return [_read(_present(folder / d.file), d.name, d.scope, tuple(d.formats)) for d in declared]
    asked = {"", *(entry.question for entry in evaluation.settings.plan)}
    documents = (
        _read(folder / f"{name}.qmd", name, UNIT if name == "territory" else REGION)
        for name in DOCUMENTS
        if _fits(evaluation, name, units)
    )
    return [document for document in documents if document.answers in asked]


def _present(path: Path) -> Path:
    """Return a declared document, or the shipped one that took its place: drafts of before go on publishing."""
    successor = path.with_name(_SUCCESSORS.get(path.name, path.name))
    return path if path.is_file() else successor


def _fits(evaluation: Evaluation, name: str, units: bool) -> bool:
    """Return whether there is something to write a document from."""
    settings = evaluation.settings
    needed = {
        **dict.fromkeys(("brief", "summary", "slides", "press"), bool(settings.questions)),
        "territory": units,
        SHEETS: units,
        "editions": bool(settings.previous or settings.errata),
        "erratum": bool(settings.errata),
        "tables": bool(settings.questions) or any(_has_tables(evaluation, entry.question) for entry in settings.plan),
    }
    return needed.get(name, True)


def _has_tables(evaluation: Evaluation, question: str) -> bool:
    return any(
        (evaluation.root / "reports" / lang / question / TABLES).is_file() for lang in evaluation.settings.languages
    )


def _read(path: Path, name: str, scope: str, formats: tuple[str, ...] = ()) -> SiteDocument:
    if not path.is_file():
        raise PublishError(
            "a document of the site has no source in this language",
            where=str(path),
            action="write it, or drop the document or the language from evaluation.yaml",
        )
    front: dict[str, Any] = front_matter(path.read_text(encoding="utf-8").splitlines(), path)[0]
    asked = front.get("format") or dict.fromkeys(_FORMATS, "default")
    named = tuple(kind for key, kind in _FORMATS.items() if key in asked)
    texts = {key: str(front.get(key) or "") for key in ("title", "nav", "foot", "answers")}
    anchors = {str(k): str(v) for k, v in (front.get("anchors") or {}).items()}
    layout = str(front.get("layout") or "report")
    needs = tuple(map(str, front.get("needs") or ()))
    cover = front.get("cover") is True
    return SiteDocument(
        name, path, scope, formats or named, layout=layout, cover=cover, anchors=anchors, needs=needs, **texts
    )


def unfit_documents(evaluation: Evaluation) -> Iterator[PublishError]:
    """Yield which documents of the site lack the sources that they are written from."""
    declared = {s.kind for s in evaluation.settings.sources}
    for lang in evaluation.settings.languages:
        try:
            documents = site_documents(evaluation, lang, units=True)
        except PublishError:
            # a document that is missing is told with the words of its language
            continue
        for document in documents:
            lacking = [kind for kind in document.needs if kind not in declared]
            if lacking:
                yield PublishError(
                    f"the document {document.path.name} is written from sources that the evaluation does not have",
                    where=f"{evaluation.folder / 'evaluation.yaml'}, key documents",
                    found=f"no source of kind {', '.join(lacking)}; those declared: {', '.join(sorted(declared))}",
                    allowed="without `documents:`, the site takes those that fit",
                    action="name another document, or leave `documents:` out",
                )


@dataclass(frozen=True)
class Entry:
    """An entry of the navigation: ``href`` relative to the page, ``text`` as authored, whether it is this page."""

    href: str
    text: str
    is_here: bool = False


def navigation(documents: Sequence[SiteDocument], page: SitePage) -> Iterator[Entry]:
    """Yield what every page of a language leads to, relative to a page; sections of the home come last."""
    compared = any(document.name == SHEETS for document in documents)
    for document in documents:
        if document.scope == UNIT and compared:
            # the page that compares units leads to their sheets
            continue
        href = f"{HOME}.html#{LISTED}" if document.scope == UNIT else f"{document.stem}.html"
        if document.nav and "html" in document.formats:
            yield Entry(f"{page.up}{href}", document.nav, document == page.document and document.scope == REGION)
    for document in documents:
        for anchor, text in document.anchors.items():
            yield Entry(f"{page.up}{document.stem}.html#{anchor}", text)


def footing(documents: Sequence[SiteDocument], page: SitePage) -> Iterator[Entry]:
    """Yield what the foot of every page of a language leads to, relative to a page."""
    for document in documents:
        if document.foot and "html" in document.formats:
            yield Entry(f"{page.up}{document.stem}.html", document.foot)


def folder_of(lang: str, languages: Sequence[str]) -> str:
    """Return the folder of a language below the site: the first one stands at the root."""
    return "" if lang == languages[0] else f"{lang}/"


def way(page: SitePage, lang: str, other: str, languages: Sequence[str]) -> str:
    """Return the way from a page to the same page in another language."""
    root = page.up + "../" * folder_of(lang, languages).count("/")
    return f"{root}{folder_of(other, languages)}{page.outputs['html']}"
