"""Checks of single records that need columns of their own: each is a rule, and the text that a failing record gets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.evaluation import Check, Evaluation, Source
from pipeline.evaluation.periods import LENGTH, month_numbers
from pipeline.ingest.checks import consistency, likely, response_style, workshops
from pipeline.ingest.checks.declared import named_questions, refuse_unknown, settled_by
from pipeline.ingest.checks.kinds import KINDS, Asked, Rule, rule
from pipeline.ingest.clean_table import Assembled, floats, text_where
from pipeline.ingest.faults import Blocked, Fault
from pipeline.ingest.recode import coded, received_columns
from pipeline.instrument import Instrument, Question


@dataclass(frozen=True)
class Found:
    """One check of single records: its rule, and the text for each failing record (empty for the others)."""

    rule: Rule
    texts: np.ndarray


def with_row_checks(
    evaluation: Evaluation, source: Source, assembled: Assembled, sites: pd.DataFrame | None
) -> tuple[Assembled, list[Rule]]:
    """Return the source with one column a check in ``seen``, and the rules over them with their severities.

    Parameters
    ----------
    sites : what the register says of each space (`places.of_register`); None where there is none.

    Raises
    ------
    Blocked
        A check of evaluation.yaml names what does not exist, or lacks a setting.
    """
    refuse_unknown(evaluation, source)
    seen, rules = assembled.seen.copy(deep=False), []
    for number, found in enumerate(_every(evaluation, source, assembled, sites)):
        column = f"__check_{number}"
        seen[column] = text_where(found.texts != "", found.texts)
        rules.append(replace(found.rule, on=(column,)))
    return Assembled(assembled.clean, seen, assembled.parts), rules


def _every(evaluation: Evaluation, source: Source, assembled: Assembled, sites: pd.DataFrame | None) -> Iterator[Found]:
    instrument, clean = evaluation.instruments[source.name], assembled.clean
    for pair in instrument.contradictions:
        last = instrument.question(pair.then[-1].question)
        assert last is not None
        said = Asked("own", {"text": {"fr": pair.fr, "en": pair.en or pair.fr}})
        made = rule("contradictory_answers", last, "blank", (), said, pair.en or pair.fr)
        yield Found(settled_by(source.checks, made), consistency.contradictions(instrument, clean, pair))
    if sites is not None and source.kind == "attendance":
        yield from _while_closed(source, instrument, clean, sites)
    if source.kind in ("workshops", "enrolments", "records"):
        for made, texts in workshops.contradicted(instrument, clean):
            yield Found(settled_by(source.checks, made), texts)
    for made, texts in likely.likely_mistaken(evaluation, source, assembled):
        yield Found(settled_by(source.checks, made), texts)
    if source.kind != "survey":
        return
    for check in source.checks:
        if check.rule in _DECLARED:
            made, texts = _DECLARED[check.rule](evaluation, source, assembled, check)
            yield Found(settled_by([check], made), texts)
    if not any(c.rule == "same_answers" and c.questions for c in source.checks):
        yield from _same_answers(evaluation, source, assembled)


def _while_closed(source: Source, instrument: Instrument, clean: pd.DataFrame, sites: pd.DataFrame) -> Iterator[Found]:
    month, visits = instrument.by_role("month"), instrument.by_role("visits")
    if month is None or visits is None or "site_id" not in clean:
        return
    places = np.append(np.arange(len(sites)), -1)[sites.index.get_indexer(pd.Index(clean["site_id"]))]
    opened, closed = (np.append(consistency.month_number(sites[c]), np.nan)[places] for c in ("opened", "closed"))
    if np.isnan(opened).all() and np.isnan(closed).all():
        return
    en = "no visit before the opening or after the closing"
    made = rule("visits_while_closed", month, "blank", (), "open", en)
    at = month_numbers(clean[month.name], source.period)
    texts = consistency.while_closed(at, floats(clean[visits.name]), opened, closed, LENGTH[source.period])
    yield Found(settled_by(source.checks, made), texts)


def _age_against_birth(
    evaluation: Evaluation, source: Source, assembled: Assembled, check: Check
) -> tuple[Rule, np.ndarray]:
    age, born = _two(evaluation, source, check, "the age and the year of birth")
    clean = assembled.clean
    years = clean["wave"].map({w.name: w.field for w in evaluation.settings.waves})
    first = years.map(lambda f: f[0].year if isinstance(f, tuple) else np.nan).to_numpy(dtype=float)
    last = years.map(lambda f: f[1].year if isinstance(f, tuple) else np.nan).to_numpy(dtype=float)
    en = "an age that goes with the year of birth"
    birth = clean[born.name]
    birth = birth.dt.year.astype("Float64") if born.type == "date" else birth
    return rule("age_against_birth", age, "blank", (), "birth", en), consistency.age_against_birth(
        floats(clean[age.name]), floats(birth), first, last
    )


def _straight_lining(
    evaluation: Evaluation, source: Source, assembled: Assembled, check: Check
) -> tuple[Rule, np.ndarray]:
    block = _some(evaluation, source, check, "the block of scales, as in [sat_*]")
    least = check.at_least or KINDS["straight_lining"].at_least or 0
    answers = np.column_stack([floats(assembled.clean[q.name]) for q in block if q.type in ("likert", "number")])
    asked = Asked("varied", {"scales": answers.shape[1]})
    en = f"varied answers to the {answers.shape[1]} scales of one block"
    return rule("straight_lining", "__block", "blank", (), asked, en), response_style.straight_lines(answers, least)


def _speeding(evaluation: Evaluation, source: Source, assembled: Assembled, check: Check) -> tuple[Rule, np.ndarray]:
    asked = _some(evaluation, source, check, "one question with the seconds taken, or those of start and end")
    share = check.limit or KINDS["speeding"].limit or 0
    if len(asked) == 1:
        seconds = floats(assembled.clean[asked[0].name])
    elif len(asked) == 2:
        start, end = (_moments(assembled, q) for q in _in_order(asked, check))
        seconds = (end - start).dt.total_seconds().to_numpy(dtype=float)
    else:
        raise _setting(evaluation, source, check, "one question with the seconds taken, or those of start and end")
    slow = Asked("slow", {"share": round(100 * share)})
    en = f"at least {share:.0%} of the median time of the wave"
    texts = response_style.too_fast(seconds, assembled.clean["wave"].to_numpy(dtype=object), share)
    return rule("speeding", asked[-1], "blank", (), slow, en), texts


def _in_order(asked: list[Question], check: Check) -> list[Question]:
    return sorted(asked, key=lambda q: check.questions.index(q.name) if q.name in check.questions else 0)


def _moments(assembled: Assembled, q: Question) -> pd.Series:
    """Return date and time as received: the clean column holds the day only."""
    found = [
        pd.to_datetime(p.received.table[received_columns(q, p.wave)[0]].astype("str"), format="mixed", errors="coerce")
        if q.asked(p.wave)
        else pd.Series(pd.NaT, index=p.received.table.index)
        for p in assembled.parts
    ]
    return pd.concat([f.astype("datetime64[us]") for f in found], ignore_index=True)


def _same_answers(
    evaluation: Evaluation, source: Source, assembled: Assembled, check: Check | None = None
) -> Iterator[Found]:
    instrument, clean = evaluation.instruments[source.name], assembled.clean
    check = check or next((c for c in source.checks if c.rule == "same_answers"), Check(rule="same_answers"))
    every = named_questions(evaluation, source, check.questions) if check.questions else instrument.questions
    closed = [q for q in every if (coded(q) or q.type in ("likert", "multiple", "count", "number"))]
    least = check.at_least or KINDS["same_answers"].at_least or 0
    within = check.within or (["site_id"] if "site_id" in clean else [])
    lost = [c for c in within if c not in clean]
    if lost:
        raise _setting(evaluation, source, check, "columns of the clean table", ", ".join(lost))
    if not within and check in source.checks:
        raise _setting(
            evaluation, source, check, "within: columns whose cells are compared", "no `within:` and no spaces"
        )
    # without cells nothing tells a copy from two people who answer alike
    if not within or (len(closed) < least and not check.questions):
        return
    alone = assembled.seen.get("__repeats")
    counted = np.ones(len(clean), dtype=bool) if alone is None else alone.isna().to_numpy()
    codes = np.column_stack(
        [pd.factorize(clean[c])[0] for q in closed for c in q.clean_columns() if c in clean]
        or [np.zeros(len(clean), dtype=np.int64)]
    )
    answered = sum((clean[f"{q.name}__status"] == "answered").to_numpy(dtype=np.int64) for q in closed)
    found = response_style.same_answers(
        codes,
        pd.factorize(clean["wave"])[0],
        clean[["wave", *within]].groupby(["wave", *within], dropna=False, sort=False).ngroup().to_numpy(),
        counted & (np.asarray(answered) >= least),
        clean["_line"].to_numpy(),
    )
    # The same rate tells one case a thousand records from one in two.
    differ = Asked("differ", {"pairs": found.pairs, "chance": round(found.by_chance, 1)})
    en = f"answers that differ from all others ({found.pairs} identical pairs, {found.by_chance:.1f} by chance)"
    made = rule("same_answers", "__key", "blank", (), differ, en)
    yield Found(settled_by([check], made), found.texts)


def _some(evaluation: Evaluation, source: Source, check: Check, what: str) -> list[Question]:
    if not check.questions:
        raise _setting(evaluation, source, check, what)
    return named_questions(evaluation, source, check.questions)


def _two(evaluation: Evaluation, source: Source, check: Check, what: str) -> list[Question]:
    found = _in_order(_some(evaluation, source, check, what), check)
    if len(found) != 2:
        raise _setting(evaluation, source, check, what, ", ".join(q.name for q in found))
    return found


def _setting(evaluation: Evaluation, source: Source, check: Check, what: str, found: str | None = None) -> Blocked:
    return Blocked(
        Fault(
            f"the check '{check.rule}' of source '{source.name}' needs other settings",
            str(evaluation.folder / "evaluation.yaml"),
            found=found or f"questions: {check.questions}",
            allowed=what,
            action="correct the check under `checks:` of the source",
        )
    )


_DECLARED = {"age_against_birth": _age_against_birth, "straight_lining": _straight_lining, "speeding": _speeding}
