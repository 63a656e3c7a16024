"""Blocks of the home page: what was evaluated, the documents, the sheets of units, the data files, the citation."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

from pipeline.publish.annex.blocks import Ground, Listed, Maker
from pipeline.publish.annex.fieldwork import asked_in, days, joined
from pipeline.wording import numbers
from pipeline.wording.blocks import Block, bullets
from pipeline.wording.markdown import literal

_WORDS = "_index"
#: Data files in the order in which a reader wants them; others follow by name.
_FIRST = ("key-figures.csv", "results.csv", "results.xlsx", "findings.csv", "crosstabs.xlsx")
#: Written last, over everything else: it is linked without being looked at.
_MANIFEST = "manifest.json"
_KILO = 1000
_ENCODING = "UTF-8"


def evaluated(ground: Ground) -> Block:
    """Return the programme, who commissioned its evaluation, the days of collection and the sources."""
    settings, lang = ground.evaluation.settings, ground.lang
    programme = settings.programme or settings.title
    lines = [ground.fill("_common.evaluated.programme", programme=literal(programme.in_language(lang)))]
    if settings.commissioned_by:
        commissioner = literal(settings.commissioned_by.in_language(lang))
        lines.append(ground.fill("_common.evaluated.commissioner", commissioner=commissioner))
    asked = [days(wave, lang) for wave in settings.waves if asked_in(ground.evaluation, wave.name)]
    if asked:
        dates = functools.reduce(lambda b, a: ground.fill(f"{_WORDS}.then", before=b, after=a), asked)
        lines.append(ground.fill(f"{_WORDS}.waves", dates=dates))
    sources = joined((ground.speaker.label(f"source={s.name}") for s in settings.sources), lang)
    return Block(bullets([*lines, ground.fill(f"{_WORDS}.sources", sources=sources)]))


def documents(ground: Ground) -> Block:
    """Return the documents of the site but the home, each with what it holds, as a page and as PDF."""
    return Block(bullets(_document(ground, listed) for listed in ground.documents))


def _document(ground: Ground, listed: Listed) -> str:
    kinds = {kind: f"{listed.stem}.{kind}" for kind in listed.formats}
    pdf = ground.fill(f"{_WORDS}.pdf", title=listed.title, href=kinds["pdf"]) if "pdf" in kinds else ""
    href = kinds.get("html") or kinds["pdf"]
    said = ground.word(f"{_WORDS}.documents.{listed.name}")
    return ground.fill(
        f"{_WORDS}.document", title=listed.title, href=href, pdf=pdf if href != kinds.get("pdf") else "", said=said
    )


def sheets(ground: Ground) -> Block:
    """Return the sheets of units, one after the other in a line; each leads on to its PDF."""
    level = ground.evaluation.settings.territory.level
    links = (f"[{ground.speaker.label(f'{level}={code}')}](territories/{code}.html)" for code in ground.units)
    return Block(" · ".join(links))


def data_files(ground: Ground) -> Block:
    """Return the files of the data annex that were written, each with its format and size, and the manifest."""
    return Block(bullets([*_written(ground), _manifest(ground)]))


def _written(ground: Ground) -> Iterator[str]:
    found = {path.name: path for path in sorted(ground.annex.iterdir()) if path.is_file()} if ground.annex else {}
    for name in [*(n for n in _FIRST if n in found), *(n for n in found if n not in _FIRST)]:
        yield _file(ground, found[name].name, f"{ground.data}/{name}", _size(ground, found[name]))


def _manifest(ground: Ground) -> str:
    return _file(ground, _MANIFEST, f"{ground.data.removesuffix('data')}{_MANIFEST}", "")


def _file(ground: Ground, name: str, href: str, size: str) -> str:
    key, kind = name.replace(".", "-"), Path(name).suffix.removeprefix(".")
    said = ground.word(f"{_WORDS}.data.{key}") or literal(name)
    known = next((k for k in (key, kind) if f"{_WORDS}.formats.{k}" in ground.speaker.words.texts), "")
    written = ground.fill(f"{_WORDS}.formats.{known}", encoding=_ENCODING) if known else literal(kind.upper())
    return ground.fill(f"{_WORDS}.file", title=said, href=href, format=written, size=size)


def _size(ground: Ground, path: Path) -> str:
    """Return the size of a file as readers say it, with two digits at least."""
    size, unit = float(path.stat().st_size), 0
    units = ("B", "kB", "MB")
    while size >= _KILO and unit < len(units) - 1:
        size, unit = size / _KILO, unit + 1
    shown = numbers.decimal(size, ground.lang, 1 if unit and size < 10 else 0)
    return ground.fill(f"{_WORDS}.sizes.{units[unit]}", n=f"[{shown}]{{.file-size}}")


def citation(ground: Ground) -> Block:
    """Return how the evaluation asks to be cited, else its title."""
    settings = ground.evaluation.settings
    return Block(literal((settings.citation or settings.title).in_language(ground.lang)))


BLOCKS: dict[str, Maker] = {
    "evaluated": evaluated,
    "documents": documents,
    "sheets": sheets,
    "data-files": data_files,
    "citation": citation,
}
