"""Two editions in one hand: what either shows is known, and a reader subtracts one from the other."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

import pandas as pd

from tests.attack.answers import read
from tests.attack.links import ACTIVITY, of_changes, of_means, of_sums
from tests.attack.masses import Found, attack, published_masses, published_weights
from tests.attack.published import Row
from tests.attack.score import EXACT_COUNT, NEAR, PEOPLE, Score, judged, scores

#: Respondents and spaces that came in since, so few that their answers may not be told.
FEW_CAME, FEW_SPACES = 11, 3
#: Measure that is an amount of nobody's: how unequal weights are, in respondents.
EFFECTIVE = "n_effective"
#: Analysis of how many answered: n, which stands beside every number that it is the base of.
ANSWERED = "response"


def union(first: Iterable[Row], last: Iterable[Row], parted: Collection[str] = ()) -> list[Row]:
    """Return the rows of ``first``, with what only ``last`` shows or holds; codes ``parted`` are other places there."""
    mine = {r.id: r for r in first}
    other = {r.id: r for r in last if _place(r) not in parted}
    joined = {i: other[i] if r.hidden and i in other and not other[i].hidden else r for i, r in mine.items()}
    return [*joined.values(), *(r for i, r in other.items() if i not in mine)]


def attacked(rows: list[Row]) -> list[Found]:
    """Return what can be found of hidden rows from the others."""
    found = [*of_changes(rows), *of_sums(rows), *of_means(rows)]
    for (population, wave, method), readings in read(rows).items():
        masses = {} if method else published_masses(rows, population, wave)
        weights = None if method else published_weights(rows, population, wave)
        found += attack(readings, masses, weights)
    return found


def on_both(first: list[Row], last: list[Row], truths: tuple[Path, Path], parted: Collection[str] = ()) -> Score:
    """Return what is found of the primary numbers that either hides, from everything that both show."""
    total = [0, 0, 0, 0]
    for one, other, truth in ((first, last, truths[0]), (last, first, truths[1])):
        rows = union(one, other, parted)
        score = scores(judged(rows, attacked(rows), truth))["primary"]
        total = [a + b for a, b in zip(total, (score.hidden, score.exact, score.near, score.few), strict=True)]
    return Score(*total)


def since(first: list[Row], last: list[Row]) -> list[str]:
    """Return the numbers that both show of which the difference tells what few people answered, or a space did."""
    before = {r.id: r for r in first if not r.hidden}
    return [r.id for r in last if not r.hidden and r.id in before and _tells(before[r.id], r)]


def _tells(old: Row, new: Row) -> bool:
    came = abs(new.n - old.n)
    if new.unit == "share" and new.inference in ("sample", "nonprobability"):
        if not 0 < came < FEW_CAME:
            return False
        width = (old.high - old.low) * old.n + (new.high - new.low) * new.n
        return bool(width < min(PEOPLE, came * (1 - 1e-9)))
    if (
        new.measure == EFFECTIVE
        or new.analysis == ANSWERED
        or new.unit not in ("count", "euro")
        or new.population not in ACTIVITY
    ):
        return False
    changed = max(abs(new.high - old.low), abs(new.low - old.high))
    width = (old.high - old.low) + (new.high - new.low)
    return bool(came < FEW_SPACES and new.estimate != old.estimate and width < max(NEAR * changed, EXACT_COUNT))


def halves(first: list[Row], last: list[Row], whole: str, parts: tuple[str, str]) -> list[Found]:
    """Return what a place printed before leaves of one of the two that it was split in, when the other is shown."""
    before = {(*_what(r), ""): r for r in first if _place(r) == whole and not r.hidden}
    now = {(*_what(r), _place(r)): r for r in last if _place(r) in parts}
    found = []
    for key, row in now.items():
        of = before.get((*key[:-1], ""))
        other = now.get((*key[:-1], parts[1 - parts.index(key[-1])]))
        if not row.hidden or of is None or other is None or other.hidden:
            continue
        if row.unit == "share" and of.n > other.n:
            low, high = (
                (e * of.n - o * other.n) / (of.n - other.n) for e, o in ((of.low, other.high), (of.high, other.low))
            )
            found.append(Found(row.id, low, high, "halves"))
        elif row.unit in ("count", "euro") and row.inference == "census":
            found.append(Found(row.id, of.low - other.high, of.high - other.low, "halves"))
    return found


def _what(row: Row) -> tuple[str, ...]:
    domain = "/".join(f"{k}={v}" for k, v in sorted(row.domain.items()))
    return (row.analysis, row.indicator, row.measure, row.method, row.population, row.when, domain)


def _place(row: Row) -> str:
    return next((code for _, code in row.place), "")


def primary_among(found: list[Found], rows: list[Row], truth: Path) -> Score:
    """Return the score of what was found otherwise."""
    return scores(judged(rows, found, truth))["primary"]


def table_of(table: pd.DataFrame, site: Path) -> Path:
    """Write the publishable table as a site does, for what a reader holds; return the site."""
    (site / "data").mkdir(parents=True)
    table.to_csv(site / "data" / "results.csv", sep=";", decimal=",", index=False)
    return site
