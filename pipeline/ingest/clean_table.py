"""One table a source: the recoded waves on top of each other, with file, line and status of every answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.ingest.readers.received import Received
from pipeline.ingest.recode import NO_ANSWER, STATUSES, Recoded, clean_dtype, free_text, received_columns
from pipeline.ingest.values import stack, text_of
from pipeline.instrument import Instrument
from pipeline.instrument.composite_question import CompositeQuestion


@dataclass(frozen=True)
class Part:
    """The records of one wave in one file: as received, and recoded."""

    wave: str | None
    received: Received
    recoded: dict[str, Recoded]


@dataclass(frozen=True)
class Assembled:
    """A source: clean columns, and beside them what the expectations look at (same rows, plain index)."""

    clean: pd.DataFrame
    seen: pd.DataFrame
    parts: list[Part]


def assemble(instrument: Instrument, parts: Sequence[Part]) -> Assembled:
    """Return the clean table of a source and the columns that its expectations look at.

    The clean table holds ``_file``, ``_line``, ``wave``, every clean column and a ``<question>__status`` a question.
    ``seen`` holds ``<question>`` as `Recoded.seen`, and where they exist ``<question>__unreadable``, ``__past``
    (answered though routed past) and ``__unanswered`` (required and blank).

    What a part was recoded to goes from it as it is assembled, so that nothing is held twice.
    """
    clean: dict[str, pd.Series] = _places(parts)
    seen: dict[str, pd.Series] = {}
    for q in instrument.questions:
        answers = [p.recoded.pop(q.name) for p in parts]
        if not free_text(q):
            for column in q.clean_columns():
                clean[column] = _stacked([a.clean[column] for a in answers], clean_dtype(q))
        status = np.concatenate([a.status for a in answers])
        clean[f"{q.name}__status"] = pd.Series(pd.Categorical.from_codes(status, list(STATUSES)))  # type: ignore[call-overload]
        for suffix, columns in (
            ("", [a.seen for a in answers]),
            ("__unreadable", [a.unreadable for a in answers]),
            ("__past", [a.past for a in answers]),
        ):
            if any(c is not None for c in columns):
                seen[f"{q.name}{suffix}"] = _stacked_or_blank(columns, [len(a.status) for a in answers])
        if q.required:
            blank = status == NO_ANSWER
            for suffix in ("", "__unreadable"):
                if f"{q.name}{suffix}" in seen:
                    blank = blank & seen[f"{q.name}{suffix}"].isna().to_numpy()
            seen[f"{q.name}__unanswered"] = _marked(blank, "(blank)")
    index = pd.RangeIndex(len(clean["_line"]))
    return Assembled(pd.DataFrame(clean, copy=False), pd.DataFrame(seen, index=index, copy=False), list(parts))


def text_where(rows: np.ndarray, text: str | np.ndarray) -> pd.Series:
    """Return ``text`` (one, or that of each row) in ``rows``, a mask; as categories: few rows have any."""
    found = [text] if isinstance(text, str) else [str(each) for each in text[rows].tolist()]
    codes, texts = pd.factorize(np.array(found, dtype=object))
    held = np.full(len(rows), -1)
    held[rows] = codes
    return pd.Series(pd.Categorical.from_codes(held, pd.Index(texts, dtype="str")))  # type: ignore[call-overload]


def accepted_rows(clean: pd.DataFrame, kept: np.ndarray) -> pd.DataFrame:
    """Return the rows that are ``kept`` (boolean mask); columns go from ``clean`` one by one, so that none is twice."""
    if kept.all():
        return clean
    # by the mask: taken one by one, texts of half a million records take three times as long
    return pd.DataFrame({c: clean.pop(c).array[kept] for c in list(clean.columns)}, copy=False)


def _by_value(column: pd.Series) -> bool:
    return isinstance(column.dtype, pd.CategoricalDtype)


def _marked(rows: np.ndarray, text: str) -> pd.Series:
    """Return one ``text`` in ``rows`` (boolean mask), missing elsewhere, as a category."""
    categories = pd.Index([text], dtype="str")
    return pd.Series(pd.Categorical.from_codes(rows.astype(np.int8) - 1, categories=categories))  # type: ignore[call-overload]


def _places(parts: Sequence[Part]) -> dict[str, pd.Series]:
    part = np.repeat(np.arange(len(parts)), [len(p.received.lines) for p in parts])
    lines = np.concatenate([p.received.lines for p in parts]).astype(np.int64)
    return {
        "_file": pd.Series(pd.array([p.received.file for p in parts], dtype="str").take(part)),
        "_line": pd.Series(lines),
        "wave": pd.Series(pd.array([p.wave for p in parts], dtype="str").take(part)),
    }


def _stacked(columns: Sequence[pd.Series], dtype: str) -> pd.Series:
    return stack([c.astype(dtype) for c in columns])  # type: ignore[call-overload]


def _stacked_or_blank(columns: Sequence[pd.Series | None], lengths: Sequence[int]) -> pd.Series:
    kind = next(c.dtype for c in columns if c is not None)
    filled = [
        pd.Series(index=pd.RangeIndex(n), dtype=kind) if c is None else c if _by_value(c) else c.astype(kind)
        for c, n in zip(columns, lengths, strict=True)
    ]
    return stack(filled)


def received_values(instrument: Instrument, part: Part, rows: np.ndarray) -> pd.DataFrame:
    """Return records as received, as text under the instrument's names, without identifiers and free text.

    Parameters
    ----------
    rows : positions in the part.
    """
    values: dict[str, pd.Series] = {}
    for q in instrument.questions:
        if free_text(q) or q.role == "identifier" or isinstance(q, CompositeQuestion):
            continue
        names = list(q.columns(part.wave)) if q.boxed else [*q.slots] or [q.name]
        for name, column in zip(names, received_columns(q, part.wave), strict=False):
            # as corrections hold them: whole numbers without decimals, days without a time of day
            held = [text_of(v) for v in part.received.table[column].iloc[rows]]
            values[name] = pd.Series(held, dtype="str")
    return pd.DataFrame(values, index=pd.RangeIndex(len(rows)))


def floats(column: pd.Series) -> np.ndarray:
    """Return a column of numbers as floats, NaN where there is none."""
    return pd.to_numeric(column).to_numpy(dtype=float, na_value=np.nan)
