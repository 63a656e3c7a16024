"""What a reader holds: the rows of a published results table, each with the interval that its printed digits leave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

NUMBERS = ("estimate", "se", "lower", "upper", "df", "n", "n_effective", "deff", "p_value")
#: Step of a share by its standard error in points, as the methods report tells it: (at least, step).
SHARE_STEPS = ((2.0, 0.01), (1.0, 0.005), (0.4, 0.002), (0.2, 0.001), (0.0, 0.0005))
MEAN_STEPS = ((0.10, 0.05), (0.04, 0.02), (0.02, 0.01), (0.0, 0.005))
#: More decimals than this in any share say that shares were printed as they were computed.
FINE = 4

#: Below a site: the earlier printings that it keeps, whole.
KEPT = "editions"

Place = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Row:
    """One published row; ``low`` and ``high`` bound the estimate, NaN where it is hidden."""

    id: str
    analysis: str
    indicator: str
    measure: str
    method: str
    population: str
    inference: str
    when: str
    domain: dict[str, str]
    place: Place
    unit: str
    estimate: float
    low: float
    high: float
    n: float
    hidden: bool
    reason: str
    printed: dict[str, tuple[float, float]] = field(repr=False, default_factory=dict)
    limits: tuple[float, float] = (np.nan, np.nan)

    @property
    def conditions(self) -> Place:
        """Return domain and territory together: among whom the number was taken."""
        return self.place | frozenset(self.domain.items())


def files_of(site: Path, kind: str) -> Iterator[Path]:
    """Yield the files of a site with an ending; those of printings that it keeps are of other data under equal names.

    What they print is known too, and attacked with both in one hand (:mod:`tests.attack.editions`).
    """
    for path in sorted(site.rglob(f"*.{kind}")):
        if path.relative_to(site).parts[0] != KEPT:
            yield path


def read_rows(site: Path) -> list[Row]:
    """Return the rows of ``data/results.csv`` of a site (French or English marks of decimals)."""
    path = site / "data" / "results.csv"
    with path.open(encoding="utf-8-sig") as file:
        separator = ";" if ";" in file.readline() else ","
    table = pd.read_csv(path, sep=separator, dtype=str, keep_default_na=False)
    texts = {c: table[c].str.replace(",", ".") for c in NUMBERS if c in table}
    numbers = {c: pd.to_numeric(t.replace("", None)).to_numpy(np.float64) for c, t in texts.items()}
    half = half_steps(table, texts["estimate"], numbers)
    around = {c: _around(texts[c], numbers[c]) for c in ("se", "deff") if c in texts}
    around["df"] = numbers["df"][:, None] + np.array([[-0.5, 0.5]])
    return [_row(record, i, numbers, half[i], around) for i, record in enumerate(table.to_dict("records"))]


def _around(texts: pd.Series, values: np.ndarray) -> np.ndarray:
    """Return the interval (rows, 2) that the digits of a printed standard error or design effect leave."""
    digits = texts.str.replace(".", "").str.lstrip("0").str.len()
    decimals = texts.str.partition(".")[2].str.len().max()
    with np.errstate(divide="ignore"):
        two = 0.5 * 10.0 ** (np.floor(np.log10(np.abs(values))) - 1)
    half = np.full(len(values), 0.5 * 10.0 ** -max(int(decimals), 1)) if digits.max() > FINE else two
    return np.column_stack([values - half, values + half])


def half_steps(table: pd.DataFrame, texts: pd.Series, numbers: dict[str, np.ndarray]) -> np.ndarray:
    """Return half the step of every printed estimate: as told, as its digits show, or as its standard error says."""
    if "step" in table:
        told = pd.to_numeric(table["step"].str.replace(",", ".").replace("", None)).to_numpy(np.float64)
        return np.nan_to_num(told / 2, nan=0.0) + 1e-12
    decimals = texts.str.partition(".")[2].str.len()
    share = (table["unit"] == "share").to_numpy()
    if not share.any() or decimals[share].max() > FINE:
        deepest = decimals.groupby([table["unit"], table["measure"]]).transform("max").to_numpy(np.float64)
        return 0.5 * 10.0 ** -np.maximum(deepest, 1) + 1e-12
    se = numbers["se"]
    half = 0.5 * 10.0 ** -decimals.to_numpy(np.float64)
    for unit, scale, steps in (("share", 100.0, SHARE_STEPS), ("mean", 1.0, MEAN_STEPS)):
        for at_least, step in reversed(steps):
            hit = (table["unit"] == unit).to_numpy() & (se * scale >= at_least)
            half[hit] = step / 2
    return half + 1e-12


def _row(
    record: dict[str, str], i: int, numbers: dict[str, np.ndarray], half: float, around: dict[str, np.ndarray]
) -> Row:
    domain = dict(p.split("=", 1) for p in record["domain"].split("/")) if record["domain"] else {}
    level = record["territory_level"]
    code = record["result_id"].rpartition(f"/{level}=")[2].partition("/")[0]
    whole = level in ("region", "whole")
    estimate = float(numbers["estimate"][i])
    return Row(
        id=record["result_id"],
        analysis=record["analysis"],
        indicator=record["indicator"],
        measure=record["measure"],
        method=record["method"],
        population=record["population"],
        inference=record["inference"],
        when=record["wave"] or record["period"],
        domain=domain,
        place=frozenset() if whole else frozenset({(f"@{level}", code)}),
        unit=record["unit"],
        estimate=estimate,
        low=estimate - half,
        high=estimate + half,
        n=float(numbers["n"][i]),
        hidden=record["quality"] == "suppress" and np.isnan(estimate),
        reason=record["reason"],
        printed={c: (float(v[i, 0]), float(v[i, 1])) for c, v in around.items()},
        limits=(float(numbers["lower"][i]), float(numbers["upper"][i])),
    )
