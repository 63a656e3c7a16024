"""Records that add up or average the records beside them: found by label and by arithmetic, never counted with them.

A label alone proves nothing (a space may be called « Total »). It is a total where the record leaves blank what the
others fill, or where its numbers are the sum or the mean of those of the records that it stands for.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.ingest.closures import closed_as_nought
from pipeline.ingest.conventions import marks
from pipeline.ingest.faults import Blocked, Fault, some
from pipeline.ingest.lexicon import folded, lexicon, patterns
from pipeline.ingest.privacy.detect import plain_words
from pipeline.ingest.readers.received import Note, Received
from pipeline.ingest.units import without_units
from pipeline.ingest.values import distinct, number_of, text_of

REASON = "total_row"
#: Sources whose records are added up, so that an unproved total must be asked about.
COUNTED = frozenset({"attendance", "costs", "workshops", "enrolments", "records"})
#: A column that so many other records fill is blank in a total for a reason.
FILLED = 0.9
#: A column that so many cells of are numbers is one of numbers where the others say why there is none.
HALF = 0.5
#: The sums must hold in so many of the places and periods where they can be looked at.
HELD = 0.9
#: Without a label, sums must hold nearly everywhere, so often, and with so many different values, to be no coincidence.
HELD_UNLABELLED, FEWEST, DIFFERENT = 0.95, 6, 3
#: A label in so many of the records may be an answer; sums that hold in so few places may be a coincidence then.
RARE, SEVERAL = 0.1, 3
#: Longest label, in characters, and most categories of a column that are looked at without a label.
LONGEST, MOST = 80, 60
#: Most groups of records that are numbered before those that occur are counted.
MOST_GROUPS = 2**62


@dataclass(frozen=True)
class _Table:
    """A received table as text and as numbers: text columns and repeated numbers are what records are told apart by.

    ``codes`` number the texts of a column in their order, -1 where there is none.
    """

    text: dict[str, np.ndarray]
    codes: dict[str, np.ndarray]
    numbers: dict[str, np.ndarray]
    keys: list[list[str]]
    n: int


def without_totals(received: Received, kind: str | None, declared: Sequence[str] | None = None) -> Received:
    """Return a file without the records that are totals of others, which come back in ``broken`` as `total_row`.

    Parameters
    ----------
    kind : kind of the source; in those that are added up, an unproved total is asked about. None asks nothing.
    declared : labels of the totals as evaluation.yaml gives them; an empty list says that there are none.

    Raises
    ------
    Blocked
        A record is labelled like a total and does not add up, or adds up and is not labelled like one.
    """
    if declared is not None:
        # Who names one total need not name those that their arithmetic tells; an empty list counts them all.
        found = _added_up(received, kind) if declared else {}
        found |= _declared(received, declared)
    else:
        found = _found(received, kind)
    if not found:
        return received
    kept = np.ones(len(received.lines), dtype=bool)
    kept[list(found)] = False
    if not kept.any():
        return received
    lines = received.lines.tolist()
    notes = [_note(column, label, int(lines[row])) for row, (column, label) in found.items()]
    broken = sorted([*received.broken, *((int(lines[row]), REASON) for row in found)])
    table = received.table[kept].reset_index(drop=True)
    parts = None if received.parts is None else received.parts[kept]
    return replace(
        received,
        table=table,
        lines=received.lines[kept],
        parts=parts,
        broken=broken,
        notes=[*received.notes, *notes],
    )


def _note(column: str, label: str, line: int) -> Note:
    said = "total of other records, not counted with them"
    return Note(REASON, column, label, "set aside", said, line)


def _declared(received: Received, declared: Sequence[str]) -> dict[int, tuple[str, str]]:
    wanted = {folded(label) for label in declared}
    cells = [(c, distinct(received.table[c])) for c in received.table.columns if wanted]
    found: dict[int, tuple[str, str]] = {}
    for column, values in cells:
        texts = [text_of(v) if isinstance(v, str) else None for v in values.values]
        for row in np.flatnonzero(values.array([int(folded(t or "") in wanted) for t in texts], 0)):
            found.setdefault(int(row), (str(column), str(texts[values.codes[row]])))
    return found


def _found(received: Received, kind: str | None) -> dict[int, tuple[str, str]]:
    labels = {c: v for c in map(str, received.table.columns) if (v := _labels(received.table[c]))}
    counted = kind in COUNTED
    if not labels and not counted:
        return {}
    table = _table(received.table)
    labelled = _labelled(received.table, labels, table.n)
    found = dict(_proved(received, table, labels, labelled, counted)) if labels else {}
    if counted:
        found |= _parts(received, labels)
        _refuse_unproved(received, table, labels, found, counted)
        _refuse_unlabelled(received, table, found)
    elif kind is not None:
        _refuse_unproved(received, table, labels, found, counted)
    return found


def _added_up(received: Received, kind: str | None) -> dict[int, tuple[str, str]]:
    """Return the rows that label and arithmetic prove to be totals, with column and label."""
    labels = {c: v for c in map(str, received.table.columns) if (v := _labels(received.table[c]))}
    if not labels:
        return {}
    table = _table(received.table)
    return dict(_proved(received, table, labels, _labelled(received.table, labels, table.n), kind in COUNTED))


def _labels(column: pd.Series) -> dict[str, tuple[str, str]]:
    """Return the labels of totals in a column, each with its kind (whole, named, part) and what it is the total of."""
    found = {}
    for value in distinct(column).values:
        if not isinstance(value, str) or len(value) > LONGEST or _is_key(value):
            continue
        if label := label_of(value):
            found[value.strip()] = label
    return found


def _is_key(value: str) -> bool:
    """Return whether a value is one word that ends in a digit, as keys do and no label: there may be millions."""
    return value[-1:].isdigit() and len(value.split()) == 1


def labels_totals(column: pd.Series) -> bool:
    """Return whether some cell of a column is called a total."""
    return bool(_labels(column))


@functools.lru_cache(maxsize=100_000)
def label_of(text: str) -> tuple[str, str] | None:
    """Return the kind of a total's label and the name of what is added up ("" where it is all); None elsewhere."""
    words = folded(text).strip(" :.-–*")
    known = lexicon("totals")
    if words in known["whole"]:
        return "whole", ""
    for start in known["parts"]:
        if words.startswith(f"{start} "):
            return "part", words.removeprefix(start).strip()
    for start in known["starts"]:
        if words.startswith(f"{start} "):
            return "named", _name(words.removeprefix(start))
    for end in known["ends"]:
        if words.endswith(f" {end}"):
            return "named", _name(words.removesuffix(end))
    return None


