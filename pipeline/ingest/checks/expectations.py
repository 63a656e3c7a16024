"""The rules of a source, generated from its instrument and the evaluation: declared once, run by any engine."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from pipeline.evaluation import Evaluation, Source
from pipeline.ingest.checks.declared import refuse_unknown, settled_by
from pipeline.ingest.checks.kinds import KINDS, Asked, Rule, rule
from pipeline.ingest.readers.encoding import MOJIBAKE
from pipeline.ingest.recode import coded, free_text
from pipeline.instrument import Question

_PARTED = (
    "add the answers to the items of the question; where another mark parts those of a wave, name it under `waves:`, as"
    " `separator:`"
)
_MONTHS = (
    "write the months as 2006-01, 01/2006 or janvier 2006 (January 2006), or correct these records; counts by year,"
    " school year, half-year or quarter say so: `period: year` (school-year, half-year, quarter) of the file in"
    " evaluation.yaml"
)
#: How a period is written.
_WRITTEN = {
    "month": "a month, YYYY-MM",
    "quarter": "a quarter, such as 2005-Q1",
    "half-year": "a half-year, such as 2005-H1",
    "year": "a year",
    "school-year": "a school year, such as 2005-2006",
}
#: Examples of periods, by language where it matters.
_EXAMPLES: dict[str, str | dict[str, str]] = {
    "quarter": {"fr": "T1 2005", "en": "2005-Q1"},
    "half-year": {"fr": "S1 2005", "en": "2005-H1"},
    "school-year": "2005-2006",
}


def rules_of(evaluation: Evaluation, source: Source, seen: pd.DataFrame, more: Sequence[Rule] = ()) -> list[Rule]:
    """Return the rules of a source whose columns are in ``seen``, with the severities of `checks:` laid over.

    Parameters
    ----------
    more : rules that come with columns of their own (`row_checks.with_row_checks`), settled already.

    Raises
    ------
    Blocked
        `checks:` names a rule that does not exist, or a setting that its rule does not take.
    """
    refuse_unknown(evaluation, source)
    rules: list[Rule] = []
    for q in evaluation.instruments[source.name].questions:
        rules += [_of_plan(r, q) if source.kind == "fieldwork" else r for r in _of_question(q, source.period)]
        rules += _of_role(q)
    rules += _of_source()
    order = list(KINDS)
    present = [r for r in rules if all(c in seen.columns for c in r.on)]
    settled = [settled_by(source.checks, r) for r in present]
    return sorted([*settled, *more], key=lambda r: order.index(r.name))


def _of_plan(made: Rule, q: Question) -> Rule:
    """Return a rule of a record of fieldwork: what is planned and not done yet has no outcome, but stays in it."""
    if made.name != "missing_required" or q.role != "participated":
        return made
    return replace(made, severity="flag", threshold=1.0)


def _of_question(q: Question, period: str) -> list[Rule]:
    rules = []
    if q.required:
        rules.append(rule("missing_required", q, "blank", f"{q.name}__unanswered", "required", "a value is required"))
    if coded(q):
        codes = tuple(str(c) for c in q.codes)
        rules.append(rule("unknown_code", q, "in_set", q.name, "codes", "declared codes only", allowed=codes))
    elif q.type == "multiple":
        more = {"action": _PARTED} if q.separator else {}
        en = "answers of the list" if q.separator else "boxes ticked or not"
        rules.append(rule("unknown_code", q, "blank", f"{q.name}__unreadable", "boxes", en, **more))
    elif q.type in ("number", "count"):
        number, en = ("whole_number", "a whole number") if q.type == "count" else ("number", "a number")
        rules.append(rule("not_a_number", q, "blank", f"{q.name}__unreadable", number, en))
    elif q.type in ("date", "month"):
        asked, en = (Asked("date"), "a date") if q.type == "date" else (_period(period), _WRITTEN[period])
        other = "correct these records; counts of one source are of one period: put others in a file and source apart"
        more = {"action": _MONTHS if period == "month" else other} if q.type == "month" else {}
        rules.append(rule("not_a_date", q, "blank", f"{q.name}__unreadable", asked, en, **more))
    elif q.role != "identifier":
        en = "readable text, no trace of another encoding"
        private = free_text(q)
        rules.append(rule("unreadable_text", q, "no_match", q.name, "readable", en, pattern=MOJIBAKE, private=private))
    low, high = q.range or ((0, 120) if q.role == "age" else (None, None))
    if q.type == "count" and low is None:
        low = 0
    if q.type in ("number", "count") and (low is not None or high is not None):
        limits: dict[str, float | str] = {"low": _shown(low), "high": _shown(high)}
        rules.append(
            rule(
                "out_of_range",
                q,
                "between",
                q.name,
                Asked("within", limits),
                "within {low} – {high}".format(**limits),
                minimum=low,
                maximum=high,
            )
        )
    if q.asked_if or any(h.asked_if for h in q.waves.values()):
        en = "no answer where the routing passed by"
        rules.append(rule("answered_past_routing", q, "blank", f"{q.name}__past", "routed", en, private=free_text(q)))
    return rules


def _period(period: str) -> Asked:
    return Asked(period, {"example": _EXAMPLES[period]} if period in _EXAMPLES else {})


def _shown(limit: float | None) -> float | str:
    if limit is None or math.isinf(limit):
        return "…"
    return int(limit) if float(limit).is_integer() else limit


def _of_role(q: Question) -> list[Rule]:
    if q.role == "site":
        doubt = "a space known beyond doubt, by its id or by its name and commune"
        return [
            rule("unknown_site", q, "blank", f"{q.name}__unlisted", "listed", "a space of the register"),
            rule("undecided_site", q, "blank", f"{q.name}__undecided", "certain", doubt),
            rule("outside_region", q, "blank", f"{q.name}__outside", "inside", "a space of the perimeter"),
        ]
    if q.role == "opening_hours":
        en = "hours in the opening_hours syntax (OpenStreetMap)"
        return [rule("unreadable_hours", q, "blank", f"{q.name}__hours", "hours", en)]
    if q.role == "commune_name":
        en = "the name of the commune whose code is beside it"
        return [rule("commune_name_differs", q, "blank", f"{q.name}__differs", "same_commune", en)]
    if q.role == "commune":
        en = "INSEE code of a commune of the region"
        return [
            rule("unknown_commune", q, "blank", f"{q.name}__unknown", "commune", en),
            rule("outside_region", q, "blank", f"{q.name}__outside", "inside", "a space of the perimeter"),
        ]
    if q.role == "date":
        en = "within the field period of the wave"
        return [
            rule("date_outside_field", q, "at_least", (q.name, "__field_start"), "field", en),
            rule("date_outside_field", q, "at_least", ("__field_end", q.name), "field", en),
        ]
    return []


def _of_source() -> list[Rule]:
    return [
        rule("duplicate_site", "site_id", "blank", "__duplicate_of", "one_entry", "one entry a space"),
        rule("repeated_key", "__key", "blank", "__repeats", "one_record", "one record a key and wave"),
        rule("age_sum_differs", "total", "equal", ("__total", "__sum_of_ages"), "ages", "ages add up to the total"),
    ]
