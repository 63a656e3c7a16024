"""Returns that are copied, multiplied, empty, exchanged or a year apart are found; those that were counted are not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from pipeline.ingest.checks import returns
from pipeline.ingest.checks.returns import Returns

SPACES, MONTHS, AGES, KINDS = 24, 48, 4, 3
#: The month and the year that are spoiled.
AT, YEAR = 26, slice(24, 36)


def counted(seed: int = 3) -> Returns:
    """Return four years of returns of spaces, each with a level and a profile of its own, counted as they came."""
    rng = np.random.default_rng(seed)
    level = rng.uniform(80, 600, SPACES)
    profile = rng.dirichlet(np.full(AGES * KINDS, 2.0), SPACES)
    season = 1 + 0.2 * np.sin(np.arange(MONTHS) * np.pi / 6)
    cells = rng.poisson(level[:, None, None] * season[None, :, None] * profile[:, None, :]).astype(float)
    months = [f"{2003 + t // 12}-{t % 12 + 1:02d}" for t in range(MONTHS)]
    bands = np.repeat(np.arange(AGES), KINDS)
    return Returns([f"E{i:02d}" for i in range(SPACES)], months, cells, bands, ["0-14", "15-24", "25-59", "60+"])


def spoilt(change: Callable[[np.ndarray], None]) -> Returns:
    at = counted()
    change(at.cells)
    return at


def times(k: int, when: int | slice) -> Callable[[np.ndarray], None]:
    def change(cells: np.ndarray) -> None:
        cells[5, when] *= k

    return change


def copy(when: int | slice, of: int | slice) -> Callable[[np.ndarray], None]:
    def change(cells: np.ndarray) -> None:
        cells[5, when] = cells[5, of]

    return change


def swap_ages(when: int | slice) -> Callable[[np.ndarray], None]:
    def change(cells: np.ndarray) -> None:
        ages = cells[5, :, :].sum(axis=0).reshape(AGES, KINDS).sum(axis=1)
        low, high = int(ages.argmin()) * KINDS, int(ages.argmax()) * KINDS
        held = cells[5, when, low : low + KINDS].copy()
        cells[5, when, low : low + KINDS] = cells[5, when, high : high + KINDS]
        cells[5, when, high : high + KINDS] = held

    return change


def exchange(when: int | slice) -> Callable[[np.ndarray], None]:
    def change(cells: np.ndarray) -> None:
        order = cells.sum(axis=(1, 2)).argsort()
        other = int(order[0] if order[0] != 5 else order[1])
        held = cells[5, when].copy()
        cells[5, when], cells[other, when] = cells[other, when], held

    return change


def nothing(cells: np.ndarray) -> None:
    cells[5, AT] = 0


CASES = {
    "a month doubled": (returns.multiples, times(2, AT), AT),
    "a month tripled": (returns.multiples, times(3, AT), AT),
    "a year doubled": (returns.years_apart, times(2, YEAR), YEAR.start),
    "a month copied": (returns.copies, copy(AT, AT - 1), AT),
    "a year copied": (returns.copies, copy(YEAR, slice(12, 24)), YEAR.start),
    "an empty month": (returns.empty, nothing, AT),
    "ages swapped for a month": (returns.swapped_ages, swap_ages(AT), AT),
    "ages swapped for a year": (returns.swapped_ages, swap_ages(YEAR), YEAR.start),
    "spaces exchanged for a month": (returns.exchanges, exchange(AT), AT),
    "spaces exchanged for a year": (returns.exchanges, exchange(YEAR), YEAR.start),
}


@pytest.mark.parametrize("name", CASES)
def test_a_return_that_was_not_counted_so_is_found_at_its_space_and_month(name: str) -> None:
    find, change, month = CASES[name]
    found = list(find(spoilt(change)))
    assert (5, month) in {(s, t) for s, t, _ in found}
    assert len({s for s, _, _ in found}) <= 2


@pytest.mark.parametrize("find", list(dict.fromkeys(find for find, _, _ in CASES.values())), ids=lambda f: f.__name__)
@pytest.mark.parametrize("seed", [3, 4, 5])
def test_returns_as_they_were_counted_are_not_doubted(find: Callable[[Returns], object], seed: int) -> None:
    assert list(find(counted(seed))) == []  # type: ignore[call-overload]


def test_a_space_that_closes_every_summer_is_not_asked_about_it() -> None:
    at = counted()
    at.cells[5, 7::12] = 0
    assert list(returns.empty(at)) == []


def test_counts_without_ages_tell_no_copy_by_chance() -> None:
    at = counted()
    alone = Returns(at.spaces, at.months, at.cells.sum(axis=2, keepdims=True), np.zeros(1, dtype=int), [])
    alone.cells[5, AT] = alone.cells[5, AT - 1]
    assert list(returns.copies(alone)) == []