def _name(words: str) -> str:
    words = words.strip()
    for join in lexicon("totals")["joins"]:
        if words.startswith(join if join.endswith("'") else f"{join} "):
            words = words[len(join) :].strip()
    return words.removesuffix("-").removesuffix(":").strip()


def _table(frame: pd.DataFrame) -> _Table:
    text: dict[str, np.ndarray] = {}
    codes: dict[str, np.ndarray] = {}
    numbers: dict[str, np.ndarray] = {}
    several: set[str] = set()
    for column in map(str, frame.columns):
        found = distinct(frame[column])
        shown = [None if (t := text_of(v)) is None else folded(t) for v in found.values]
        text[column] = np.array([*shown, None], dtype=object)[found.codes]
        ranks, kinds = pd.factorize(np.array(shown, dtype=object), sort=True)
        codes[column] = np.append(ranks, -1)[found.codes]
        bare, _ = without_units(closed_as_nought(found)[0])
        used = marks(bare)
        if used.doubt is not None:
            used = replace(used, thousands="," if "," in used.doubt else ".")
        read = [None if (t := text_of(v)) is None else number_of(t, used.decimal, used.thousands) for v in bare.values]
        values = np.array([*(np.nan if v is None else v for v in read), np.nan])[found.codes]
        given = codes[column] >= 0
        if len(kinds) > max(len(frame) / 3, 2):
            several.add(column)
        if given.any() and HALF <= np.isfinite(values[given]).mean() < FILLED:
            # « NC » says that there is no number: it makes no column one of words
            said = [v is None and t is not None and _says_no_number(t) for t, v in zip(shown, read, strict=True)]
            given &= ~np.array([*said, False])[found.codes]
        if given.any() and np.isfinite(values[given]).mean() >= FILLED:
            numbers[column] = values
    words = [c for c in text if c not in numbers]
    repeated = [c for c in numbers if c not in several]
    return _Table(text, codes, numbers, [words, [*words, *repeated]], len(frame))


