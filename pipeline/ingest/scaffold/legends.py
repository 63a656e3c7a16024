"""Codes that a header explains itself, as people type them: « Sexe (1=H 2=F) », « Aidé (1 oui, 2 non) »."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from pipeline.ingest.readers.describe import Column
from pipeline.ingest.scaffold.no_answer import reason_of
from pipeline.ingest.values import distinct, text_of

_PAIR = r"\s*(\d{1,2})\s*[=:]?\s*([^\W\d_][^\d;,/|=()]*?)\s*(?:[;,/|]|(?=\s\d)|$)"
_LEGEND = re.compile(r"\(([^()]*)\)\s*$")


def with_legend(column: Column) -> Column:
    """Return a column whose values its header explains with these labels; as it is where it explains none."""
    if column.values:
        return column
    labels = _labels(column.label or column.name)
    met = [t for t in map(text_of, distinct(column.examples).values) if t and reason_of(t) is None]
    if len(labels) < 2 or not met or not all(re.fullmatch(r"\d{1,2}", t) for t in met):
        return column
    low, high = min(labels), max(labels)
    if not all(low <= int(t) <= high for t in met):
        return column
    return replace(column, values=dict(labels.items()))


def _labels(header: str) -> Mapping[int, str]:
    found = _LEGEND.search(" ".join(header.split()))
    if found is None or not re.fullmatch(rf"(?:{_PAIR})+", found[1]):
        return {}
    pairs = [(int(code), label.strip()) for code, label in re.findall(_PAIR, found[1])]
    return dict(pairs) if len({code for code, _ in pairs}) == len(pairs) else {}
