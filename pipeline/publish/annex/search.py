"""What a reader may look for: findings, figures and tables, sheets, each leading to where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.publish.annex.blocks import Ground, Maker
from pipeline.results.statement import Statement
from pipeline.wording.blocks import Block, bullets
from pipeline.wording.markdown import literal, plain

_WORDS = "_index.search"
#: Pages in the order in which one that says a thing twice is looked for.
_PAGES = ("report", "tables", "methods", "crosstabs", "validation")
_SAID, _SHOWN = "say", "show"


@dataclass(frozen=True)
class Trail:
    """What one page says: kind (``say``, ``show``), identifier and section of each, and the anchors that it has."""

    told: tuple[tuple[str, str, str], ...] = ()
    anchors: frozenset[str] = field(default_factory=frozenset)


def search(ground: Ground) -> Block:
    """Return everything that may be found, below one heading a kind; the page narrows it to what is looked for."""
    parts = {
        "findings": list(_findings(ground)),
        "exhibits": list(_exhibits(ground)),
        "sheets": list(_sheets(ground)),
    }
    return Block(
        "\n\n".join(
            f"## {ground.word(f'{_WORDS}.{kind}')} {{#sec-{kind}}}\n\n{bullets(lines)}"
            for kind, lines in parts.items()
            if lines
        )
    )


def _pages(ground: Ground) -> Iterator[tuple[str, Trail]]:
    for name in _PAGES:
        if name in ground.trails:
            yield name, ground.trails[name]


def _findings(ground: Ground) -> Iterator[str]:
    """Yield what is stated of the whole, each once, in the words of its page."""
    speaker = ground.speaker
    known: Mapping[str, Statement] = {s.id: s for s in ground.statements if s.is_told}
    seen: set[str] = set()
    for page, trail in _pages(ground):
        for kind, name, section in trail.told:
            if kind != _SAID or name not in known or name in seen:
                continue
            seen.add(name)
            if text := speaker.say([known[name]]):
                anchor = f"#{section}" if section in trail.anchors else ""
                # a link holds no other
                text = literal(plain(text)) if "](" in text else text
                yield f"[{text}]({page}.html{anchor})"


def _exhibits(ground: Ground) -> Iterator[str]:
    """Yield the figures and tables of results, each once, by what they show."""
    seen: set[str] = set()
    for page, trail in _pages(ground):
        for kind, name, _ in trail.told:
            anchor = next((a for a in (f"fig-{name}", f"tbl-{name}") if a in trail.anchors), "")
            if kind == _SHOWN and anchor and name in ground.captions and name not in seen:
                seen.add(name)
                yield f"[{literal(ground.captions[name])}]({page}.html#{anchor})"


def _sheets(ground: Ground) -> Iterator[str]:
    level = ground.evaluation.settings.territory.level
    for code in ground.units:
        place = f"{level}={code}"
        composed = ground.labels.get(f"{place}:epci", {}).get(ground.lang, "")
        name = ground.speaker.label(f"{place}:name")
        link = f"[{name}](territories/{code}.html)"
        yield ground.fill(f"{_WORDS}.made_of", link=link, parts=literal(composed)) if composed else link


BLOCKS: dict[str, Maker] = {"search": search}