def _says_no_number(words: str) -> bool:
    """Return whether folded words say why there is no number: « NC », « non renseigné »."""
    return any(re.fullmatch(p, plain_words(words)) for p in patterns("answers")["reasons"].values())


def _labelled(frame: pd.DataFrame, labels: dict[str, dict[str, tuple[str, str]]], n: int) -> np.ndarray:
    """Return the rows that hold a label of a total in some column; they are parts of nothing."""
    out = np.zeros(n, dtype=bool)
    for column, known in labels.items():
        out |= frame[column].astype("str").str.strip().isin(list(known)).to_numpy(dtype=bool)
    return out


def _proved(
    received: Received,
    table: _Table,
    labels: dict[str, dict[str, tuple[str, str]]],
    labelled: np.ndarray,
    counted: bool,
) -> Iterator[tuple[int, tuple[str, str]]]:
    """Return the rows that are totals by label and by proof, with column and label.

    « Moyenne » and « Ensemble » are also what people answer: in records that are not counts, the label must be the
    first thing said, and rare, or its sums hold in several places.
    """
    hollow = _hollow(table, labelled)
    for column, known in labels.items():
        cells = received.table[column].astype("str").str.strip()
        for label, (kind, name) in known.items():
            rows = np.flatnonzero((cells == label).to_numpy(dtype=bool))
            first = _first_cell(table, column, rows)
            rare = bool(first.all()) and len(rows) <= max(RARE * table.n, 1)
            fewest = 1 if counted or rare else SEVERAL
            empty = float((hollow[rows] & first).mean()) > 0.5
            # « TOTAL janvier » whose counts nobody filled adds up nothing, and is no day without visits
            empty = empty or (counted and kind == "named" and _without_numbers(table, rows))
            # « dont femmes » is the sum of nothing here, and no record of its own.
            if empty or (kind != "part" and _adds_up(table, column, rows, name, labelled, fewest, counted or rare)):
                yield from ((int(row), (column, label)) for row in rows)


def _without_numbers(table: _Table, rows: np.ndarray) -> bool:
    """Return whether rows hold no number at all, in a table that has columns of numbers."""
    return bool(table.numbers) and all(np.isnan(values[rows]).all() for values in table.numbers.values())


def _hollow(table: _Table, labelled: np.ndarray) -> np.ndarray:
    """Return the rows that leave blank half or more of the columns which nearly every other row fills."""
    given = {c: np.array([v is not None for v in cells]) for c, cells in table.text.items()}
    if labelled.all():
        return np.zeros(table.n, dtype=bool)
    always = [c for c, filled in given.items() if filled[~labelled].mean() >= FILLED]
    blank = sum((~given[c] for c in always), start=np.zeros(table.n, dtype=np.int64))
    # The column of the label itself is filled.
    return np.asarray(blank >= np.maximum((len(always) - 1) / 2, 1))


def _first_cell(table: _Table, column: str, rows: np.ndarray) -> np.ndarray:
    """Return whether the label is the first thing that a row says."""
    before = list(table.text)[: list(table.text).index(column)]
    return np.array([all(table.text[c][row] is None for c in before) for row in rows], dtype=bool)


def _adds_up(
    table: _Table, column: str, rows: np.ndarray, name: str, labelled: np.ndarray, fewest: int, means: bool
) -> bool:
    """Return whether some column of numbers is, in these rows, the sum or the mean of the rows that they stand for.

    Parameters
    ----------
    fewest : in how many places that must be seen.
    means : whether a mean proves it too.
    """
    for measure in (m for m in table.numbers if m != column):
        for keys in table.keys:
            verdicts = _verdicts_of(
                table, measure, [k for k in keys if k != measure], column, rows, name, labelled, means
            )
            if len(verdicts) >= fewest and float(np.mean(verdicts)) >= HELD:
                return True
    return False


