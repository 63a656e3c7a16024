"""The rules of a source, generated from its instrument and the evaluation: declared once, run by any engine."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.evaluation import Evaluation, Source
from pipeline.ingest.checks.declared import refuse_unknown, settled_by
from pipeline.ingest.checks.kinds import KINDS, Rule, rule
from pipeline.ingest.readers.encoding import MOJIBAKE
from pipeline.ingest.recode import coded, free_text
from pipeline.instrument import Question

_MONTHS = (
    "write the months as 2006-01, 01/2006 or janvier 2006 (January 2006), or correct these records; counts by year,"
    " school year, half-year or quarter say so: `period: year` (school-year, half-year, quarter) of the file in"
    " evaluation.yaml"
)
#: How a period is written, in French and English.
_WRITTEN = {
    "month": ("mois AAAA-MM", "a month, YYYY-MM"),
    "quarter": ("trimestre, comme T1 2005", "a quarter, such as 2005-Q1"),
    "half-year": ("semestre, comme S1 2005", "a half-year, such as 2005-H1"),
    "year": ("année", "a year"),
    "school-year": ("année scolaire, comme 2005-2006", "a school year, such as 2005-2006"),
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
        rules += _of_question(q, source.period)
        rules += _of_role(q)
    rules += _of_source()
    order = list(KINDS)
    present = [r for r in rules if all(c in seen.columns for c in r.on)]
    settled = [settled_by(source.checks, r) for r in present]
    return sorted([*settled, *more], key=lambda r: order.index(r.name))


def _of_question(q: Question, period: str) -> list[Rule]:
    rules = []
    if q.required:
        rules.append(
            rule("missing_required", q, "blank", f"{q.name}__unanswered", "valeur obligatoire", "a value is required")
        )
    if coded(q):
        codes = tuple(str(c) for c in q.codes)
        rules.append(rule("unknown_code", q, "in_set", q.name, "codes déclarés", "declared codes only", allowed=codes))
    elif q.type == "multiple":
        fr, en = "cases cochées ou non", "boxes ticked or not"
        rules.append(rule("unknown_code", q, "blank", f"{q.name}__unreadable", fr, en))
    elif q.type in ("number", "count"):
        fr, en = ("nombre entier", "a whole number") if q.type == "count" else ("nombre", "a number")
        rules.append(rule("not_a_number", q, "blank", f"{q.name}__unreadable", fr, en))
    elif q.type in ("date", "month"):
        fr, en = ("date", "a date") if q.type == "date" else _WRITTEN[period]
        other = "correct these records; counts of one source are of one period: put others in a file and source apart"
        more = {"action": _MONTHS if period == "month" else other} if q.type == "month" else {}
        rules.append(rule("not_a_date", q, "blank", f"{q.name}__unreadable", fr, en, **more))
    elif q.role != "identifier":
        fr, en = "texte lisible, sans trace d'un autre encodage", "readable text, no trace of another encoding"
        private = free_text(q)
        rules.append(rule("unreadable_text", q, "no_match", q.name, fr, en, pattern=MOJIBAKE, private=private))
    low, high = q.range or ((0, 120) if q.role == "age" else (None, None))
    if q.type == "count" and low is None:
        low = 0
    if q.type in ("number", "count") and (low is not None or high is not None):
        shown = f"{_shown(low)} – {_shown(high)}"
        rules.append(
            rule(
                "out_of_range",
                q,
                "between",
                q.name,
                f"valeur dans {shown.replace('.', ',')}",
                f"within {shown}",
                minimum=low,
                maximum=high,
            )
        )
    if q.asked_if or any(h.asked_if for h in q.waves.values()):
        fr, en = "pas de réponse hors du filtre", "no answer where the routing passed by"
        rules.append(rule("answered_past_routing", q, "blank", f"{q.name}__past", fr, en, private=free_text(q)))
    return rules


def _shown(limit: float | None) -> str:
    return "…" if limit is None else f"{limit:g}"


def _of_role(q: Question) -> list[Rule]:
    if q.role == "site":
        fr, en = "espace présent dans le registre", "a space of the register"
        doubt_fr = "espace reconnu sans doute possible, par son identifiant ou par son nom et sa commune"
        doubt_en = "a space known beyond doubt, by its id or by its name and commune"
        return [
            rule("unknown_site", q, "blank", f"{q.name}__unlisted", fr, en),
            rule("undecided_site", q, "blank", f"{q.name}__undecided", doubt_fr, doubt_en),
        ]
    if q.role == "opening_hours":
        fr, en = "horaires dans la syntaxe opening_hours", "hours in the opening_hours syntax (OpenStreetMap)"
        return [rule("unreadable_hours", q, "blank", f"{q.name}__hours", fr, en)]
    if q.role == "commune":
        fr, en = "code Insee d'une commune de la région", "INSEE code of a commune of the region"
        outside_fr, outside_en = "espace situé dans la région", "a space of the region"
        return [
            rule("unknown_commune", q, "blank", f"{q.name}__unknown", fr, en),
            rule("outside_region", q, "blank", f"{q.name}__outside", outside_fr, outside_en),
        ]
    if q.role == "date":
        fr, en = "date dans la période de collecte de la vague", "within the field period of the wave"
        return [
            rule("date_outside_field", q, "at_least", (q.name, "__field_start"), fr, en),
            rule("date_outside_field", q, "at_least", ("__field_end", q.name), fr, en),
        ]
    return []


def _of_source() -> list[Rule]:
    total_fr, total_en = "somme des âges égale au total", "ages add up to the total"
    return [
        rule("duplicate_site", "site_id", "blank", "__duplicate_of", "une entrée par espace", "one entry a space"),
        rule("repeated_key", "__key", "blank", "__repeats", "une fiche par clé et vague", "one record a key and wave"),
        rule("age_sum_differs", "total", "equal", ("__total", "__sum_of_ages"), total_fr, total_en),
    ]
