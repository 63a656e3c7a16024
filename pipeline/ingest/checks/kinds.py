"""Rules and their kinds: what a check is called, where it stands among reasons, what it takes and what it does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from pipeline.instrument import Question

Severity = Literal["block", "set aside", "flag"]
Test = Literal["blank", "in_set", "between", "no_match", "at_least", "equal"]


@dataclass(frozen=True)
class Asked:
    """What a rule asks, for the page that words it: a key below ``asked`` of ``_validation.yaml``, and what it names.

    A value is a number, a text as it stands, or a text by language.
    """

    key: str
    values: Mapping[str, float | str | Mapping[str, str]] = field(default_factory=dict)

    @property
    def written(self) -> str:
        """Return the values as JSON; nothing where there are none."""
        return json.dumps(dict(self.values), ensure_ascii=False) if self.values else ""


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
    asked, en : what it asks: for the validation page, and in messages.
    """

    name: str
    column: str
    test: Test
    on: tuple[str, ...]
    asked: Asked
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
    """What is common to the rules of one name: its place among reasons, its threshold and what to do.

    ``takes`` are the settings of `checks:` that it understands, beyond severity and threshold; ``limit`` and
    ``at_least`` their defaults. ``whole`` says that it is about the source and not about single records.
    """

    threshold: float
    action: str
    severity: Severity = "set aside"
    takes: tuple[str, ...] = ()
    limit: float | None = None
    at_least: int | None = None
    whole: bool = False


