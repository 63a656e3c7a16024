"""The pages of a site (contract 7): which document gives which files, and how they link to each other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import PublishError
from pipeline.evaluation import Document
from pipeline.export.crosstabs import entry_of
from pipeline.wording import labels as words
from pipeline.wording.labels import Labels
from pipeline.wording.markdown import literal

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.evaluation import Evaluation

_TITLES = {
    "fr": {
        "report": "Rapport d'évaluation",
        "brief": "Note aux élus",
        "methods": "Méthode et qualité",
        "validation": "Validation des données reçues",
        "crosstabs": "Tris croisés",
        "sheet": "Fiche",
    },
    "en": {
        "report": "Evaluation report",
        "brief": "Briefing note",
        "methods": "Methods and quality",
        "validation": "Validation of the data received",
        "crosstabs": "Cross-tables",
        "sheet": "Sheet",
    },
}
_LINKS = {
    "fr": {
        "index": "Accueil",
        "report": "Rapport",
        "brief": "Note aux élus",
        "methods": "Méthode",
        "validation": "Validation",
        "data": "Données",
    },
    "en": {
        "index": "Home",
        "report": "Report",
        "brief": "Brief",
        "methods": "Methods",
        "validation": "Validation",
        "data": "Data",
    },
}
_SHEETS = {
    "fr": {
        "pays": "Fiches par pays",
        "epci": "Fiches par intercommunalité",
        "canton": "Fiches par canton",
        "commune": "Fiches par commune",
        "area": "Fiches par zone",
    },
    "en": {
        "pays": "Pays sheets",
        "epci": "Intercommunality sheets",
        "canton": "Canton sheets",
        "commune": "Commune sheets",
        "area": "Area sheets",
    },
}
#: Annexes that the report leads to; the list of pages does not.
_UNLISTED = ("crosstabs",)
#: Sheets are as compact as the brief: both hold on two pages.
_LAYOUTS = {"brief": "brief", "territory": "brief"}


@dataclass(frozen=True)
class Page:
    """A document of the site, for one territory.

    ``document`` names its staged folder, ``source`` its .qmd below ``reports/<lang>/``. ``outputs`` are paths below
    the site's folder of the language, by format. ``links`` are ``(href, text)`` pairs relative to the page;
    ``current`` is the ``href`` of the entry that is this page.
    """

    document: str
    source: str
    territory: str
    outputs: Mapping[str, str]
    title: str
    subtitle: str
    layout: str
    links: tuple[tuple[str, str], ...]
    current: str | None
    home: str


def site_documents(evaluation: Evaluation) -> list[Document]:
    """Return the documents of an evaluation: those it declares, else those of its kind.

    A survey of drawn visits has a regional report, a brief and a sheet a unit; a survey of persons or households that
    stands for a population has a report of its own and no sheets. Without either, the report shows what was received
    and computed, as the first one of a draft does. Index and validation are web pages only.
    """
    if evaluation.settings.documents:
        return list(evaluation.settings.documents)
    web, both = ["html"], ["html", "pdf"]
    rows = [("index", "index.qmd", "region", web)]
    drawn = [s for s in evaluation.sources("survey") if not s.unweighted]
    if any(s.sampled == "visit" for s in drawn):
        rows += [("report", "report.qmd", "region", both), ("brief", "brief.qmd", "region", both)]
        rows += [("territory", "territory.qmd", "unit", both), ("methods", "methods.qmd", "region", both)]
    elif drawn:
        rows += [("report", "household.qmd", "region", both), ("methods", "household-methods.qmd", "region", both)]
    else:
        rows += [("report", "overview.qmd", "region", both)]
    rows += [("validation", "validation.qmd", "region", web)]
    rows += [("crosstabs", "crosstabs.qmd", "region", web)] if entry_of(evaluation) is not None else []
    return [Document.model_validate({"name": n, "file": f, "scope": s, "formats": k}) for n, f, s, k in rows]


def site_pages(evaluation: Evaluation, lang: str, units: pd.DataFrame | None, labels: Labels) -> list[Page]:
    """Return every page of one language, whose outputs stand below the site's folder of that language.

    Parameters
    ----------
    evaluation, lang : what to publish, and in which language.
    units : one row a territorial unit that gets a sheet, with its ``code``; None where there is none.
    labels : the labels mapping, for the names of units.

    Raises
    ------
    PublishError
        When a document has no source in this language.
    """
    codes = [] if units is None else units["code"].astype(str).tolist()
    pages = []
    for document in site_documents(evaluation):
        path = evaluation.root / "reports" / lang / document.file
        if not path.is_file():
            raise PublishError(
                "a document of the site has no source in this language",
                where=str(path),
                action="write it, or drop the document or the language from evaluation.yaml",
            )
        for code in codes if document.scope == "unit" else ["region"]:
            pages.append(_page(evaluation, lang, document, code, labels))
    return pages


def _page(evaluation: Evaluation, lang: str, document: Document, code: str, labels: Labels) -> Page:
    settings = evaluation.settings
    unit = document.scope == "unit"
    stem = f"territories/{code}" if unit else document.name
    title, subtitle = settings.title.in_language(lang), ""
    if unit:
        key = f"{settings.territory.level}={code}"
        subtitle = f"{_TITLES[lang]['sheet']} – {title}"
        title = words.find(f"{key}:name", labels, lang) or words.label(key, labels, lang)
    elif document.name in _TITLES[lang]:
        title, subtitle = _TITLES[lang][document.name], title
    up = "../" if unit else ""
    return Page(
        document=f"{document.name}-{code}" if unit else document.name,
        source=document.file,
        territory=code,
        outputs={kind: f"{stem}.{kind}" for kind in document.formats},
        title=title,
        subtitle=subtitle,
        layout=_LAYOUTS.get(document.name, "report"),
        links=tuple(_links(evaluation, lang, up)),
        current=None if unit else f"{document.name}.html",
        home=f"{up}index.html",
    )


def _links(evaluation: Evaluation, lang: str, up: str) -> Iterator[tuple[str, str]]:
    for document in site_documents(evaluation):
        if document.scope == "unit":
            yield f"{up}index.html#fiches", _SHEETS[lang][evaluation.settings.territory.level]
        elif "html" in document.formats and document.name not in _UNLISTED:
            text = _LINKS[lang].get(document.name, document.name.capitalize())
            yield f"{up}{document.name}.html", text
    yield f"{up}index.html#donnees", _LINKS[lang]["data"]
    root = up if lang == "fr" else f"{up}../"
    for other in evaluation.settings.chapters:
        # a language whose documents are chapters alone has its report for home
        if other not in evaluation.settings.languages:
            yield f"{root}{'' if other == 'fr' else f'{other}/'}chapters.html", other.upper()


def unit_links(evaluation: Evaluation, lang: str) -> str:
    """Return the list of sheets as Markdown, each as a web page and as PDF."""
    level = evaluation.settings.territory.level
    labels: Labels = json.loads((evaluation.stage("draw") / "labels.json").read_text(encoding="utf-8"))
    codes = [k.partition("=")[2] for k in labels if k.startswith(f"{level}=") and ":" not in k]
    items = []
    for code in sorted(codes):
        name = literal(words.label(f"{level}={code}:name", labels, lang))
        items.append(f"- [{name}](territories/{code}.html) ([PDF {name}](territories/{code}.pdf))")
    return "\n".join(items)


def check_links(site: Path) -> None:
    """Refuse a site one of whose relative links, or anchors, leads nowhere.

    Raises
    ------
    PublishError
        Naming every page and link that fails.
    """
    from html.parser import HTMLParser

    class Anchors(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.ids: set[str] = set()
            self.hrefs: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            for name, value in attrs:
                if name == "id" and value:
                    self.ids.add(value)
                if name == "href" and value and tag == "a":
                    self.hrefs.append(value)

    seen: dict[Path, Anchors] = {}
    for path in sorted(site.rglob("*.html")):
        seen[path.resolve()] = parser = Anchors()
        parser.feed(path.read_text(encoding="utf-8"))
    broken = []
    for path, parser in seen.items():
        for href in parser.hrefs:
            target, _, anchor = href.partition("#")
            if ":" in target:
                continue
            place = (path.parent / target).resolve() if target else path
            if not place.is_file() or (anchor and place in seen and anchor not in seen[place].ids):
                broken.append(f"{path.relative_to(site.resolve())} -> {href}")
    if broken:
        raise PublishError("links of the site lead nowhere", where=str(site), found=broken[:10])
