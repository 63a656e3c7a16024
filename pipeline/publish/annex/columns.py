"""The columns of the published results: name and type, said once for every format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline import results
from pipeline.results.time import years
from pipeline.wording import labels as words
from pipeline.wording import numbers
from pipeline.wording.labels import Labels

#: Returns a text of ``_data.yaml`` by its key.
Word = Callable[[str], str]

#: Decimals kept: enough for any use, and the same bytes on every machine.
DECIMALS = 6


@dataclass(frozen=True)
class Column:
    """One published column; ``type`` is that of Frictionless table schemas. Its words stand in ``_data.yaml``."""

    name: str
    type: str
    allowed: tuple[str, ...] = ()

    def field(self, word: Word) -> dict[str, Any]:
        """Return the column as a field of a Frictionless schema."""
        out: dict[str, Any] = {
            "name": self.name,
            "type": self.type,
            "title": word(f"columns.{self.name}.title"),
            "description": word(f"columns.{self.name}.description"),
        }
        if self.type == "number":
            out |= {"decimalChar": ","}
        if self.allowed:
            out["constraints"] = {"enum": list(self.allowed)}
        if self.name == "result_id":
            out["constraints"] = {"required": True, "unique": True}
        return out


_TEXT = (
    *("result_id", "label", "question", "analysis", "indicator", "measure", "method", "population", "inference"),
    *("wave", "period", "territory_level", "territory", "territory_label", "boundaries", "domain", "unit"),
)
_NUMBERS = (
    *("order", "estimate", "step", "se", "lower", "upper", "level", "df", "n", "n_effective", "deff", "p_value"),
    *("p_adjusted", "coverage"),
)
_LAST = ("base", "source", "quality", "reason")
_ALLOWED = {
    "population": results.POPULATIONS,
    "inference": results.INFERENCES,
    "unit": results.UNITS,
    "quality": results.QUALITIES,
}

COLUMNS: tuple[Column, ...] = (
    *(Column(name, "string", _ALLOWED.get(name, ())) for name in _TEXT),
    *(Column(name, "number") for name in _NUMBERS),
    Column("confirmatory", "boolean"),
    *(Column(name, "string", _ALLOWED.get(name, ())) for name in _LAST),
)


def published_table(table: pd.DataFrame, labels: Labels, lang: str) -> pd.DataFrame:
    """Return the publishable results with their labels, one row a result, listed as the table is.

    Parameters
    ----------
    table : results that protect has passed; suppressed rows have blank estimates and stay as rows.
    labels, lang : the words of the labels.
    """
    out = results.listed(table)
    hidden = out["quality"] == "suppress"
    out = results.blank(out, hidden)
    places = out["territory_level"] + "=" + out["territory"]
    named = {key: place_of(key, labels, lang) for key in places.unique()}
    out["territory_label"] = places.map(named)
    # numbers of many places have one label
    naming = list(zip(*(out[name].tolist() for name in _NAMING), strict=True))
    told = {each: result_label(dict(zip(_NAMING, each, strict=True)), labels, lang) for each in set(naming)}
    out["label"] = [told[each] for each in naming]
    columns = [c.name for c in COLUMNS]
    digits = {c.name: DECIMALS for c in COLUMNS if c.type == "number"}
    out = out.reindex(columns=columns)
    # what is written with so many decimals stands on no finer step
    return out.assign(step=out["step"].clip(lower=10.0**-DECIMALS)).round(digits)


def place_of(key: str, labels: Labels, lang: str) -> str:
    """Return the name of a place by its key, ``pays=03``."""
    return words.find(f"{key}:name", labels, lang) or words.find(key, labels, lang) or key.partition("=")[2]


#: What the label of a result is made of.
_NAMING = ("analysis", "indicator", "measure", "wave", "period", "domain")


def result_label(row: Mapping[Any, Any], labels: Labels, lang: str) -> str:
    """Return what a number is of: indicator, time, group."""
    indicator, pairs = row["indicator"], [*filter(None, row["domain"].split("/"))]
    head = f"{row['analysis']}.{indicator}"
    # a column of a register has no name beside those of its codes
    own = [p for p in pairs if p.startswith(f"{indicator}=")]
    keys = (f"{head}.{row['measure']}", head, f"by={indicator}", *own)
    key, name = next(((k, text) for k in keys if (text := words.find(k, labels, lang))), ("", indicator))
    parts = [name, numbers.period(row["wave"] or row["period"], lang) if _dated(row) else ""]
    parts += [words.find(pair, labels, lang) or pair for pair in pairs if pair != key]
    return ", ".join(p for p in parts if p)


def _dated(row: Mapping[Any, Any]) -> bool:
    return bool(row["wave"]) or bool(years(row["period"]))
