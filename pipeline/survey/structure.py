"""How the sample was drawn: stages, strata, sampling units and population sizes as integer arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.survey.errors import DesignError, PopulationSizeError, VariableError, listed
from pipeline.survey.frames import numbers

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Stage:
    """One stage of sampling: U units in H sampling strata, observed through n rows.

    Parameters
    ----------
    unit : (n,) sampling unit of each row.
    unit_stratum : (U,) sampling stratum of each unit; within an earlier unit at later stages, within a wave
        when the frame stacks waves.
    size, population : (H,) units sampled and units in the population (infinite without a correction).
    prior : (H,) product of the sampling fractions of the stages before this one.
    shared : (U,) label of the unit that all waves have in common.
    group : (H,) stratum before it was split by wave.
    wave : (H,) wave of the stratum, 0 without waves.
    labels : names of the strata, for messages.
    """

    unit: Ints
    unit_stratum: Ints
    size: Ints
    population: Floats
    prior: Floats
    shared: Ints
    group: Ints
    wave: Ints
    labels: tuple[str, ...]

    @property
    def fraction(self) -> Floats:
        """Sampling fraction of each stratum, 0 without a finite population correction."""
        return self.size / self.population


def factorized(frame: pd.DataFrame, column: str) -> tuple[Ints, pd.Index]:
    """Return integer codes of a column (-1 where missing) and its categories, sorted when they can be."""
    values = frame[column]
    if isinstance(values.array, pd.Categorical):
        # pandas stores small integer codes that overflow in key arithmetic
        return np.asarray(values.array.codes, dtype=np.int64), values.array.categories
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in "iu" and len(values):
        small = _small_integers(values.to_numpy())
        if small is not None:
            return small
    if pd.api.types.is_complex_dtype(values):
        raise VariableError(f"column '{column}' holds complex numbers, which have no order; give real ones or labels")
    codes, categories = pd.factorize(values, sort=False)
    categories = pd.Index(categories)
    try:
        order = np.argsort(categories.to_numpy(), kind="stable")
    except TypeError:
        return codes.astype(np.int64), categories
    rank = np.empty(len(order) + 1, dtype=np.int64)
    rank[order] = np.arange(len(order))
    rank[-1] = -1
    return rank[codes], categories[order]


def _small_integers(values: NDArray[Any]) -> tuple[Ints, pd.Index] | None:
    """Codes by table look-up, much faster than hashing, when the values span few numbers."""
    low, high = int(values.min()), int(values.max())
    if high - low > 4 * len(values) + 1024:
        return None
    # unsigned codes may lie beyond the signed range, small signed ones may leave theirs when subtracted
    offset = (values - values.min()).astype(np.int64) if values.dtype.kind == "u" else values.astype(np.int64) - low
    counts = np.bincount(offset, minlength=high - low + 1)
    found = np.flatnonzero(counts)
    categories = pd.Index(found.astype(values.dtype) + values.min())
    if len(found) == len(counts):
        return offset.copy(), categories
    return (np.cumsum(counts > 0) - 1)[offset], categories


def grouped(codes: Ints, values: Floats, groups: int) -> Floats:
    """Return sums (groups,) of values over integer codes."""
    return np.bincount(codes, weights=values, minlength=groups).astype(np.float64)


def distinct(codes: Ints) -> Ints:
    """Return the codes (from 0) that occur, in order: `np.unique` without sorting."""
    return np.flatnonzero(np.bincount(codes)).astype(np.int64)


def crossed(*codes: Ints) -> tuple[Ints, Ints]:
    """Return dense codes of the observed combinations and the first row of each combination."""
    key, span = codes[0].astype(np.int64), int(codes[0].max(initial=0)) + 1
    for code in codes[1:]:
        size = int(code.max(initial=0)) + 1
        if span * size > 8 * len(key) + 1024:
            key = _dense(key)
            span = int(key.max(initial=0)) + 1
        key, span = key * size + code, span * size
    key = _dense(key)
    first = np.full(int(key.max(initial=-1)) + 1, -1, dtype=np.int64)
    first[key[::-1]] = np.arange(len(key) - 1, -1, -1)
    return key, first


def _dense(key: Ints) -> Ints:
    span = int(key.max(initial=0)) + 1
    if span <= 8 * len(key) + 1024:
        seen = np.zeros(span, dtype=bool)
        seen[key] = True
        return (np.cumsum(seen) - 1)[key]
    return np.unique(key, return_inverse=True)[1].astype(np.int64)


def known(frame: pd.DataFrame, columns: Sequence[str], role: str) -> None:
    """Raise `VariableError` unless every column exists; `role` says what it was asked for."""
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise VariableError(f"{role}: no column {listed(missing)} in the frame; it has {listed(frame.columns, 20)}")


def complete(frame: pd.DataFrame, column: str, role: str) -> tuple[Ints, pd.Index]:
    """Return codes of a column that may not be missing."""
    codes, categories = factorized(frame, column)
    if (codes < 0).any():
        raise DesignError(f"{role} '{column}' is missing in {int((codes < 0).sum())} rows; every row needs one")
    return codes, categories


def read_stages(
    frame: pd.DataFrame,
    strata: Sequence[str | None],
    clusters: Sequence[str],
    population_sizes: Sequence[str | None],
    nested: bool,
    waves: str | None,
    shared_units: bool = True,
) -> tuple[Stage, ...]:
    """Return the stages of a design, first stage first.

    Parameters
    ----------
    frame : n rows, one an observation.
    strata : one column a stage, or None where the stage is not stratified.
    clusters : one column a stage; empty when rows were drawn directly.
    population_sizes : one column a stage (units in the stratum, or sampling fractions when all values of
        the column are at most 1); None where the stage was drawn with replacement.
    nested : labels of first-stage units may repeat between strata and are then different units.
    waves : column that says which of several samples of the same list a row belongs to.
    shared_units : a label that comes again in another wave is the same unit; False: another one, drawn apart.

    Raises
    ------
    DesignError, PopulationSizeError, VariableError
    """
    _check_declaration(frame, strata, clusters, population_sizes, waves)
    rows = np.arange(len(frame), dtype=np.int64)
    zeros = np.zeros(len(frame), dtype=np.int64)
    wave = complete(frame, waves, "wave")[0] if waves else zeros
    stages: list[Stage] = []
    parent, prior, shared_parent = wave, np.ones(int(wave.max(initial=0)) + 1), zeros if shared_units else wave
    for number in range(max(len(clusters), 1)):
        by = strata[number] if number < len(strata) else None
        stratum = complete(frame, by, "stratum")[0] if by else zeros
        label = complete(frame, clusters[number], "cluster")[0] if clusters else rows
        if number == 0 and clusters and by and not nested:
            _check_nesting(frame, by, clusters[0], stratum, label)
        split, first = crossed(stratum, parent)
        unit, unit_first = crossed(split, label)
        group, _ = crossed(stratum, shared_parent)
        shared, _ = crossed(group, label)
        size = np.bincount(split[unit_first], minlength=len(first))
        column = population_sizes[number] if number < len(population_sizes) else None
        names = _names(frame, first, [c for c in (by, waves) if c] + list(clusters[:number]))
        population = _population(frame, column, split, size, names)
        stage = Stage(
            unit, split[unit_first], size, population, prior[parent[first]], shared[unit_first],
            group[first], wave[first], names,
        )  # fmt: skip
        stages.append(stage)
        prior = (stage.prior * stage.fraction)[stage.unit_stratum]
        parent, shared_parent = unit, unit
    return tuple(stages)


def _check_declaration(
    frame: pd.DataFrame,
    strata: Sequence[str | None],
    clusters: Sequence[str],
    population_sizes: Sequence[str | None],
    waves: str | None,
) -> None:
    if len(frame) == 0:
        raise DesignError("the frame has no rows")
    known(frame, [c for c in strata if c], "strata")
    known(frame, list(clusters), "clusters")
    known(frame, [c for c in population_sizes if c], "population_sizes")
    known(frame, [waves] if waves else [], "waves")
    if len(set(clusters)) < len(clusters):
        raise DesignError(f"clusters {listed(clusters)}: one column stands for two stages; name each stage's own")
    stages = max(len(clusters), 1)
    if len(strata) > stages:
        raise DesignError(f"{len(strata)} strata columns for {stages} stages of sampling")
    if len(population_sizes) > stages:
        raise DesignError(f"{len(population_sizes)} population_sizes for {stages} stages of sampling")
    if 0 < len(population_sizes) < stages:
        raise PopulationSizeError(
            f"population_sizes covers {len(population_sizes)} of {stages} stages (clusters "
            f"{listed(clusters)}): a correction at the first stage alone understates the variance; give one "
            "column a stage (None for a stage drawn with replacement), or none at all"
        )


def _check_nesting(frame: pd.DataFrame, by: str, cluster: str, stratum: Ints, label: Ints) -> None:
    pairs = pd.DataFrame({"cluster": label, "stratum": stratum}).drop_duplicates()
    repeated = pairs.loc[pairs["cluster"].duplicated(), "cluster"].unique()
    if len(repeated):
        _, clusters = factorized(frame, cluster)
        raise DesignError(
            f"clusters are not nested in strata: {cluster} {listed(clusters[repeated])} occur in several "
            f"values of '{by}'; use nested=True when labels start again in every stratum"
        )


def _names(frame: pd.DataFrame, first: Ints, columns: Sequence[str]) -> tuple[str, ...]:
    if not columns:
        return ("(the whole sample)",) * len(first)
    table = frame[list(columns)].iloc[first]
    return tuple(
        ", ".join(f"{c}={v}" for c, v in zip(columns, row, strict=True))
        for row in table.itertuples(index=False, name=None)
    )


def _population(frame: pd.DataFrame, column: str | None, stratum: Ints, size: Ints, names: tuple[str, ...]) -> Floats:
    """Population size of each stratum, checked to be one number a stratum and at least the sample."""
    if column is None:
        return np.full(len(size), np.inf)
    values = numbers(frame[column], column, "population size")
    if np.isnan(values).any() or (values <= 0).any():
        raise PopulationSizeError(
            f"population size '{column}' is missing, not a number or not positive in "
            f"{int((np.isnan(values) | (values <= 0)).sum())} rows"
        )
    low, high = np.full(len(size), np.inf), np.zeros(len(size))
    np.minimum.at(low, stratum, values)
    np.maximum.at(high, stratum, values)
    varying = np.flatnonzero(low != high)
    if len(varying):
        h = varying[0]
        raise PopulationSizeError(
            f"population size '{column}' varies within stratum {names[h]}: from {low[h]:g} to {high[h]:g}; "
            "when the frame stacks samples drawn apart, name the column that tells them apart with waves="
        )
    population = size / high if (values <= 1).all() and (values < 1).any() else high
    short = np.flatnonzero(population < size - 1e-9)
    if len(short):
        h = short[0]
        raise PopulationSizeError(
            f"stratum {names[h]}: {size[h]} units in the sample but '{column}' says {population[h]:g} in the population"
        )
    return population
