"""Kinds of statement: the closed verdicts of each, what its words may surely name, and the rule that decides.

A rule reads rows, margins and thresholds and returns a verdict; it writes nothing. Numbers are compared as they will
be printed, so that a text never says « plus de 50 % (entre 50 % et 54 %) ».
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.results.rounding import rounded, shown_decimals
from pipeline.results.significance import ALPHA, detected, published
from pipeline.results.statement import Reference, StatementSpec, named_type

#: Stands for the name of the number itself: the measure of a level, `change`, `difference`, `test`...
MAIN = "*"
#: Argument of the kinds that set a number against another: a level with its own test, two that should be the same.
AGAINST = "against"
#: Two shares of the same answers under other weights are told apart from so much on, and beyond so many errors.
NOTABLE, CRITICAL = 0.02, 1.96

#: Verdicts that `state` sets before any rule: nothing publishable, not asked in that wave, not in the plan.
ANY: Mapping[str, frozenset[str]] = {
    "withheld": frozenset({"reason"}),
    "not_asked": frozenset(),
    "not_studied": frozenset(),
}
#: Values that words may always name.
ALWAYS = frozenset({"here", "perimeter", "wave", "since"})
#: Values that exist under some places only, so that words name them within [...].
SOMETIMES = frozenset({"territory"})


@dataclass(frozen=True)
class Evidence:
    """What a rule reads.

    row : the published row that the statement rests on.   margin, threshold : declared by the evaluation.
    limit : half-width beyond which nothing useful can be said.   others : rows by the name of their argument.
    """

    row: Mapping[str, Any]
    margin: float | None = None
    threshold: float | None = None
    limit: float | None = None
    others: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


Rule = Callable[[Evidence], str]


@dataclass(frozen=True)
class Kind:
    """One kind of statement.

    verdicts : verdict -> names that its words may use outside [...], besides `ALWAYS`.
    decide : the rule; None for lists, whose verdict follows from their items.
    compares : whether it claims a difference, which exploratory analyses can only make probable.
    claims : verdicts that claim something, and have a strength.
    needs : arguments without which nothing can be decided.
    """

    verdicts: Mapping[str, frozenset[str]]
    decide: Rule | None
    compares: bool = False
    claims: frozenset[str] = frozenset()
    needs: tuple[str, ...] = ()


def _level(evidence: Evidence) -> str:
    if evidence.threshold is None:
        return "stated"
    row, decimals = evidence.row, shown_decimals(evidence.row)
    low, high = (row[b] if row[b] == row[b] else row["estimate"] for b in ("lower", "upper"))
    at = rounded(evidence.threshold, decimals)
    if rounded(low, decimals) > at:
        return "above"
    return "below" if rounded(high, decimals) < at else "unclear"


def _change(evidence: Evidence) -> str:
    row, margin = evidence.row, evidence.margin
    exact = row["lower"] != row["lower"]
    low, high = (row["estimate"], row["estimate"]) if exact else (row["lower"], row["upper"])
    if margin is not None and -margin < low and high < margin:
        return "stable"
    moved = row["estimate"] != 0 if exact else detected(row)
    if moved and rounded(row["estimate"], shown_decimals(row)) != 0:
        return "rise" if row["estimate"] > 0 else "fall"
    wide = evidence.limit is not None and not exact and (high - low) / 2 > evidence.limit
    return "uncertain" if wide else "undetected"


def _difference(evidence: Evidence) -> str:
    row, nil = evidence.row, _nil(evidence.row)
    if detected(row) and rounded(row["estimate"], shown_decimals(row)) != nil:
        return "higher" if row["estimate"] > nil else "lower"
    sides = [evidence.others.get(name) for name in ("share", "whole")]
    shown = [rounded(r["estimate"], shown_decimals(r)) for r in sides if r is not None and published(r)]
    return "same_as_shown" if len(shown) == 2 and shown[0] == shown[1] else "undetected"


def _nil(row: Mapping[str, Any]) -> float:
    """Return what a difference is when there is none: a ratio of odds is then one."""
    return 1.0 if row["unit"] == "odds_ratio" else 0.0


def _against(evidence: Evidence) -> str:
    row, other = evidence.row, evidence.others[AGAINST]
    shown = [rounded(r["estimate"], shown_decimals(r)) for r in (row, other)]
    if not _rejects(row) or shown[0] == shown[1]:
        return "undetected"
    return "higher" if shown[0] > shown[1] else "lower"


def _agreement(evidence: Evidence) -> str:
    rows = (evidence.row, evidence.others[AGAINST])
    one, other = (rounded(r["estimate"], shown_decimals(r)) for r in rows)
    return "same" if one == other else "other"


def _ordered(evidence: Evidence) -> str:
    """Return which of two numbers is the larger as they are printed: errors of a trial have no test."""
    rows = (evidence.row, evidence.others[AGAINST])
    one, other = (rounded(r["estimate"], shown_decimals(r)) for r in rows)
    return "same_as_shown" if one == other else "over" if one > other else "under"


def _beside(evidence: Evidence) -> str:
    row, other = evidence.row, evidence.others[AGAINST]
    distance = abs(row["estimate"] - other["estimate"])
    errors = _together(row, other)
    # both come from the same answers and move together: adding their variances asks for more than needed
    if distance < NOTABLE or distance <= CRITICAL * errors:
        return "undetected"
    return "higher" if row["estimate"] > other["estimate"] else "lower"


def _together(*rows: Mapping[str, Any]) -> float:
    """Return the error of a difference of numbers that share no answer; what is counted has none."""
    return math.hypot(*(row["se"] if math.isfinite(row["se"]) else 0.0 for row in rows))


def _convergence(evidence: Evidence) -> str:
    """Return whether two parts that share no answer came nearer to each other, from their levels and their changes."""
    row, other = evidence.row, evidence.others[AGAINST]
    scale = 100.0 if row["unit"] == "point" else 1.0
    now = scale * (evidence.others["now"]["estimate"] - evidence.others["against_now"]["estimate"])
    moved = row["estimate"] - other["estimate"]
    # both may rest on the same spaces and move together: adding their variances asks for more than needed
    errors = _together(row, other)
    if rounded(moved, shown_decimals(row)) == 0 or not abs(moved) > CRITICAL * errors:
        return "undetected"
    return "closes" if abs(now) < abs(now - moved) else "widens"


def _test(evidence: Evidence) -> str:
    return "holds" if _rejects(evidence.row) else "fails"


def _rejects(row: Mapping[str, Any]) -> bool:
    """Return whether the test of a row rejects, after multiplicity where it was corrected."""
    p = row["p_adjusted"]
    return bool((p if p == p else row["p_value"]) < ALPHA)


def _tally(evidence: Evidence) -> str:
    return "counted" if rounded(evidence.row["estimate"], 0) != 0 else "none"


def _warning(evidence: Evidence) -> str:
    return "raised" if evidence.row["estimate"] >= 0.5 else "quiet"


def _with(
    names: Sequence[str], *verdicts: str, more: Mapping[str, Sequence[str]] | None = None
) -> dict[str, frozenset[str]]:
    extra = more or {}
    return {v: frozenset((*names, *extra.get(v, ()))) for v in verdicts}


_MARGINAL = {"stable": ("margin",)}
_BEYOND = dict.fromkeys(("above", "below", "unclear"), ("threshold",))
KINDS: dict[str, Kind] = {
    "level": Kind(
        {
            **_with((MAIN,), "stated", "above", "below", "unclear", more=_BEYOND),
            "modelled": frozenset({"model"}),
        },
        _level,
        claims=frozenset({"stated", "above", "below", "modelled"}),
    ),
    "change": Kind(
        _with((MAIN,), "rise", "fall", "stable", "undetected", "uncertain", more=_MARGINAL),
        _change,
        compares=True,
        claims=frozenset({"rise", "fall", "stable"}),
    ),
    "difference": Kind(
        _with((MAIN,), "higher", "lower", "undetected", "same_as_shown"),
        _difference,
        compares=True,
        claims=frozenset({"higher", "lower"}),
    ),
    "tally": Kind(_with((MAIN,), "counted", "none"), _tally, claims=frozenset({"counted"})),
    "against": Kind(
        _with((MAIN, AGAINST), "higher", "lower", "undetected"),
        _against,
        compares=True,
        claims=frozenset({"higher", "lower"}),
        needs=(AGAINST,),
    ),
    "agreement": Kind(_with((MAIN, AGAINST), "same", "other"), _agreement, needs=(AGAINST,)),
    "ordered": Kind(_with((MAIN, AGAINST), "under", "over", "same_as_shown"), _ordered, needs=(AGAINST,)),
    "beside": Kind(
        _with((MAIN, AGAINST), "higher", "lower", "undetected"),
        _beside,
        compares=True,
        claims=frozenset({"higher", "lower"}),
        needs=(AGAINST,),
    ),
    "convergence": Kind(
        _with((MAIN, AGAINST, "now", "against_now"), "closes", "widens", "undetected"),
        _convergence,
        compares=True,
        claims=frozenset({"closes", "widens"}),
        needs=(AGAINST, "now", "against_now"),
    ),
    "test": Kind(_with((MAIN,), "holds", "fails"), _test, compares=True, claims=frozenset({"holds"})),
    "warning": Kind(_with((), "raised", "quiet"), _warning),
    "groups": Kind({**_with(("items",), "some", "undetected"), "empty": frozenset()}, None),
    "list": Kind({**_with(("items",), "some"), "empty": frozenset()}, None),
}
#: Kinds whose number is called by its measure: a level, set against a threshold or another level, a count that may be
#: nil, what a test judges.
NUMBERS = ("level", "against", "agreement", "beside", "ordered", "tally", "test")
#: Verdicts of the items of a list that make it « some »: something is seen.
SEEN = frozenset(
    {"rise", "fall", "higher", "lower", "holds", "stated", "above", "modelled", "counted", "raised", "closes", "widens"}
)
DIRECTIONS = {"rise": 1, "higher": 1, "above": 1, "fall": -1, "lower": -1, "below": -1}


def verdict_of_list(verdicts: Sequence[str], kind: str = "groups") -> str:
    """Return the verdict of a list from those of its items: a plain `list` has some as soon as one is told."""
    told = [v for v in verdicts if v not in ANY]
    if not told:
        return "empty"
    return "some" if kind == "list" or any(v in SEEN for v in told) else "undetected"


def main_name(spec: StatementSpec, kind: str) -> str:
    """Return the name under which the words of a statement, or of its items, find its number."""
    return spec.rows.measure if kind in NUMBERS else kind


def sure_names(spec: StatementSpec, kind: str, verdict: str) -> frozenset[str]:
    """Return what words of a verdict may name outside [...]: it has a value whenever the verdict is given."""
    verdicts = {**ANY, **KINDS[kind].verdicts}
    names = frozenset(main_name(spec, kind) if name == MAIN else name for name in verdicts[verdict])
    return names | ALWAYS | _named(spec)


def _named(spec: StatementSpec) -> frozenset[str]:
    """Return the names that a declaration gives itself; a list may be empty."""
    return frozenset(name for name, key in spec.named.items() if named_type(key) != "list")


def number(value: float, row: Mapping[str, Any]) -> Reference:
    """Return the reference of a number that is declared about a row, such as a margin: it is written as the row is."""
    return ("number", value, str(row["unit"]), str(row["measure"]))