def _verdicts_of(
    table: _Table,
    measure: str,
    keys: list[str],
    column: str,
    rows: np.ndarray,
    name: str,
    labelled: np.ndarray,
    means: bool,
) -> list[bool]:
    """Return, for each row that can be looked at, whether it adds up the rows that agree with it on what it fills."""
    values = table.numbers[measure]
    rows = rows[np.isfinite(values[rows])]
    base = np.flatnonzero(~labelled & np.isfinite(values))
    if not len(rows) or not len(base):
        return []
    named = {column: name} if name in _names(table, column) else {}
    filled = [k for k in keys if k != column]
    told = {k: [table.text[k][r] is not None and not label_of(table.text[k][r]) for r in rows] for k in filled}
    if not name:
        # « 10 espaces » beside « TOTAL » is what no record says: it tells no part of them
        met = {k: np.isin(table.codes[k][rows], table.codes[k][base]) for k in filled}
        told = {k: [a and bool(b) for a, b in zip(each, met[k], strict=True)] for k, each in told.items()}
    patterns = pd.DataFrame(told, index=rows)
    verdicts: list[bool] = []
    for _, part in patterns.groupby(filled, sort=False) if filled else [((), patterns)]:
        used = [*(k for k in filled if part[k].iloc[0]), *named]
        own = {k: table.text[k] for k in used}
        verdicts += _verdicts(values, own, base, part.index.to_numpy(), named, means)
    return verdicts


def _names(table: _Table, column: str) -> frozenset[str]:
    return frozenset(v for v in pd.unique(pd.Series(table.text[column])) if isinstance(v, str))


def _verdicts(
    values: np.ndarray,
    own: dict[str, np.ndarray],
    base: np.ndarray,
    rows: np.ndarray,
    named: dict[str, str],
    means: bool,
) -> list[bool]:
    """Return, for each row with two or more parts that are not all zero, whether it is their sum or their mean.

    The mean of equal numbers proves nothing.
    """
    parts = pd.DataFrame({k: cells[base] for k, cells in own.items()}).assign(__value=values[base], __all=0)
    wanted = pd.DataFrame({k: named.get(k, cells[rows]) for k, cells in own.items()}, index=range(len(rows)))
    wanted = wanted.assign(__total=values[rows], __all=0)
    keys = [*own, "__all"]
    sums = parts.groupby(keys)["__value"].agg(["sum", "mean", "count", "nunique"]).reset_index()
    met = wanted.merge(sums, on=keys, how="left")
    met = met[(met["count"] >= 2) & ((met["sum"] != 0) | (met["__total"] != 0))]
    held = np.isclose(met["__total"], met["sum"], rtol=1e-6, atol=0.01)
    if means:
        near = 0.005 * np.maximum(1, np.abs(met["mean"])) + 0.01
        held |= ((np.abs(met["__total"] - met["mean"]) <= near) & (met["nunique"] > 1)).to_numpy(dtype=bool)
    return [bool(v) for v in held]


def _parts(received: Received, labels: dict[str, dict[str, tuple[str, str]]]) -> dict[int, tuple[str, str]]:
    """Return the rows that repeat a part of the row above: « dont ateliers »."""
    found: dict[int, tuple[str, str]] = {}
    for column, known in labels.items():
        cells = received.table[column].astype("str").str.strip()
        for label in (text for text, (kind, _) in known.items() if kind == "part"):
            found |= {int(row): (column, label) for row in np.flatnonzero((cells == label).to_numpy(dtype=bool))}
    return found


def _refuse_unproved(
    received: Received,
    table: _Table,
    labels: dict[str, dict[str, tuple[str, str]]],
    found: dict[int, tuple[str, str]],
    counted: bool,
) -> None:
    """Refuse a category that is called a total and does not add up: nobody knows which it is.

    Elsewhere than in counts only a single record that begins so is asked about: answers may be called so too.
    """
    doubted: dict[str, tuple[str, int]] = {}
    for column, known in labels.items():
        if not counted and column != str(received.table.columns[0]):
            continue
        cells = received.table[column].astype("str").str.strip()
        for label in (text for text, (kind, _) in known.items() if kind == "whole"):
            rows = np.flatnonzero((cells == label).to_numpy(dtype=bool)).tolist()
            if not set(rows) <= set(found) and (counted or len(rows) == 1):
                doubted.setdefault(label, (column, rows[0]))
    if doubted:
        # All at once: what a declaration does not name is counted.
        column, row = next(iter(doubted.values()))
        why = "is labelled like a total and does not add up"
        beside = _beside(table, row, _labelled(received.table, labels, table.n))
        raise Blocked(_asked(received, column, list(doubted), int(received.lines[row]), why, beside))


