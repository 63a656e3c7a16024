"""Numbers typed with their unit (`12 %`, `20 ans`, `12,50 €`, `1 h 30`): read bare where it is the same all along."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.ingest.lexicon import folded, lexicon
from pipeline.ingest.readers.received import Note
from pipeline.ingest.values import Distinct

_BLANK = r"[ \u00a0\u202f\u2009]"
_NUMBER = rf"[+\-−]?(?:\d(?:[\d.,'’]|{_BLANK}(?=\d))*|[.,]\d+)"
_TYPED = re.compile(rf"(?P<before>[^\d+\-−.,]*?){_BLANK}*(?P<number>{_NUMBER}){_BLANK}*(?P<after>[^\d]*)")
_TIME = re.compile(rf"(\d+){_BLANK}*(?:h|heures?|hours?|hrs?){_BLANK}*(?:(\d{{1,2}}){_BLANK}*(?:m(?:i?n)?\w*)?)?", re.I)
#: Spans of time that are told in minutes, whatever they were typed in; a number of hours alone is told in hours.
_TIMES = {"minutes": 1.0, "hours": 60.0}


@dataclass(frozen=True)
class Unit:
    """A unit met beside numbers, how often, and how many numbers were said to be about right only."""

    name: str
    n: int
    about: int


def without_units(found: Distinct) -> tuple[Distinct, Unit | None]:
    """Return the values without the unit typed beside them, and that unit; as received where there are several units.

    Minutes and hours typed in one column are minutes. A share beside percentages (`0,12` and `12 %`) leaves all as
    received, for nobody knows which is meant.
    """
    read = [_typed(v) if isinstance(v, str) else None for v in found.values]
    names = {name for each in read if each for name in [each[1]] if name}
    about = sum(each[2] for each in read if each)
    if not names and not about:
        return found, None
    unit = _one(names, [v for v in found.values if isinstance(v, str)])
    if unit is None or (unit == "percent" and _shares(found.values)):
        return found, None
    values = [_bare(v, each, unit) for v, each in zip(found.values, read, strict=True)]
    return replace(found, values=values), Unit(unit, sum(bool(e and e[1]) for e in read), about)


def _one(names: set[str], texts: Sequence[str]) -> str | None:
    if names <= set(_TIMES) and names:
        mixed = len(names) > 1 or any((m := _TIME.fullmatch(t.strip())) and m[2] for t in texts)
        return "minutes" if mixed else next(iter(names))
    return next(iter(names), "") if len(names) <= 1 else None


def _typed(text: str) -> tuple[str, str, bool] | None:
    """Return the number of a text, the name of its unit ("" where it has none) and whether it is only about right."""
    text = text.strip()
    if _TIME.fullmatch(text):
        return text, "hours", False
    found = _TYPED.fullmatch(text)
    if found is None:
        return None
    before, after = folded(found["before"]), folded(found["after"])
    about = before in lexicon("units")["about"]
    sides = [t for t in ("" if about else before, after) if t]
    # « E12 » is a code: only the sign of a currency stands before its number.
    if len(sides) > 1 or (not about and before and before not in ("€", "eur")):
        return None
    name = _name(sides[0]) if sides else ""
    return None if name is None else (found["number"], name, about)


def _name(text: str) -> str | None:
    return next((name for name, words in lexicon("units").items() if name != "about" and text in words), None)


def _bare(value: Any, typed: tuple[str, str, bool] | None, unit: str) -> Any:
    if not isinstance(value, str) or typed is None:
        return value
    number, name, _ = typed
    if name not in _TIMES or unit not in _TIMES:
        return number
    if time := _TIME.fullmatch(number):
        minutes = 60.0 * int(time[1]) + int(time[2] or 0)
        return minutes / _TIMES[unit]
    return number


def _shares(values: Sequence[Any]) -> bool:
    """Return whether a bare value lies between 0 and 1: a share where others are percentages."""
    bare = [v.strip().replace(",", ".") if isinstance(v, str) else v for v in values]
    numbers = [float(v) for v in bare if not isinstance(v, str) or re.fullmatch(r"[+-]?\d*\.?\d+", v)]
    return any(0 < abs(v) < 1 for v in numbers)


def unit_note(name: str, unit: Unit) -> Note:
    """Return the record of a unit that was typed beside numbers."""
    said = f"{unit.n} numbers typed with a unit, read bare"
    if unit.about:
        said = f"{said}; {unit.about} said to be about right only"
    return Note("unit", name, unit.name, "number", said)
