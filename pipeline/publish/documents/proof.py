"""The proof sheet: every text with values at their edges, so that a person reads all sentences in minutes.

No result is needed: numbers are made up (one, two, many, nought, a half), places take the forms that French finds hard,
and every text is read with all that it may name and with no more than it surely has.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.results.statement import (
    ALONE,
    ASKED,
    CUTS,
    UNIT,
    ExpectedText,
    Pick,
    Reference,
    Statement,
    code_references,
    named_reference,
)
from pipeline.wording import typography
from pipeline.wording.labels import Labels
from pipeline.wording.markdown import plain
from pipeline.wording.speaking import Speaker
from pipeline.wording.words import VARIANTS, Words

#: Made-up numbers by unit: estimate, lower, upper.
_EDGES: Mapping[str, Sequence[tuple[float, float, float]]] = {
    "share": ((0.19, 0.15, 0.23), (0.47, 0.45, 0.5), (0.52, 0.505, 0.54), (0.004, 0.001, 0.009), (0.9, 0.88, 0.92)),
    "point": ((1.0, 0.4, 1.7), (9.3, 5.0, 14.0)),
    "mean": ((1.0, 0.8, 1.2), (2.6, 2.4, 2.8)),
    "count": ((0.0, 0.0, 0.0), (1.0, 0.5, 1.4), (2.0, 1.6, 2.5), (12480.0, 11900.0, 13100.0)),
    "euro": ((1.0, 0.5, 1.4), (19.0, 15.0, 23.0), (2.97, 2.5, 3.4), (1874400.0, 1700000.0, 2000000.0)),
    "rate": ((0.012, 0.011, 0.013), (0.3, 0.25, 0.36), (2.6, 2.4, 2.8)),
    "ratio": ((0.12, 0.05, 0.2), (0.01, 0.005, 0.018), (1.1, 0.8, 1.4)),
    "score": ((1.0, 0.4, 1.6), (38.0, 33.0, 43.0)),
    "km": ((1.0, 0.8, 1.2), (2.5, 2.1, 2.8)),
}
#: What chance may have made, in points; the verdicts that claim a move, and those of them that go down.
_CHANCE = {"point": ((0.2, -4.2, 4.1),), "ratio": ((0.01, -0.09, 0.12),)}
_UP, _DOWN = ("rise", "higher", "some"), ("fall", "lower")


@dataclass(frozen=True)
class Proof:
    """One text as it may read."""

    key: str
    variant: str
    case: str
    text: str


@dataclass(frozen=True)
class Made:
    """What made-up statements are about.

    perimeter, units : label keys of places.   waves : two.   groups : codes of lists.   labels : as in figures.
    measured : unit of a measure, by question and measure, as the question declares it.
    """

    perimeter: str
    units: Sequence[str]
    waves: tuple[str, str]
    groups: Mapping[Pick, Sequence[str]]
    labels: Labels
    measured: Mapping[tuple[str, str], str] = field(default_factory=dict)


def sheet(words: Words, expected: Sequence[ExpectedText], made: Made) -> Iterator[Proof]:
    """Yield every text of a language, in every case that reads differently; the same text is told once."""
    for each in expected:
        # of a list by unit, where there are none, no item is ever told
        untold = ".each." in each.key and not _codes(each, made)
        if untold or (each.optional and words.find(each.key) is None):
            continue
        seen: set[str] = set()
        for case, statement, rows in _cases(each, expected, made):
            speaker = Speaker(words, rows, made.labels, lambda text, result_id: text)
            for variant in VARIANTS:
                text = _read(speaker, each, statement, variant)
                if text and text not in seen:
                    seen.add(text)
                    yield Proof(each.key, variant, case, text)


def _read(speaker: Speaker, each: ExpectedText, statement: Statement, variant: str) -> str:
    in_list = ".each." in each.key
    if in_list and variant not in ("say", "alone"):
        return ""
    if in_list:
        text = speaker.item(statement) if variant == "say" else speaker.alone(statement)
    else:
        text = speaker.text(statement, variant)
    return typography.apply(plain(text), speaker.words.lang)


Rows = dict[str, dict[str, Any]]


def _cases(each: ExpectedText, expected: Sequence[ExpectedText], made: Made) -> Iterator[tuple[str, Statement, Rows]]:
    if each.verdict == "some" and each.spec.rows.by == UNIT and not made.units:
        # a list of units, where nothing is divided into any, names none
        return
    unit = _unit(each, made)
    places = [made.perimeter, *made.units] if each.spec.of != "whole" else [made.perimeter]
    places = places[1:] or places if each.spec.of == "units" else places
    for number, (estimate, lower, upper) in enumerate(_edges(unit, each.verdict)):
        for place in places if number == 0 else places[:1]:
            rows = {
                "up": _row(unit, each.spec.rows, estimate, lower, upper),
                "down": _row(unit, each.spec.rows, -estimate, -upper, -lower),
                **_others(each, made),
            }
            for fullness in ("all", "least") if number == 0 else ("all",):
                yield f"{estimate:g}, {place}, {fullness}", _statement(each, expected, made, place, fullness), rows


def _edges(unit: str, verdict: str) -> Sequence[tuple[float, float, float]]:
    moves = verdict in (*_UP, *_DOWN) or unit not in _CHANCE
    return _EDGES.get(unit, _EDGES["mean"]) if moves else _CHANCE[unit]


def _unit(each: ExpectedText, made: Made) -> str:
    """Return the unit of a statement's number: as the question declares it, else as its measure is called."""
    measure = each.spec.rows.measure
    unit = made.measured.get((each.key.partition(".")[0], measure), measure if measure in _EDGES else "")
    return unit or ("mean" if each.kind == "level" else "point")


