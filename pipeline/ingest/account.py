"""What came in, what was set aside and why: received = accepted + set aside, by source, wave and file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.ingest.checks.kinds import KINDS, Rule
from pipeline.ingest.checks.source_checks import SourceChecks
from pipeline.ingest.clean_table import Assembled
from pipeline.ingest.privacy.gate import told

ACCOUNT = ["source", "wave", "file", "kind", "reason", "n"]
FAILURES = ["source", "wave", "file", "line", "column", "rule", "reason", "found", "severity"]
RULES = ["source", "rule", "column", "asked", "values", "checked", "failing", "severity", "unit"]
DECISIONS = ["source", "file", "line", "kind", "key", "before", "after", "note"]


@dataclass(frozen=True)
class Broken:
    """Records that could not be put under the header: (file, line, reason)."""

    records: list[tuple[str, int, str]]


@dataclass(frozen=True)
class Outcome:
    """A source after its rules.

    Attributes
    ----------
    aside : True for rows set aside, one a row of the clean table.
    reason : main reason of those rows (empty elsewhere).
    reasons : all their reasons, joined by "; ".
    flags : names of the rules that only flag the row.
    """

    aside: np.ndarray
    reason: np.ndarray
    reasons: np.ndarray
    flags: np.ndarray


def outcome(n: int, rules: Sequence[Rule], failing: Sequence[np.ndarray]) -> Outcome:
    """Return which rows are set aside and why, from the failing rows of each rule (in the order of reasons)."""
    reason = np.full(n, "", dtype=object)
    reasons = np.full(n, "", dtype=object)
    flags = np.full(n, "", dtype=object)
    for rule, rows in zip(rules, failing, strict=True):
        for row in rows.tolist():
            if rule.severity == "flag":
                flags[row] = _joined(flags[row], rule.name)
            else:
                reason[row] = reason[row] or rule.name
                reasons[row] = _joined(reasons[row], rule.name)
    return Outcome(reason != "", reason, reasons, flags)


def _joined(known: str, name: str) -> str:
    if not known:
        return name
    return known if name in known.split("; ") else f"{known}; {name}"


def failures_of(
    source: str, assembled: Assembled, rules: Sequence[Rule], failing: Sequence[np.ndarray], broken: Broken
) -> pd.DataFrame:
    """Return one row a failure: where it is, which rule, and what was found (as far as it may be told)."""
    clean, seen = assembled.clean, assembled.seen
    tables = [_broken_failures(source, broken)]
    for rule, rows in zip(rules, failing, strict=True):
        if not len(rows):
            continue
        at = clean[["wave", "_file", "_line"]].iloc[rows]
        column = next(c for c in rule.on if not c.startswith("__field"))
        values = seen[column].iloc[rows]
        tables.append(
            pd.DataFrame(
                {
                    "source": source,
                    "wave": at["wave"].to_numpy(),
                    "file": at["_file"].to_numpy(),
                    "line": at["_line"].to_numpy(),
                    "column": rule.column,
                    "rule": rule.name,
                    "reason": rule.name,
                    "found": _found(rule, values, seen, rows),
                    "severity": rule.severity,
                },
                columns=FAILURES,
            )
        )
    return pd.concat([t for t in tables if len(t)] or tables[:1], ignore_index=True).astype({"line": "Int64"})


def failures_of_checks(source: str, checks: SourceChecks) -> pd.DataFrame:
    """Return one row for each thing that stands out in the checks of a whole source; some have no line."""
    tables = [
        c.places.assign(source=source, rule=c.name, reason=c.name, severity=c.severity)[FAILURES] for c in checks.checks
    ]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=FAILURES)


def rules_of_checks(source: str, checks: SourceChecks) -> pd.DataFrame:
    """Return one row a check of a whole source, as `rules_table` does for the rules of its records."""
    rows = [
        (source, c.name, "", c.asked.key, c.asked.written, c.checked, c.failing, c.severity, c.unit)
        for c in checks.checks
    ]
    return pd.DataFrame(rows, columns=RULES)


def _found(rule: Rule, values: pd.Series, seen: pd.DataFrame, rows: np.ndarray) -> list[str]:
    if rule.name == "repeated_key":
        return [f"same key as line {v}" for v in values]
    if rule.name == "age_sum_differs":
        sums = seen["__sum_of_ages"].iloc[rows]
        return [f"total {told(t, False)}, ages add up to {told(s, False)}" for t, s in zip(values, sums, strict=True)]
    return [told(v, rule.private) for v in values]


def _broken_failures(source: str, broken: Broken) -> pd.DataFrame:
    rows = [(source, None, f, line, "", why, why, "", "set aside") for f, line, why in broken.records]
    return pd.DataFrame(rows, columns=FAILURES)


def put_to(rule: Rule, seen: pd.DataFrame) -> int:
    """Return the number of rows that hold all that a rule looks at."""
    there = np.ones(len(seen), dtype=bool)
    for column in rule.on:
        there &= seen[column].notna().to_numpy()
    return int(there.sum())


def rules_table(
    source: str, n: int, rules: Sequence[Rule], failing: Sequence[np.ndarray], seen: pd.DataFrame
) -> pd.DataFrame:
    """Return one row a rule: what it asks, on how many rows it was run and how many failed."""
    rows = []
    for rule, found in zip(rules, failing, strict=True):
        checked = n if rule.test == "blank" else put_to(rule, seen)
        asked = (rule.asked.key, rule.asked.written)
        rows.append((source, rule.name, rule.column, *asked, checked, len(found), rule.severity, "record"))
    return pd.DataFrame(rows, columns=RULES)


def account_of(
    source: str, assembled: Assembled, result: Outcome, broken: Broken, unused: dict[str, list[str]]
) -> pd.DataFrame:
    """Return the account of a source; main reasons add up to the rows set aside.

    Records that could not be put under the header of a file with several waves belong to no wave (empty text).
    """
    clean = assembled.clean
    places = pd.DataFrame({"wave": clean["wave"].fillna(""), "file": clean["_file"]})
    waves = {str(p.received.file): p.wave or "" for p in assembled.parts}
    single = {f for f in waves if len({p.wave for p in assembled.parts if p.received.file == f}) == 1}
    lost = pd.DataFrame(
        [(waves[f] if f in single else "", f, why) for f, _, why in broken.records], columns=["wave", "file", "reason"]
    )
    places = pd.concat([places, lost[["wave", "file"]]], ignore_index=True) if len(lost) else places
    number = places.groupby(["wave", "file"], sort=False).ngroup().to_numpy()
    _, first, received = np.unique(number, return_index=True, return_counts=True)
    # few records are told of
    reason, flags = (np.append(a, b) for a, b in ((result.reason, lost["reason"]), (result.flags, [""] * len(lost))))
    at = np.flatnonzero((reason != "") | (flags != ""))
    told_of = pd.DataFrame({"number": number[at], "reason": reason[at], "flags": flags[at]})
    lines: list[tuple[str, str, str, str, str, int]] = []
    for group, (wave, file) in enumerate(places.iloc[first].itertuples(index=False)):
        part, n = told_of[told_of["number"] == group], int(received[group])
        aside = int((part["reason"] != "").sum())
        where = (source, str(wave), str(file))
        lines += [(*where, "received", "", n), (*where, "accepted", "", n - aside)]
        lines.append((*where, "set_aside", "", aside))
        counts = part.loc[part["reason"] != "", "reason"].value_counts()
        lines += [(*where, "reason", r, int(counts[r])) for r in KINDS if r in counts]
        flagged = (part["reason"] == "") & (part["flags"] != "")
        lines.append((*where, "flagged", "", int(flagged.sum())))
        counted = part.loc[flagged, "flags"].str.split("; ").explode().value_counts()
        lines += [(*where, "flag", str(f), int(n)) for f, n in counted.items()]
    lines += [(source, "", file, "unused_column", c, 1) for file, columns in unused.items() for c in columns]
    return pd.DataFrame(lines, columns=ACCOUNT)
