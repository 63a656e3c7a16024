"""The variables of a research file: which questions go in, under which codes and labels, and the columns of the design.

Names, dates, texts, keys and places never go in; the sampling units do, under numbers drawn anew for each file.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from pipeline.errors import PublishError
from pipeline.evaluation import Evaluation, Source
from pipeline.instrument import ORIGINAL, Instrument, Question, Role
from pipeline.publish.annex.label_texts import LabelTexts

#: Why an answer is missing -> its code, the same in every variable, declared missing in SPSS.
MISSING = {"no_answer": -1, "refused": -2, "dont_know": -3, "not_applicable": -4, "routed": -5, "not_asked": -6}
SUPPRESSED = -7
_TYPES = ("single", "likert", "multiple", "number", "count")
_NEVER: tuple[Role, ...] = (
    "identifier",
    "respondent",
    "open_text",
    "birth_date",
    "site",
    "site_name",
    "commune_name",
    "aliases",
    "commune",
    "stratum",
    "date",
    "month",
    "inclusion",
    "population_size",
    "facilitator",
    "weight",
)
QUASI: tuple[Role, ...] = ("quasi_identifier", "age", "age_band", "sex", "occupation", "commune")


@dataclass(frozen=True)
class Variable:
    """One column of the file: its name, its label, its codes with labels, and what kind of measure it is."""

    name: str
    label: str
    codes: Mapping[int, str] = field(default_factory=dict)
    measure: str = "nominal"


@dataclass(frozen=True)
class Research:
    """A file in the making: numbers only, one row a record, and its variables in order."""

    table: pd.DataFrame
    variables: tuple[Variable, ...]

    def variable(self, name: str) -> Variable:
        """Return a variable by name."""
        return next(v for v in self.variables if v.name == name)


def asked(instrument: Instrument, dropped: Sequence[str]) -> list[Question]:
    """Return the questions that may go into a research file, those dropped aside."""
    return [q for q in instrument.questions if q.type in _TYPES and q.role not in _NEVER and q.name not in dropped]


def missing_labels(texts: LabelTexts) -> dict[int, str]:
    """Return code -> why an answer is missing, in words."""
    codes = {**MISSING, "suppressed": SUPPRESSED}
    return {code: texts.first(f"missing.{why}") for why, code in codes.items()}


def answers(frame: pd.DataFrame, instrument: Instrument, dropped: Sequence[str], texts: LabelTexts) -> Research:
    """Return the answers as numbers with labels; a missing answer holds the code of why it is missing."""
    columns: dict[str, pd.Series] = {}
    variables: list[Variable] = []
    for q in asked(instrument, dropped):
        status = frame[f"{q.name}__status"].astype("str").map(MISSING)
        for name, label in _parts(q):
            if name not in frame:
                continue
            codes = _codes(q, texts)
            values = _numbers(frame[name], q)
            if (values < 0).any():
                raise PublishError(
                    f"question '{q.name}' has negative answers, which a research file keeps for what is missing",
                    action="leave it out: `research_file: {drop: [" + q.name + "]}`",
                )
            columns[name] = values.astype("Float64").fillna(status.astype("Float64")).fillna(MISSING["no_answer"])
            measure = "scale" if q.type in ("number", "count") else "ordinal" if q.type == "likert" else "nominal"
            variables.append(Variable(name, label, codes, measure))
    return Research(pd.DataFrame(columns, index=frame.index), tuple(variables))


def _parts(q: Question) -> list[tuple[str, str]]:
    if q.type != "multiple":
        return [(q.name, q.title(ORIGINAL))]
    return [(f"{q.name}_{i.name}", f"{q.title(ORIGINAL)} : {i.label.fr}") for i in q.items]


def _codes(q: Question, texts: LabelTexts) -> dict[int, str]:
    if q.type == "multiple":
        return {0: texts.first("boxes.0"), 1: texts.first("boxes.1")}
    return {number: q.codes[code].fr for number, code in _numbered(q).items()}


def _numbered(q: Question) -> dict[int, Any]:
    """Return number -> code: codes that are numbers of zero or more stay, others are counted from 1."""
    if all(isinstance(c, int) and c >= 0 for c in q.codes):
        return {int(c): c for c in q.codes}
    return dict(enumerate(q.codes, 1))


def _numbers(values: pd.Series, q: Question) -> pd.Series:
    if q.codes and q.type != "multiple":
        back = {str(code): number for number, code in _numbered(q).items()}
        # A column of whole numbers with gaps may have come back as decimals.
        whole = pd.api.types.is_numeric_dtype(values)
        found = (values.astype("Int64") if whole else values).astype("object").map(lambda v: back.get(str(v)))
        lost = values[found.isna() & values.notna()]
        if len(lost):
            raise PublishError(
                f"question '{q.name}' holds {len(lost)} answers that its instrument does not name",
                action="correct the codes in the instrument and run every stage again",
            )
        return pd.to_numeric(found)
    return pd.to_numeric(values.astype("Float64"))


def design(
    evaluation: Evaluation, source: Source, frame: pd.DataFrame, dropped: Sequence[str], texts: LabelTexts
) -> Research:
    """Return wave, strata, sampling units under new numbers, population sizes and weights."""
    place = evaluation.stage("weight") / source.name / "design.json"
    plan: dict[str, Any] = json.loads(place.read_text(encoding="utf-8")) if place.is_file() else {}
    columns: dict[str, pd.Series] = {}
    variables: list[Variable] = []

    def add(name: str, key: str, values: pd.Series, codes: Mapping[int, str] | None = None, **said: str) -> None:
        label = texts.first(f"design.{key}", **said)
        measure = "nominal" if codes is not None or name in ("psu", "ssu") else "scale"
        columns[name] = values.astype("Float64")
        variables.append(Variable(name, label, codes or {}, measure))

    waves = [w.name for w in evaluation.settings.waves if w.name in set(frame["wave"].dropna())]
    add("wave", "wave", frame["wave"].map({w: i for i, w in enumerate(waves, 1)}), dict(enumerate(waves, 1)))
    strata = plan.get("strata")
    if strata and "stratum" not in dropped:
        names = sorted(frame[strata].dropna().astype("str").unique())
        numbered = {s: i for i, s in enumerate(names, 1)}
        add(
            "stratum",
            "stratum",
            frame[strata].astype("str").map(numbered),
            {i: s for s, i in numbered.items()},
        )
    clusters = plan.get("clusters") or []
    units = [pd.Series("", index=frame.index)]
    for name, column in zip(("psu", "ssu"), clusters, strict=False):
        units.append(units[-1] + "|" + frame[column].astype("str"))
        add(name, name, _drawn(evaluation, units[-1]))
    # A size known for each stratum would tell the stratum.
    for i, column in enumerate(plan.get("population_sizes") or [], 1):
        if "stratum" not in dropped or i > 1:
            add(f"fpc{i}", "size", frame[column], stage=str(i))
    for unit in ("visit", "person"):
        if f"_weight_{unit}" in frame:
            add(f"weight_{unit}", f"weight_{unit}", frame[f"_weight_{unit}"])
    return Research(pd.DataFrame(columns, index=frame.index), tuple(variables))


def _drawn(evaluation: Evaluation, units: pd.Series) -> pd.Series:
    """Return a number a unit in an order drawn at random; of synthetic data, always the same."""
    salt = b"synthetic" if evaluation.settings.synthetic else secrets.token_bytes(16)
    ordered = sorted(units.unique(), key=lambda u: hashlib.sha256(salt + str(u).encode()).digest())
    return units.map({u: i for i, u in enumerate(ordered, 1)})


def quasi_identifiers(instrument: Instrument, variables: Sequence[Variable], more: Sequence[str]) -> list[str]:
    """Return the variables that others may know of a person: by role, the wave and the stratum, and those declared."""
    by_role = [q.name for q in instrument.all_by_role(*QUASI)]
    present = [v.name for v in variables]
    return [n for n in dict.fromkeys(["wave", "stratum", *by_role, *more]) if n in present]


def banded(values: pd.Series, limits: Sequence[float], texts: LabelTexts) -> tuple[pd.Series, dict[int, str]]:
    """Return the number of each value's band and the bands' labels; codes of missing answers stay.

    ``limits`` are lower limits in rising order; what lies under the first is a band of its own where anybody is there.
    """
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    real = numbers >= 0
    bands = np.searchsorted(np.asarray(limits, dtype=np.float64), numbers, side="right")
    first = 0 if (bands[real] == 0).any() else 1
    labels = {i: _band(limits, i, texts) for i in range(first, len(limits) + 1)}
    return pd.Series(np.where(real, bands, numbers), index=values.index, dtype="Float64"), labels


def _band(limits: Sequence[float], i: int, texts: LabelTexts) -> str:
    if i == 0:
        return texts.first("bands.first", high=f"{limits[0]:g}")
    low = f"{limits[i - 1]:g}"
    if i == len(limits):
        return texts.first("bands.last", low=low)
    return texts.first("bands.between", low=low, high=f"{limits[i]:g}")