def _beside(table: _Table, row: int, labelled: np.ndarray) -> str:
    """Return the numbers of the one total of a table beside what its records add up to, where that is another."""
    told: list[str] = []
    if labelled.sum() > 1:
        return ""
    for column, values in table.numbers.items():
        whole = float(np.nansum(values[~labelled]))
        if np.isfinite(values[row]) and not np.isclose(values[row], whole):
            told.append(f"'{column}' {values[row]:g}, where the records add up to {whole:g}")
    return f" ({some(told, 3)})" if told else ""


def _asked(received: Received, column: str, labels: Sequence[str], line: int, why: str, beside: str = "") -> Fault:
    quoted = ", ".join(f'"{label}"' for label in labels)
    return Fault(
        f"a record {why}",
        received.file,
        line=line,
        column=column,
        found=some(labels) + beside,
        allowed="records that are counted, and totals of them that are declared",
        action=f"add to the file in evaluation.yaml `totals: [{quoted}]` if it is the total of others (set aside), or"
        " `totals: []` if it is none (counted)"
        + ("; a record that is there twice, or missing, may be what tells them apart" if beside else ""),
    )


def _refuse_unlabelled(received: Received, table: _Table, found: dict[int, tuple[str, str]]) -> None:
    """Refuse a category that nearly always equals the sum of all others: by its arithmetic it is a total."""
    others = np.ones(table.n, dtype=bool)
    others[list(found)] = False
    rows = np.flatnonzero(others)
    # numbers in the place of texts, in their order: records are put together many times
    codes = {k: table.codes[k][rows] for k in table.keys[1]}
    for column in table.keys[0]:
        if not 3 <= np.count_nonzero(np.bincount(codes[column] + 1)) <= MOST:
            continue
        alike: dict[str, np.ndarray] = {}
        for measure, values in table.numbers.items():
            own = measure if measure in codes else ""
            if own not in alike:
                alike[own] = _alike([v for k, v in codes.items() if k not in (column, own)], len(rows))
            hit = _sum_of_all_others(alike[own], codes[column], values[rows])
            if hit is not None:
                at = rows[np.flatnonzero(codes[column] == hit)[0]]
                label = str(text_of(received.table[column].iloc[at]))
                why = "is nearly always the sum of all others"
                raise Blocked(_asked(received, column, [label], int(received.lines[at]), why))


def _alike(codes: Sequence[np.ndarray], n: int) -> np.ndarray:
    """Return (n,) the number of the group of records that have the same codes throughout."""
    group, different = np.zeros(n, dtype=np.int64), 1
    for each in codes:
        size = int(each.max(initial=0)) + 2
        if different * size > MOST_GROUPS:
            group = pd.factorize(group)[0]
            different = int(group.max(initial=0)) + 1
        group, different = group * size + each + 1, different * size
    return pd.factorize(group)[0]


def _sum_of_all_others(group: np.ndarray, category: np.ndarray, values: np.ndarray) -> int | None:
    """Return the category that nearly always is the sum of the others of its group; -1 stands for a blank."""
    told = (category >= 0) & np.isfinite(values)
    group, category, values = group[told], category[told], values[told]
    whole, parts = np.bincount(group, values)[group], np.bincount(group)[group]
    looked = np.flatnonzero((parts >= 3) & (whole > 0))
    category, values = category[looked], values[looked]
    held = np.isclose(whole[looked], 2 * values)
    for one in np.unique(category[held]):
        part = category == one
        if part.sum() >= FEWEST and held[part].mean() >= HELD_UNLABELLED and len(np.unique(values[part])) >= DIFFERENT:
            return int(one)
    return None
