"""The rules of a source, generated from its instrument and the evaluation: declared once, run by any engine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from pipeline.evaluation import Check, Evaluation, Source
from pipeline.ingest.faults import Blocked, Fault
from pipeline.ingest.readers.encoding import MOJIBAKE
from pipeline.ingest.recode import coded, free_text
from pipeline.instrument import Question

Severity = Literal["block", "set aside", "flag"]
Test = Literal["blank", "in_set", "between", "no_match", "at_least", "equal"]


@dataclass(frozen=True)
class Rule:
    """One expectation over one column of a source.

    Attributes
    ----------
    name : reason code (`unknown_code`), the same for all questions.
    column : question it is about.
    test : `blank` (must be missing), `in_set`, `between`, `no_match`; `at_least` and `equal` compare two columns.
    on : columns of the seen table that the test looks at; ``shows`` is the one whose value a failure tells.
    severity, threshold : what happens to failing rows, and the share of rows above which the source is blocked.
    private : whether the values may not be told.
    """

    name: str
    column: str
    test: Test
    on: tuple[str, ...]
    fr: str
    en: str
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    severity: Severity = "set aside"
    threshold: float = 0.2
    private: bool = False
    action: str = "correct these records at their source, or change the rule under `checks:` of the source"

    @property
    def shows(self) -> str:
        """Return the column whose value a failure tells."""
        return self.on[0]


@dataclass(frozen=True)
class Kind:
    """What is common to the rules of one name: its place among reasons, its threshold and what to do."""

    threshold: float
    action: str
    severity: Severity = "set aside"


#: In the order in which one main reason is chosen for a row that fails several.
KINDS: dict[str, Kind] = {
    "ragged_row": Kind(0.05, "look at the separator and at quotation marks in these lines"),
    "empty_row": Kind(1.0, "nothing"),
    "unreadable_text": Kind(0.2, "declare the true `encoding:` of the file, or export it again as UTF-8"),
    "missing_required": Kind(0.2, "ask the sender for the value, or drop `required:` from the instrument"),
    "not_a_number": Kind(0.05, "declare `decimal:` of the file, or the codes that mean missing in the instrument"),
    "not_a_date": Kind(0.05, "declare `date_format:` of the question in the instrument"),
    "unknown_code": Kind(0.05, "add the codes to the instrument (codes, missing or recode), or correct the file"),
    "out_of_range": Kind(0.2, "correct the values, or the `range:` in the instrument"),
    "unknown_commune": Kind(0.2, "give INSEE codes (not postal codes), of today or merged since"),
    "unknown_site": Kind(0.2, "add the site to the register, or its old id or name to the aliases of the register"),
    "date_outside_field": Kind(0.2, "correct the dates, or `field:` of the wave in evaluation.yaml"),
    "duplicate_site": Kind(0.5, "nothing: the first entry is kept, the others become its aliases"),
    "repeated_key": Kind(0.2, "remove the repeated records, or correct their key"),
    "age_sum_differs": Kind(0.2, "correct the counts by age or their total"),
    "answered_past_routing": Kind(1.0, "check the routing in the instrument: the answer is left out", "flag"),
}


def rules_of(evaluation: Evaluation, source: Source, seen: pd.DataFrame) -> list[Rule]:
    """Return the rules of a source whose columns are in ``seen``, with the severities of `checks:` laid over.

    Raises
    ------
    Blocked
        `checks:` names a rule that does not exist.
    """
    rules: list[Rule] = []
    for q in evaluation.instruments[source.name].questions:
        rules += _of_question(q)
        rules += _of_role(q)
    rules += _of_source(source)
    order = list(KINDS)
    present = [r for r in rules if all(c in seen.columns for c in r.on)]
    settled = [_settled(r, source.checks) for r in present]
    _refuse_unknown(evaluation, source)
    return sorted(settled, key=lambda r: order.index(r.name))


def _rule(
    name: str, q: Question | str, test: Test, on: str | tuple[str, ...], fr: str, en: str, **more: object
) -> Rule:
    kind = KINDS[name]
    column = q if isinstance(q, str) else q.name
    columns = (on,) if isinstance(on, str) else on
    base = Rule(
        name, column, test, columns, fr, en, severity=kind.severity, threshold=kind.threshold, action=kind.action
    )
    return replace(base, **more)  # type: ignore[arg-type]


def _of_question(q: Question) -> list[Rule]:
    rules = []
    if q.required:
        rules.append(
            _rule("missing_required", q, "blank", f"{q.name}__unanswered", "valeur obligatoire", "a value is required")
        )
    if coded(q):
        codes = tuple(str(c) for c in q.codes)
        rules.append(_rule("unknown_code", q, "in_set", q.name, "codes déclarés", "declared codes only", allowed=codes))
    elif q.type == "multiple":
        fr, en = "cases cochées ou non", "boxes ticked or not"
        rules.append(_rule("unknown_code", q, "blank", f"{q.name}__unreadable", fr, en))
    elif q.type in ("number", "count"):
        fr, en = ("nombre entier", "a whole number") if q.type == "count" else ("nombre", "a number")
        rules.append(_rule("not_a_number", q, "blank", f"{q.name}__unreadable", fr, en))
    elif q.type in ("date", "month"):
        fr, en = ("date", "a date") if q.type == "date" else ("mois AAAA-MM", "a month, YYYY-MM")
        rules.append(_rule("not_a_date", q, "blank", f"{q.name}__unreadable", fr, en))
    elif q.role != "identifier":
        fr, en = "texte lisible, sans trace d'un autre encodage", "readable text, no trace of another encoding"
        private = free_text(q)
        rules.append(_rule("unreadable_text", q, "no_match", q.name, fr, en, pattern=MOJIBAKE, private=private))
    low, high = q.range or ((0, 120) if q.role == "age" else (None, None))
    if q.type == "count" and low is None:
        low = 0
    if q.type in ("number", "count") and (low is not None or high is not None):
        shown = f"{_shown(low)} – {_shown(high)}"
        rules.append(
            _rule(
                "out_of_range",
                q,
                "between",
                q.name,
                f"valeur dans {shown}",
                f"within {shown}",
                minimum=low,
                maximum=high,
            )
        )
    if q.asked_if or any(h.asked_if for h in q.waves.values()):
        fr, en = "pas de réponse hors du filtre", "no answer where the routing passed by"
        rules.append(_rule("answered_past_routing", q, "blank", f"{q.name}__past", fr, en, private=free_text(q)))
    return rules


def _shown(limit: float | None) -> str:
    return "…" if limit is None else f"{limit:g}"


def _of_role(q: Question) -> list[Rule]:
    if q.role == "site":
        fr, en = "espace présent dans le registre", "a space of the register"
        return [_rule("unknown_site", q, "blank", f"{q.name}__unlisted", fr, en)]
    if q.role == "commune":
        fr, en = "code Insee d'une commune de la région", "INSEE code of a commune of the region"
        return [_rule("unknown_commune", q, "blank", f"{q.name}__unknown", fr, en)]
    if q.role == "date":
        fr, en = "date dans la période de collecte de la vague", "within the field period of the wave"
        return [
            _rule("date_outside_field", q, "at_least", (q.name, "__field_start"), fr, en),
            _rule("date_outside_field", q, "at_least", ("__field_end", q.name), fr, en),
        ]
    return []


def _of_source(source: Source) -> list[Rule]:
    total_fr, total_en = "somme des âges égale au total", "ages add up to the total"
    return [
        _rule("duplicate_site", "site_id", "blank", "__duplicate_of", "une entrée par espace", "one entry a space"),
        _rule("repeated_key", "__key", "blank", "__repeats", "une fiche par clé et vague", "one record a key and wave"),
        _rule("age_sum_differs", "total", "equal", ("__total", "__sum_of_ages"), total_fr, total_en),
    ]


def _settled(rule: Rule, checks: list[Check]) -> Rule:
    """Return the rule with what `checks:` says of it: `rule: unknown_code` for all, `unknown_code:age` for one."""
    for check in checks:
        if check.rule in (rule.name, f"{rule.name}:{rule.column}"):
            given = "threshold" in check.model_fields_set
            own = 0.0 if check.severity == "block" else 1.0 if check.severity == "flag" else rule.threshold
            rule = replace(rule, severity=check.severity, threshold=check.threshold if given else own)
    return rule


def _refuse_unknown(evaluation: Evaluation, source: Source) -> None:
    names = {q.name for q in evaluation.instruments[source.name].questions}
    for check in source.checks:
        name, _, column = check.rule.partition(":")
        if name not in KINDS or (column and column not in names):
            raise Blocked(
                Fault(
                    f"source '{source.name}' checks a rule that does not exist",
                    str(evaluation.folder / "evaluation.yaml"),
                    found=check.rule,
                    allowed=", ".join(KINDS) + ", each also with a question, as in unknown_code:age",
                )
            )


def ragged_threshold(source: Source) -> float:
    """Return the share of records without the header's number of fields above which a file of ``source`` blocks."""
    return _settled(_rule("ragged_row", "", "blank", "", "", ""), source.checks).threshold