#: In the order in which one main reason is chosen for a row that fails several.
KINDS: dict[str, Kind] = {
    "ragged_row": Kind(0.05, "look at the separator and at quotation marks in these lines"),
    "empty_row": Kind(1.0, "nothing"),
    "total_row": Kind(1.0, "nothing, or `totals: []` of the file where these are no totals of others"),
    "incomplete": Kind(1.0, "nothing, or another rule under `incomplete:` of the file"),
    "unreadable_text": Kind(0.2, "declare the true `encoding:` of the file, or export it again as UTF-8"),
    "missing_required": Kind(0.2, "ask the sender for the value, or drop `required:` from the instrument"),
    "not_a_number": Kind(
        0.05, "declare `decimal:` and `thousands:` of the file, or the codes that mean missing in the instrument"
    ),
    "not_a_date": Kind(0.05, "declare `date_format:` of the question in the instrument, or correct the file"),
    "unknown_code": Kind(0.05, "add the codes to the instrument (codes, missing or recode), or correct the file"),
    "out_of_range": Kind(0.2, "correct the values, or the `range:` in the instrument"),
    "no_weight": Kind(0.05, "ask who made the weights: a record without one counts for nobody"),
    "unknown_commune": Kind(0.2, "give INSEE codes (not postal codes), of today or merged since"),
    "commune_name_differs": Kind(1.0, "ask which is right, the name or the code: the code is used", "flag"),
    "outside_region": Kind(
        1.0,
        "nothing where the file covers more than the perimeter; else widen `territory.perimeter` in evaluation.yaml",
    ),
    "unknown_site": Kind(0.2, "add the site to the register, or its old id or name to the aliases of the register"),
    "undecided_site": Kind(
        1.0, "decide which space is meant: complete build/NAME/to-decide/decisions.yaml and put it with evaluation.yaml"
    ),
    "unknown_actor": Kind(0.2, "add the actor to the list of actors of the wave, or correct its identifier"),
    "self_tie": Kind(1.0, "nothing: nobody cooperates with oneself"),
    "tie_without_answer": Kind(0.2, "say in the list of actors that this one answered, or ask whose tie it is"),
    "date_outside_field": Kind(0.2, "correct the dates, or `field:` of the wave in evaluation.yaml"),
    "duplicate_site": Kind(0.5, "nothing: the first entry is kept, the others become its aliases"),
    "unreadable_hours": Kind(1.0, "correct the opening hours (OpenStreetMap opening_hours syntax)", "flag"),
    "repeated_key": Kind(0.2, "remove the repeated records, or correct their key"),
    "age_sum_differs": Kind(0.2, "correct the counts by age or their total"),
    "answered_past_routing": Kind(1.0, "check the routing in the instrument: the answer is left out", "flag"),
    "contradictory_answers": Kind(1.0, "look at the wording and order of the two questions", "flag"),
    "age_against_birth": Kind(1.0, "ask which of the two is right", "flag", ("questions",)),
    "ends_before_start": Kind(0.05, "correct the dates of the cycle"),
    "attended_over_enrolled": Kind(0.05, "correct the numbers: nobody attends without being enrolled"),
    "used_over_offered": Kind(
        0.05,
        "correct the numbers; if more may be used than is offered, `{rule: used_over_offered, severity: flag}` under"
        " `checks:` of the source keeps them",
    ),
    "enrolled_over_places": Kind(1.0, "ask whether places were added, or which number is right", "flag"),
    "visits_while_closed": Kind(1.0, "correct the month, or the dates of the space in the register", "flag"),
    "straight_lining": Kind(
        1.0, "compare the results with and without these records", "flag", ("questions", "at_least"), at_least=5
    ),
    "speeding": Kind(
        1.0, "compare the results with and without these records", "flag", ("questions", "limit"), limit=1 / 3
    ),
    "same_answers": Kind(
        1.0,
        "ask the space whether one questionnaire was entered twice",
        "flag",
        ("questions", "within", "at_least"),
        at_least=12,
    ),
    "same_record": Kind(
        1.0,
        "look whether it was sent or entered twice, and take the copy out of the file; what stays is counted",
        "flag",
    ),
    "near_same_answers": Kind(1.0, "ask the space how these questionnaires were filled in", "flag"),
    "all_boxes": Kind(1.0, "compare the results with and without these records", "flag"),
    "submitted_elsewhen": Kind(1.0, "ask who entered it, and when: a test or an entry afterwards?", "flag"),
    "last_page_early": Kind(1.0, "ask how it was entered: its answers were never shown", "flag"),
    "decimal_answer": Kind(1.0, "ask what was ticked: the scale has whole steps", "flag", limit=0.97),
    "off_list": Kind(1.0, "look at the questionnaire: the amount is none of those proposed", "flag", limit=0.95),
    "extreme_weight": Kind(1.0, "ask who made the weights: one record must not decide a result", "flag", limit=50),
    "amount_scale": Kind(1.0, "ask for the amount in euros: thousands, or a comma lost?", "flag", limit=100),
    "same_expenditure": Kind(1.0, "ask whether the expenditure was entered twice", "flag"),
    "hours_scale": Kind(1.0, "ask for the hours: minutes, or hours of the group?", "flag", limit=15),
    "hours_without_presence": Kind(1.0, "ask who was present, or take the hours out", "flag"),
    "label_before_opening": Kind(1.0, "ask which of the two dates is right", "flag"),
    "returned_over_handed": Kind(1.0, "ask the space how many were handed out, and how many came back", "flag"),
    "closed_before_opening": Kind(1.0, "ask which of the two dates is right", "flag"),
    "closed_without_date": Kind(1.0, "ask when the space closed: its months are expected until then", "flag"),
    "hours_of_a_week": Kind(1.0, "ask for the opening hours of a week", "flag"),
    "posts_scale": Kind(1.0, "ask for the number of posts open to the public", "flag", limit=8),
    "named_elsewhere": Kind(1.0, "ask which is right, the name or the code of the commune", "flag"),
    "stratum_elsewhere": Kind(1.0, "correct the stratum, or the code of the commune", "flag"),
    "copied_return": Kind(1.0, "ask the space for the counts of that month", "flag", whole=True),
    "multiplied_return": Kind(1.0, "ask the space whether each visit was counted once", "flag", whole=True),
    "empty_return": Kind(1.0, "ask whether the space was closed that month, or sent no return", "flag", whole=True),
    "swapped_ages": Kind(1.0, "ask whether two columns of ages were exchanged", "flag", whole=True),
    "exchanged_spaces": Kind(1.0, "ask both spaces whether their returns were exchanged", "flag", whole=True),
    "year_apart": Kind(1.0, "ask the space what changed that year", "flag", whole=True),
    "item_nonresponse": Kind(
        1.0,
        "look at the wording, the place and the routing of the question",
        "flag",
        ("questions", "limit"),
        0.2,
        whole=True,
    ),
    "drift": Kind(
        1.0,
        "check codes and recodes of both waves before reading it as a change",
        "flag",
        ("questions", "limit", "at_least"),
        0.1,
        30,
        whole=True,
    ),
    "silent_space": Kind(
        1.0,
        "ask the space for its returns, or say in the register when it was open; else they are estimated",
        "flag",
        whole=True,
    ),
    "missing_month": Kind(1.0, "ask the space for its return", "flag", whole=True),
    "spike": Kind(1.0, "ask the space what happened that month", "flag", ("limit", "at_least"), 6, 12, whole=True),
    "person_as_space": Kind(
        1.0,
        "if these are persons, put a code or the name of a place in the place of each name, in every file",
        "flag",
        whole=True,
    ),
    "business_as_space": Kind(
        1.0,
        "if some are businesses of one person, put codes of your own in the place of the numbers, in every file",
        "flag",
        whole=True,
    ),
    "over_capacity": Kind(
        1.0, "check the visits, the posts and the opening hours of the space", "flag", ("limit",), 4, whole=True
    ),
}


def rule(
    name: str, q: Question | str, test: Test, on: str | tuple[str, ...], asked: Asked | str, en: str, **more: object
) -> Rule:
    """Return a rule with what `KINDS` says of its name."""
    kind = KINDS[name]
    column = q if isinstance(q, str) else q.name
    columns = (on,) if isinstance(on, str) else on
    of = Asked(asked) if isinstance(asked, str) else asked
    base = Rule(
        name, column, test, columns, of, en, severity=kind.severity, threshold=kind.threshold, action=kind.action
    )
    return replace(base, **more)  # type: ignore[arg-type]
