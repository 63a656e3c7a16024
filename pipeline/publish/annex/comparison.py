"""Units side by side: the key figures of their sheets in one table, in alphabetical order and without a rank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.publish.annex.blocks import Ground, Maker
from pipeline.results.statement import Statement
from pipeline.wording import labels as known
from pipeline.wording import numbers, withheld
from pipeline.wording.blocks import Block, table
from pipeline.wording.markdown import literal

_WORDS = "_index.comparison"
#: The verdict of a level that no direct estimate gives.
_MODELLED = "modelled"
#: Why a share that all or none gave is to be read with caution.
_EXTREME, _HALF = "extreme", 0.5
#: Relative widths of the column of names and of those of numbers.
_WIDTHS = (22, 12)

#: A column: the entry and the name of a statement.
Column = tuple[str, str]


def comparison(ground: Ground) -> Block:
    """Return the key figures of every unit that has a sheet, the whole first, each unit leading to its sheet."""
    said = {(s.entry, s.name, s.place): s for s in ground.statements if s.result_ids}
    level = ground.evaluation.settings.territory.level
    places = {code: f"{level}={code}" for code in ground.units}
    columns = list(_columns(ground, set(places.values())))
    if not columns or not places:
        return Block()
    whole = next((s.place for s in ground.statements if s.place not in places.values()), "")
    rows = [
        _row(ground, f"**{ground.speaker.label(f'{whole}:name')}**", whole, columns, said),
        *(_row(ground, _linked(ground, code, place), place, columns, said) for code, place in places.items()),
    ]
    heads = [
        ground.word(f"{_WORDS}.unit"),
        *(_head(ground, column, said, [*places.values(), whole]) for column in columns),
    ]
    widths = [_WIDTHS[0], *[_WIDTHS[1]] * len(columns)]
    caption = ground.word(f"{_WORDS}.caption")
    shown = [s for (entry, name, _), s in said.items() if (entry, name) in columns]
    ids = tuple(dict.fromkeys(s.result_ids[0] for s in shown))
    return Block(table(heads, rows, caption, "comparison", widths, range(1, len(widths))), ids)


def _columns(ground: Ground, places: set[str]) -> Iterator[Column]:
    """Yield what units tell as key figures: counts before estimates, each in the order of the plan."""
    told: dict[Column, bool] = {}
    for made in ground.statements:
        column = (made.entry, made.name)
        if made.place in places and column not in told and made.result_ids and _value(ground, made):
            told[column] = ground.speaker.rows[made.result_ids[0]]["inference"] == "sample"
    yield from sorted(told, key=lambda column: told[column])


def _value(ground: Ground, made: Statement) -> str:
    return ground.speaker.text(made, "value") if made.is_told else ""


def _head(ground: Ground, column: Column, said: Mapping[tuple[str, str, str], Statement], places: list[str]) -> str:
    """Return what the numbers of a column are and when: « Visites par habitant, 2006 »."""
    row = next(_of(ground, made) for place in places if (made := said.get((*column, place))))
    head = str(row["result_id"]).partition("/")[0].split(".")
    indicator = ".".join(head[:2])
    keys = (f"{indicator}:head", ".".join(head[:3]), indicator)
    lang = ground.lang
    name = next((text for key in keys if (text := known.find(key, ground.labels, lang))), ".".join(head))
    when = str(row["wave"] or row["period"])
    return f"{literal(name)}, {literal(numbers.period(when, lang))}" if when else literal(name)


def _of(ground: Ground, made: Statement) -> Mapping[str, Any]:
    return ground.speaker.rows[made.result_ids[0]]


def _row(
    ground: Ground, name: str, place: str, columns: list[Column], said: Mapping[tuple[str, str, str], Statement]
) -> list[str]:
    return [name, *(_cell(ground, said.get((*column, place))) for column in columns)]


def _cell(ground: Ground, made: Statement | None) -> str:
    """Return the key figure of a unit, the sign of why there is none, or what a model says and that it is one."""
    if made is None:
        return "–"
    row = _of(ground, made)
    if row["reason"] == _EXTREME and not withheld.is_hidden(row):
        return _bound(ground, made, row)
    if value := _value(ground, made):
        return value
    if withheld.is_hidden(row):
        return withheld.sign_of([row])
    text = numbers.estimate(row["estimate"], row["unit"], ground.lang, measure=row["measure"])
    shown = ground.speaker.mark(literal(text), made.result_ids[0])
    return ground.fill(f"{_WORDS}.model", value=shown) if made.verdict == _MODELLED else shown


def _bound(ground: Ground, made: Statement, row: Mapping[str, Any]) -> str:
    """Return how far the interval reaches of a share that all or none of those asked gave: it is not that of all."""
    key, value = ("at_least", row["lower"]) if row["estimate"] > _HALF else ("at_most", row["upper"])
    text = numbers.estimate(value, row["unit"], ground.lang, measure=row["measure"])
    return ground.fill(f"{_WORDS}.{key}", value=ground.speaker.mark(literal(text), made.result_ids[0]))


def _linked(ground: Ground, code: str, place: str) -> str:
    return f"[{ground.speaker.label(place)}]({code}.html)"


BLOCKS: dict[str, Maker] = {"comparison": comparison}
