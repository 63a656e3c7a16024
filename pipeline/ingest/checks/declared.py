"""What `checks:` of a source in evaluation.yaml says of its rules: severity, threshold and settings."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from dataclasses import replace

from pipeline.evaluation import Check, Evaluation, Source
from pipeline.ingest.checks.kinds import KINDS, Rule, rule
from pipeline.ingest.faults import Blocked, Fault, near_misses
from pipeline.instrument import Question


def settled_by(checks: Sequence[Check], made: Rule) -> Rule:
    """Return the rule with what `checks:` says of it: `rule: unknown_code` for all, `unknown_code:age` for one."""
    for check in checks:
        if check.rule in (made.name, f"{made.name}:{made.column}"):
            severity = check.severity or made.severity
            own = {"block": 0.0, "flag": 1.0}.get(severity, made.threshold) if check.severity else made.threshold
            threshold = check.threshold if "threshold" in check.model_fields_set else own
            made = replace(made, severity=severity, threshold=threshold)
    return made


def refuse_unknown(evaluation: Evaluation, source: Source) -> None:
    """Refuse checks of rules that do not exist, or with settings that their rule does not take."""
    names = {q.name for q in evaluation.instruments[source.name].questions}
    for number, check in enumerate(source.checks):
        name, _, column = check.rule.partition(":")
        place = f"{evaluation.folder / 'evaluation.yaml'}, key sources.{source.name}.checks.{number}"
        if name not in KINDS or (column and column not in names):
            raise Blocked(
                Fault(
                    f"source '{source.name}' checks a rule that does not exist",
                    place,
                    found=check.rule,
                    allowed=", ".join(KINDS) + ", each also with a question, as in unknown_code:age",
                )
            )
        takes = KINDS[name].takes
        wrong = [k for k in ("questions", "within", "at_least", "limit") if k in check.model_fields_set - {*takes}]
        if wrong:
            raise Blocked(
                Fault(
                    f"the check '{name}' does not take this setting",
                    place,
                    found=wrong[0],
                    allowed=", ".join(("severity", "threshold", *takes)),
                )
            )
        if KINDS[name].whole and check.severity == "set aside":
            raise Blocked(
                Fault(
                    f"the check '{name}' is about the whole source and sets no record aside",
                    place,
                    found="severity: set aside",
                    allowed="block, flag",
                )
            )


def named_questions(evaluation: Evaluation, source: Source, patterns: Sequence[str]) -> list[Question]:
    """Return the questions that a check names, in the order of the instrument; names may end in ``*``.

    Raises
    ------
    Blocked
        A name fits no question.
    """
    questions = evaluation.instruments[source.name].questions
    for pattern in patterns:
        if not any(fnmatch.fnmatchcase(q.name, pattern) for q in questions):
            raise Blocked(
                Fault(
                    f"a check of source '{source.name}' names a question that does not exist",
                    str(evaluation.folder / "evaluation.yaml"),
                    found=pattern,
                    allowed=near_misses(pattern, [q.name for q in questions]),
                )
            )
    return [q for q in questions if any(fnmatch.fnmatchcase(q.name, p) for p in patterns)]


def ragged_threshold(source: Source) -> float:
    """Return the share of records without the header's number of fields above which a file of ``source`` blocks."""
    return settled_by(source.checks, rule("ragged_row", "", "blank", "", "", "")).threshold