def _others(each: ExpectedText, made: Made) -> dict[str, dict[str, Any]]:
    """Return a row for each other result that the words may name, in the unit of its own measure."""
    question = each.key.partition(".")[0]
    found = {}
    for name, pick in each.spec.arguments.items():
        unit = made.measured.get((question, pick.measure), pick.measure)
        found[f"of {name}"] = _row(unit, pick, *_EDGES.get(unit, _EDGES["mean"])[0])
    return found


def _row(unit: str, pick: Pick, estimate: float, lower: float, upper: float) -> dict[str, Any]:
    return {
        "result_id": "",
        "estimate": estimate,
        "lower": lower,
        "upper": upper,
        "p_value": math.nan,
        "p_adjusted": math.nan,
        "unit": unit,
        "measure": pick.measure,
        # a statement about whatever population has such a number reads as one about users
        "population": pick.population or "users",
        "n": 43.0,
    }


def _statement(
    each: ExpectedText, expected: Sequence[ExpectedText], made: Made, place: str, fullness: str
) -> Statement:
    names = each.types if fullness == "all" else {n: t for n, t in each.types.items() if n in each.sure}
    arguments = {n: r for n, t in names.items() if (r := _reference(n, t, each, made, place)) is not None}
    question, name, *_ = each.key.split(".")
    has_items = each.spec.each and (".each." not in each.key or each.kind in ("list", "groups"))
    items = tuple(_items(each, expected, made, place, fullness)) if has_items else ()
    if ".each." in each.key:
        arguments |= code_references(_codes(each, made)[0])
    return Statement(
        f"{question}.{name}@{place}",
        question,
        question,
        name,
        each.kind,
        each.verdict,
        0,
        arguments=arguments,
        items=items,
    )


def _items(
    each: ExpectedText, expected: Sequence[ExpectedText], made: Made, place: str, fullness: str
) -> Iterator[Statement]:
    """Yield items of every verdict that the list may name: three of the first, two of the next, one of the others."""
    if each.verdict == "empty":
        return
    own = _texts_of_items(each, expected)
    kept = own if fullness == "all" else own[:1]
    for number, item in enumerate(kept):
        for code in _codes(item, made)[: max(3 - number, 1)]:
            one = _statement(item, expected, made, code if each.spec.rows.by == UNIT else place, "all")
            yield Statement(**{**vars(one), "arguments": {**one.arguments, **code_references(code)}})


def _codes(each: ExpectedText, made: Made) -> Sequence[str]:
    """Return the codes that a text of a list may be about: of questions, and within each of them its indicators."""
    told = each.spec.rows
    within = told.by in (ASKED, CUTS) and each.kind not in ("list", "groups")
    return made.groups[replace(told, by=ALONE) if within else told]


def _texts_of_items(each: ExpectedText, expected: Sequence[ExpectedText]) -> list[ExpectedText]:
    """Return the texts of the items of a list, or of the lists that are its items."""
    head = each.key.partition(".each.")[0] if ".each." in each.key else each.key.rpartition(".")[0]
    own = [e for e in expected if e.key.startswith(f"{head}.each.")]
    lists = [e for e in own if e.kind in ("list", "groups")]
    return lists if lists and ".each." not in each.key else [e for e in own if e not in lists]


def _reference(name: str, kind: str, each: ExpectedText, made: Made, place: str) -> Reference | None:
    if name in each.spec.named:
        return named_reference(each.spec.named[name])
    if kind == "result" and name in each.spec.arguments:
        return ("result", f"of {name}")
    if kind == "result":
        # a level under another is no number below nought
        return ("result", "down" if each.verdict in _DOWN and each.kind != "against" else "up")
    if kind == "time":
        return ("wave", made.waves[0 if name == "since" else 1])
    if kind == "place":
        if name == "territory" and place == made.perimeter:
            return None
        return ("place", made.perimeter if name == "perimeter" else place)
    if kind == "declared":
        return ("number", 3.0, "point") if name == "margin" else ("number", 0.5, "share")
    return ("reason", "ns") if name == "reason" else None
