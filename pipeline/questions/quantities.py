"""What rows count that no estimate of a survey's answers writes: counts, and the statistics of models.

A count says its own variables. A statistic of a model is named by its question: the recipe of the entry stands beside
it, so that the same entry asked twice prints the same quantity, and one with other settings another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.questions.entry import Entry
from pipeline.results import Result
from pipeline.results.quantity import NOTHING, VALUE, Codes, Quantity, Where, keys


def time_of(row: Result) -> str:
    """Return the time of a row as a quantity says it."""
    return f"wave={row.wave}" if row.wave is not None else f"period={row.period}"


def counted(row: Result, stat: str, what: Codes, among: Codes | None = None, method: str = "") -> Quantity:
    """Return what a number without weights counts, at the place and time of its row.

    Parameters
    ----------
    stat : total, mean, share, ...   what : variables counted or summed.   among : of those with these codes.
    """
    place = Where(row.territory_level, row.territory)
    return Quantity(
        stat, row.population, row.source, "", keys(what), keys(among or {}), place, time_of(row), method or ""
    )


def inhabitants(row: Result, among: Codes | None = None, year: object = None) -> Quantity:
    """Return the number of inhabitants at the place and time of a row, or in another year."""
    place = Where(row.territory_level, row.territory)
    when = time_of(row) if year is None else f"period={year}"
    return Quantity("total", "inhabitants", "population", "", (), keys(among or {}), place, when)


def modelled(entry: Entry, row: Result, *of: Quantity) -> Result:
    """Return a row with the quantity of a statistic that its question names, drawn from the quantities ``of``."""
    cell = {str(name): [code] for name, code in (row.domain or {}).items()}
    what = Quantity(
        row.measure,
        row.population,
        row.source,
        "",
        keys({row.indicator: VALUE}),
        keys(cell),
        Where(row.territory_level, row.territory),
        time_of(row),
        "+".join(p for p in (row.method, entry.recipe) if p),
        of,
    )
    return replace(row, quantity=what)


def each_modelled(entry: Entry, rows: Iterable[Result]) -> Iterator[Result]:
    """Yield rows, those that say no quantity yet as statistics of the question."""
    for row in rows:
        yield row if row.quantity is not None else modelled(entry, row)


def diagnostic(row: Result) -> Result:
    """Return a row about the material or a method: it discloses nothing of those who answered."""
    return replace(row, quantity=NOTHING)
