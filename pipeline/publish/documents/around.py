"""What stands around a document: programme, byline, notice, navigation and languages, for the templates to write."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.evaluation import Evaluation
from pipeline.publish.documents.neighbours import Neighbours
from pipeline.publish.documents.site import HOME, SEARCH, SHEETS, SiteDocument, SitePage, footing, navigation, way
from pipeline.wording import typography
from pipeline.wording.language import of
from pipeline.wording.markdown import literal
from pipeline.wording.numbers import date
from pipeline.wording.speaking import Speaker
from pipeline.wording.words import COMMON

#: Texts of the templates, under ``page`` of ``_common.yaml``.
WORDS = ("skip", "navigation", "back", "rows", "look", "found", "scroll")


def around(
    evaluation: Evaluation, speaker: Speaker, documents: Sequence[SiteDocument], page: SitePage
) -> dict[str, Any]:
    """Return what the templates say around a page: texts past the gate, links relative to it."""
    lang = speaker.words.lang
    settings = evaluation.settings
    programme = literal((settings.programme or settings.title).in_language(lang))
    commissioner = literal(settings.commissioned_by.in_language(lang)) if settings.commissioned_by else None
    edition = f"{_word(speaker, 'edition')} {speaker.printing(settings.printing)}"
    out: dict[str, Any] = {
        "programme": programme,
        "byline": " · ".join(part for part in (commissioner, edition) if part),
        "authors": authors(evaluation, lang),
        "keywords": [each for each in (programme, commissioner) if each],
        "credits": [typography.apply(literal(credit), lang) for credit in settings.credits_in(lang)],
        "layout": page.document.layout,
        "search": page.document.name == SEARCH,
        "page-word": _word(speaker, "page"),
        "words": {name: _word(speaker, name) for name in WORDS},
        "colon": of(lang).COLON,
        "home": f"{page.up}{HOME}.html",
        "links": _links(evaluation, speaker, documents, page),
        "foot": [{"href": each.href, "text": speaker.prose(each.text)} for each in footing(documents, page)],
    }
    notices = [name for name, says in (("draft", settings.status == "draft"), ("notice", settings.synthetic)) if says]
    if notices:
        out["notice"] = " · ".join(_word(speaker, name) for name in notices)
    if page.document.cover:
        out["cover"] = list(_cover(evaluation, speaker))
    if palette := settings.look.palette:
        out["palette"] = palette
    if letters := settings.look.typeface:
        out["typeface"] = letters.family
    if logo := settings.look.logo:
        out["logo"] = {"file": logo_name(evaluation), "alt": literal(logo.says.in_language(lang))}
    if settings.contact:
        out["contact"] = literal(settings.contact.in_language(lang))
    if {"html", "pdf"} <= set(page.outputs):
        beside = os.path.relpath(page.outputs["pdf"], Path(page.outputs["html"]).parent)
        out["alternate"] = {"href": Path(beside).as_posix(), "text": _word(speaker, "pdf")}
    return out


def logo_name(evaluation: Evaluation) -> str:
    """Return what the file of the logo is called beside staged documents; empty where there is none."""
    logo = evaluation.settings.look.logo
    return f"logo{Path(logo.file).suffix}" if logo else ""


def authors(evaluation: Evaluation, lang: str) -> list[str]:
    """Return who signs the documents, as Markdown: the authors declared, else who commissioned the evaluation."""
    settings = evaluation.settings
    signed = settings.authors or [t.in_language(lang) for t in (settings.commissioned_by,) if t is not None]
    return [typography.apply(literal(name), lang) for name in signed]


def _cover(evaluation: Evaluation, speaker: Speaker) -> Iterator[dict[str, str]]:
    """Yield what a cover tells below its title, each as label and text: who, when, in what state, under what number."""
    settings, lang = evaluation.settings, speaker.words.lang
    commissioner, contact = (t and t.in_language(lang) for t in (settings.commissioned_by, settings.contact))
    told = {
        "commissioner": commissioner,
        "authors": ", ".join(settings.authors),
        "published": settings.published and date(settings.published, lang),
        "status": speaker.word(f"{COMMON}.statuses_of_documents.{settings.status}"),
        "isbn": settings.isbn,
        "issn": settings.issn,
        "contact": contact,
    }
    for name, text in told.items():
        if text:
            label = speaker.word(f"{COMMON}.cover.{name}")
            yield {"label": label, "text": typography.apply(literal(text), lang)}


def titles(evaluation: Evaluation, speaker: Speaker, page: SitePage, place: str) -> dict[str, str]:
    """Return title and subtitle of a page; ``place`` is the name of its unit, empty for a page about the whole."""
    programme = literal(evaluation.settings.title.in_language(speaker.words.lang))
    said = speaker.prose(page.document.title)
    if place:
        return {"title": literal(place), "subtitle": " – ".join(filter(None, (said, programme)))}
    return {"title": said, "subtitle": programme} if said else {"title": programme}


def beside(
    evaluation: Evaluation, speaker: Speaker, documents: Sequence[SiteDocument], page: SitePage, found: Neighbours
) -> dict[str, Any]:
    """Return what the templates say around a sheet: which others it leads to, and where its unit lies."""
    level = evaluation.settings.territory.level

    def link(code: str) -> dict[str, str]:
        return {"href": f"{code}.html", "text": speaker.label(f"{level}={code}")}

    out: dict[str, Any] = {
        "before": link(found.before) if found.before else None,
        "behind": link(found.behind) if found.behind else None,
        "alike": [link(code) for code in found.alike],
        "words": {name: _word(speaker, name) for name in ("before", "behind", "alike", "sheets")},
    }
    compared = next((d for d in documents if d.name == SHEETS), None)
    if compared:
        out["compared"] = {"href": f"{page.up}{compared.stem}.html", "text": speaker.prose(compared.title)}
    return out


def locator_of(evaluation: Evaluation, speaker: Speaker, page: SitePage, file: str) -> dict[str, str]:
    """Return the small map that shows where the unit of a sheet lies, with what it says to those who hear it."""
    place = speaker.label(f"{evaluation.settings.territory.level}={page.territory}:name")
    return {"file": file, "alt": speaker.compose(f"{COMMON}.page.located", {"place": place})}


def _links(
    evaluation: Evaluation, speaker: Speaker, documents: Sequence[SiteDocument], page: SitePage
) -> list[dict[str, Any]]:
    lang, languages = speaker.words.lang, evaluation.settings.languages
    links: list[dict[str, Any]] = [
        {"href": each.href, "text": speaker.prose(each.text), **({"current": True} if each.is_here else {})}
        for each in navigation(documents, page)
    ]
    others = [other for other in languages if other != lang]
    return [*links, *({"href": way(page, lang, o, languages), "text": o.upper()} for o in others)]


def _word(speaker: Speaker, name: str) -> str:
    return speaker.word(f"{COMMON}.page.{name}")
