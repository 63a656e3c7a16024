"""What a number really counts: of whom, what, among whom, where, when and by which weights.

Two analyses that print the same thing write the same quantity, whatever their entries and indicators are called. So
equality, complements, sums over codes, domains, units and periods can be read off the keys. Variables and codes are
those of the instrument; one canonical text stands for a quantity in the results table::

    share{wants.email=1|age_band=15-24&wants=*}[users;users;person;pays=03;wave=2006;]
    difference(share{...}[...];share{...}[...])

The part before the bar is what is counted, the part after it among whom; ``*`` is any answer, ``#`` the answer itself
as a number, ``code@score`` an answer that counts as a score.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from pipeline.errors import ResultsError

#: Any answer to a variable: the base of those who answered.
ANSWERED = "*"
#: The answer itself as a number: what a mean or a sum is taken of.
VALUE = "#"
#: Code of the places that lie in no unit of a level: what nested units leave of the whole.
OUTSIDE = ""
_RESERVED = re.compile(r"[%{}|&=,()\[\];*#@!\s]")
_ATOM = r"[^{}|&=,()\[\];*#@!\s]*"
_HEAD = re.compile(_ATOM)

#: Variables and their codes as a quantity keeps them: sorted by name; codes sorted, reserved characters escaped.
Keys = tuple[tuple[str, tuple[str, ...]], ...]
#: What a question says of a variable: its codes, or one of :data:`ANSWERED` and :data:`VALUE`.
Codes = Mapping[str, Iterable[object]]


@dataclass(frozen=True)
class Where:
    """A place: a unit of a level, or what remains of the whole without it (``rest``); code "" lies in no unit."""

    level: str
    code: str
    rest: bool = False

    def __str__(self) -> str:
        return f"{_quoted(self.level)}{'!' if self.rest else ''}={_quoted(self.code)}"


@dataclass(frozen=True)
class Scored:
    """An answer that counts as a score in a mean."""

    code: object
    score: float


@dataclass(frozen=True)
class Quantity:
    """What a number counts.

    Parameters
    ----------
    stat : share, mean, score, total, count, ... or the relation of the quantities ``of`` (difference, ratio, ...).
    population : whom the number is about.   source : where it was observed.
    weight : person, visit, a named variant of them; empty where nothing is weighted.
    numerator, base : variable -> code or codes (:data:`ANSWERED` or :data:`VALUE` for all of them).
    where : the place.   when : ``wave=2006``, ``period=2003``; empty for what has no time of its own.
    method : what else changes the number (a model, a completion); empty for the plain one.
    of : quantities that this one is made of, in the order that the relation says.
    """

    stat: str
    population: str = ""
    source: str = ""
    weight: str = ""
    numerator: Keys = ()
    base: Keys = ()
    where: Where | None = None
    when: str = ""
    method: str = ""
    of: tuple[Quantity, ...] = field(default=())

    @functools.cached_property
    def text(self) -> str:
        """Return the canonical text."""
        parts = [_quoted(self.stat)]
        if self.numerator or self.base:
            parts.append(f"{{{_written(self.numerator)}|{_written(self.base)}}}")
        if self.of:
            parts.append(f"({';'.join(q.text for q in self.of)})")
        parts.append(_about(self.population, self.source, self.weight, self.where, self.when, self.method))
        return "".join(parts)

    def __str__(self) -> str:
        return self.text


@functools.lru_cache(maxsize=100_000)
def _about(population: str, source: str, weight: str, where: Where | None, when: str, method: str) -> str:
    """Return population, source, weight, place, time and method as they are written; nothing where none is told."""
    kind, is_timed, name = when.partition("=")
    time = f"{_quoted(kind)}={_quoted(name)}" if is_timed else _quoted(when)
    place = "" if where is None else str(where)
    told = [_quoted(population), _quoted(source), _quoted(weight), place, time, _quoted(method)]
    return f"[{';'.join(told)}]" if any(told) else ""


#: What a diagnostic of the material or of a method discloses of those who answered.
NOTHING = Quantity("nothing")


def keys(codes: Codes) -> Keys:
    """Return variables and codes in the order a quantity keeps them.

    Raises
    ------
    ResultsError
        For a variable without name or without any code.
    """
    made = []
    for name in sorted(codes):
        given = codes[name]
        found = (given,) if given in (ANSWERED, VALUE) else tuple(sorted({code_text(c) for c in given}))
        if not name or not found or (isinstance(given, str) and given not in (ANSWERED, VALUE)):
            raise ResultsError("a quantity needs variables and lists of their codes", found={name: given})
        made.append((name, found))
    return tuple(made)


def code_text(code: object) -> str:
    """Return a code as a quantity keeps it; whole numbers are the same whether integers or not."""
    if isinstance(code, Scored):
        return f"{code_text(code.code)}@{code.score:g}"
    whole = isinstance(code, float) and code.is_integer()
    return _quoted(str(int(code)) if whole else str(code))  # type: ignore[call-overload]


def codes_of(held: Keys) -> dict[str, tuple[str, ...]]:
    """Return variables and codes as the instrument writes them (scores left out)."""
    return {name: tuple(unquote(c.partition("@")[0]) for c in codes) for name, codes in held}


def difference(of: Quantity, less: Quantity) -> Quantity:
    """Return the quantity of ``of`` less another."""
    return Quantity("difference", of=(of, less))


def ratio(of: Quantity, by: Quantity) -> Quantity:
    """Return the quantity of ``of`` divided by another."""
    return Quantity("ratio", of=(of, by))


def synthetic(of: Quantity, shrinkage: Quantity | None = None, method: str = "") -> Quantity:
    """Return what a model makes of a direct estimate, and of the weight that it gives to it."""
    return Quantity("synthetic", of=(of,) if shrinkage is None else (of, shrinkage), method=method)


def statistic(name: str, *of: Quantity, method: str = "", base: Codes | None = None) -> Quantity:
    """Return a statistic of other quantities: a test, a parameter, a part of a difference."""
    return Quantity(name, base=keys(base or {}), method=method, of=of)


def at(quantity: Quantity, where: Where) -> Quantity:
    """Return the same quantity at another place, those that it is made of included."""
    place = None if quantity.where is None else where
    return dataclasses.replace(quantity, where=place, of=tuple(at(q, where) for q in quantity.of))


@functools.lru_cache(maxsize=100_000)
def _quoted(text: str) -> str:
    return _RESERVED.sub(lambda m: "".join(f"%{b:02X}" for b in m.group().encode()), text)


def _written(held: Keys) -> str:
    return "&".join(f"{_quoted(name)}={','.join(codes)}" for name, codes in held)


@functools.lru_cache(maxsize=100_000)
def parse(text: str) -> Quantity:
    """Return the quantity that a canonical text stands for.

    Raises
    ------
    ResultsError
        For a text that :attr:`Quantity.text` did not write.
    """
    try:
        found, end = _read(text, 0)
    except (IndexError, ValueError):
        found, end = None, -1
    if found is None or end != len(text):
        raise ResultsError("this is no quantity", found=text, allowed="stat{numerator|base}(of;less)[population;...]")
    return found


def _read(text: str, start: int) -> tuple[Quantity, int]:
    stat, at = _atom(text, start)
    if not stat:
        raise ValueError("a quantity begins with its statistic")
    numerator: Keys = ()
    base: Keys = ()
    of: list[Quantity] = []
    told: _Told = _NOTHING_TOLD
    if text[at : at + 1] == "{":
        end = text.index("}", at)
        counted, bar, among = text[at + 1 : end].partition("|")
        numerator, base, at = _parsed(counted), _parsed(among), end + 1
        if not (bar and (numerator or base)):
            raise ValueError("braces hold what is counted among whom")
    if text[at : at + 1] == "(":
        while text[at] in "(;":
            one, at = _read(text, at + 1)
            of.append(one)
        if text[at] != ")":
            raise ValueError("what a quantity is made of ends with a bracket")
        at += 1
    if text[at : at + 1] == "[":
        end = text.index("]", at)
        told, at = _told(text[at + 1 : end]), end + 1
    population, source, weight, where, when, method = told
    found = Quantity(stat, population, source, weight, numerator, base, where, when, method, tuple(of))
    # every part was held against the way it is written
    found.__dict__["text"] = text[start:at]
    return found, at


_Told = tuple[str, str, str, Where | None, str, str]
_NOTHING_TOLD: _Told = ("", "", "", None, "", "")


@functools.lru_cache(maxsize=100_000)
def _told(text: str) -> _Told:
    """Return population, source, weight, place, time and method as they are written between brackets."""
    population, source, weight, where, when, method = text.split(";")
    time = "=".join(map(unquote, when.split("=")))
    told = (unquote(population), unquote(source), unquote(weight), _place(where), time, unquote(method))
    if Quantity("", *told[:3], where=told[3], when=time, method=told[5]).text != f"[{text}]":
        raise ValueError("this is not how a quantity is written")
    return told


def _atom(text: str, at: int) -> tuple[str, int]:
    found = _HEAD.match(text, at)
    if not found:
        return "", at
    return _named(found.group()), found.end()


@functools.lru_cache(maxsize=10_000)
def _named(text: str) -> str:
    name = unquote(text) if "%" in text else text
    if _quoted(name) != text:
        raise ValueError("this is not how a name is written")
    return name


@functools.lru_cache(maxsize=100_000)
def _parsed(text: str) -> Keys:
    if not text:
        return ()
    pairs = (pair.split("=") for pair in text.split("&"))
    held = tuple((unquote(name), tuple(codes.split(","))) for name, codes in pairs)
    if [*held] != sorted(held) or any([*codes] != sorted(codes) for _, codes in held):
        raise ValueError("variables and codes stand in order")
    if _written(held) != text:
        raise ValueError("this is not how variables and codes are written")
    return held


def _place(text: str) -> Where | None:
    if not text:
        return None
    head, _, code = text.partition("=")
    return Where(unquote(head.removesuffix("!")), unquote(code), head.endswith("!"))
