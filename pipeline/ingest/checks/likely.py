"""Records likelier mistaken than true, by kind of source: each is a rule that flags, and its reason a record."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.evaluation import Evaluation, Source
from pipeline.ingest.checks import magnitude, register_facts, submission
from pipeline.ingest.checks.kinds import KINDS, Rule, rule
from pipeline.ingest.clean_table import Assembled, floats
from pipeline.ingest.lexicon import patterns
from pipeline.ingest.sites.territories import commune_names
from pipeline.instrument import Instrument, Question, Role

#: A rule and, a record, why it fails it ("" where it does not).
Found = tuple[Rule, np.ndarray]
#: Boxes of a question without which ticking all says nothing; a scale has so few steps.
BOXES, STEPS = 6, 20

_SHUT: str = patterns("closures")["status"]


def likely_mistaken(evaluation: Evaluation, source: Source, assembled: Assembled) -> Iterator[Found]:
    """Yield the rules of the kind of a source, each with the text of every failing record."""
    instrument, clean = evaluation.instruments[source.name], assembled.clean
    if source.kind == "costs":
        yield from _costs(instrument, clean)
    elif source.kind == "workshops":
        yield from _workshops(instrument, clean)
    elif source.kind == "fieldwork":
        yield from _fieldwork(instrument, clean)
    elif source.kind == "sites":
        yield from _register(evaluation, instrument, clean)
    elif source.kind == "survey":
        yield from _weights(source, instrument, assembled)
        yield from _answers(evaluation, instrument, clean)


def _flag(name: str, q: Question | str, en: str) -> Rule:
    return rule(name, q, "blank", (), name, en)


def _limit(name: str) -> float:
    return KINDS[name].limit or 0.0


def _costs(instrument: Instrument, clean: pd.DataFrame) -> Iterator[Found]:
    amount = instrument.by_role("amount")
    if amount is None or amount.name not in clean:
        return
    values = floats(clean[amount.name])
    alike = _names(instrument, clean, "cost_nature", "financer")
    groups = clean[alike].groupby(alike, dropna=False).ngroup().to_numpy() if alike else np.zeros(len(clean))
    en = "amounts of the order of those of their kind"
    yield _flag("amount_scale", amount, en), magnitude.out_of_scale(values, groups, _limit("amount_scale"))
    told = ["wave", *_names(instrument, clean, "site", "year", "cost_nature", "financer", "date"), amount.name]
    if len(told) > 3:
        again = clean[told].duplicated().to_numpy(dtype=bool) & (values > 0)
        lines = clean.groupby(told, dropna=False)["_line"].transform("first").to_numpy()
        texts = np.full(len(clean), "", dtype=object)
        for row in np.flatnonzero(again):
            texts[row] = f"{values[row]:g}, as on line {lines[row]}"
        yield _flag("same_expenditure", amount, "each expenditure once"), texts


def _workshops(instrument: Instrument, clean: pd.DataFrame) -> Iterator[Found]:
    hours = instrument.by_role("training_hours")
    present = instrument.by_role("attended") or instrument.by_role("enrolled")
    if hours is None or present is None:
        return
    spent, n = floats(clean[hours.name]), floats(clean[present.name])
    texts = np.full(len(clean), "", dtype=object)
    for row in np.flatnonzero((n == 0) & (spent > 0)):
        texts[row] = f"{spent[row]:g} hours, nobody present"
    yield _flag("hours_without_presence", hours, "hours only where somebody was present"), texts
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.where(n > 0, spent / n, np.nan)
    groups = np.zeros(len(clean), dtype=np.int64)
    found = magnitude.out_of_scale(each, groups, _limit("hours_scale"))
    told = np.array([f"hours each: {t}" if t else "" for t in found], dtype=object)
    yield _flag("hours_scale", hours, "hours a person of the order of those of other cycles"), told


def _fieldwork(instrument: Instrument, clean: pd.DataFrame) -> Iterator[Found]:
    returned, handed = instrument.by_role("returned"), instrument.by_role("handed")
    if returned is None or handed is None or not {returned.name, handed.name} <= set(clean):
        return
    back, out = floats(clean[returned.name]), floats(clean[handed.name])
    texts = np.full(len(clean), "", dtype=object)
    for row in np.flatnonzero(back > out):
        texts[row] = f"{back[row]:g} returned, {out[row]:g} handed out or asked"
    yield _flag("returned_over_handed", returned, "no more returned than handed out"), texts


def _register(evaluation: Evaluation, instrument: Instrument, clean: pd.DataFrame) -> Iterator[Found]:
    opened = instrument.by_role("opened")
    after: tuple[tuple[Role, str, str], ...] = (
        ("label_date", "label_before_opening", "label"),
        ("closed", "closed_before_opening", "closed"),
    )
    for role, name, word in after:
        later = instrument.by_role(role)
        if opened is None or later is None or opened.name not in clean or later.name not in clean:
            continue
        days = pd.to_datetime(clean[later.name]), pd.to_datetime(clean[opened.name])
        yield _flag(name, later, f"{word} after the opening"), register_facts.before_opening(*days, word)
    status, closed = instrument.by_role("status"), instrument.by_role("closed")
    if status is not None and closed is not None and {status.name, closed.name} <= set(clean):
        shut = clean[status.name].astype("str").str.contains(_SHUT, case=False, regex=True).fillna(False)
        texts = register_facts.closed_without_date(shut.to_numpy(dtype=bool), clean[closed.name])
        yield _flag("closed_without_date", closed, "the day on which a closed space closed"), texts
    hours, posts = instrument.by_role("hours"), instrument.by_role("posts")
    if hours is not None and hours.name in clean:
        texts = register_facts.too_many_hours(floats(clean[hours.name]))
        yield _flag("hours_of_a_week", hours, "hours that a week may have"), texts
    if posts is not None and posts.name in clean:
        # small spaces beside small ones, where the register says which are
        kind = instrument.by_role("site_type")
        alike = np.zeros(len(clean)) if kind is None or kind.name not in clean else pd.factorize(clean[kind.name])[0]
        texts = magnitude.out_of_scale(floats(clean[posts.name]), alike, _limit("posts_scale"))
        yield _flag("posts_scale", posts, "posts of the order of those of other spaces"), texts
    yield from _places(evaluation, instrument, clean)


def _places(evaluation: Evaluation, instrument: Instrument, clean: pd.DataFrame) -> Iterator[Found]:
    name, commune = instrument.by_role("site_name"), instrument.by_role("commune")
    stratum = instrument.by_role("stratum")
    if commune is None:
        return
    codes = clean["commune"] if "commune" in clean else clean[commune.name]
    if name is not None and name.name in clean:
        texts = register_facts.named_elsewhere(clean[name.name], codes, commune_names(evaluation))
        yield _flag("named_elsewhere", name, "a name that goes with the commune"), texts
    level = evaluation.settings.territory.level
    if stratum is not None and stratum.name in clean and level in clean:
        texts = register_facts.other_stratum(clean[stratum.name].astype("str"), clean[level].astype("str"))
        yield _flag("stratum_elsewhere", stratum, "the stratum of the place where it stands"), texts


def _weights(source: Source, instrument: Instrument, assembled: Assembled) -> Iterator[Found]:
    clean = assembled.clean
    named = source.design.weights if source.design is not None else None
    weight = instrument.question(named) if named else instrument.by_role("weight")
    if weight is None or weight.name not in clean:
        return
    if named:
        en = "a supplied weight: a positive number"
        texts = magnitude.no_weight(clean[weight.name], clean[f"{weight.name}__status"])
        # what is no number is told as such
        if (unreadable := f"{weight.name}__unreadable") in assembled.seen:
            texts[assembled.seen[unreadable].notna().to_numpy()] = ""
        yield _flag("no_weight", weight, en), texts
    texts = magnitude.out_of_scale(floats(clean[weight.name]), pd.factorize(clean["wave"])[0], _limit("extreme_weight"))
    yield _flag("extreme_weight", weight, "weights of one order"), texts


def _answers(evaluation: Evaluation, instrument: Instrument, clean: pd.DataFrame) -> Iterator[Found]:
    waves = clean["wave"].to_numpy(dtype=object)
    for q in instrument.questions:
        # where a number identifies people a pseudonym stands in its place
        if q.type != "number" or q.role in ("weight", "inclusion") or not _is_numeric(clean, q.name):
            continue
        values = floats(clean[q.name])
        if q.range is not None and q.range[1] - q.range[0] <= STEPS:
            texts = magnitude.decimals_among_whole(values, waves, _limit("decimal_answer"))
            yield _flag("decimal_answer", q, "whole numbers, as the others answered"), texts
        elif q.role is None:
            yield _flag("off_list", q, "a number of the list"), magnitude.off_list(values, waves, _limit("off_list"))
    for q in instrument.questions:
        columns = [c for c in q.clean_columns() if c in clean] if q.type == "multiple" else []
        if len(columns) >= BOXES:
            boxes = clean[columns].fillna(False).to_numpy(dtype=bool)
            asked = (clean[f"{q.name}__status"] == "answered").to_numpy(dtype=bool)
            yield _flag("all_boxes", q, "not every box ticked"), submission.all_ticked(boxes, asked, waves)
    yield from _submitted(evaluation, instrument, clean)
    yield from _copies(instrument, clean)
    yield from _whole_copies(instrument, clean)


def _submitted(evaluation: Evaluation, instrument: Instrument, clean: pd.DataFrame) -> Iterator[Found]:
    visit = instrument.by_role("date")
    by_column = {q.column or q.name: q for q in instrument.questions if q.name in clean}
    submitted = next((by_column[c] for c in ("submitdate", "_submission_time") if c in by_column), None)
    if submitted is not None and submitted.type == "date":
        field = {w.name: w.field for w in evaluation.settings.waves}
        first, last = (
            clean["wave"].map({w: pd.Timestamp(days[end]) for w, days in field.items()}).astype("datetime64[us]")
            for end in (0, 1)
        )
        days = None
        if visit is not None and visit.name in clean and visit is not submitted:
            # a visit out of the field is told as such
            days = pd.to_datetime(clean[visit.name]).astype("datetime64[us]")
            days = days.where((days >= first) & (days <= last))
        texts = submission.submitted_elsewhen(pd.to_datetime(clean[submitted.name]), days, last.to_numpy())
        yield _flag("submitted_elsewhen", submitted, "submitted after the visit, in the field"), texts
    page = by_column.get("lastpage")
    if page is not None:
        asked = [c for c in clean.columns if c.endswith("__status")]
        share = (clean[asked] == "answered").mean(axis=1).to_numpy(dtype=float)
        texts = submission.beyond_last_page(floats(clean[page.name]), share)
        yield _flag("last_page_early", page, "the last page shown where all is answered"), texts


def _whole_copies(instrument: Instrument, every: pd.DataFrame) -> Iterator[Found]:
    """Yield the records that repeat another in the waves where no key tells them apart."""
    key = instrument.by_role("respondent")
    keyed = [w for w in every["wave"].unique() if key is not None and key.asked(w)]
    clean = every[~every["wave"].isin(keyed)]
    if len(clean) < submission.FEWEST:
        return
    kinds = {"single": True, "likert": True, "multiple": False, "number": False, "count": False, "date": False}
    held: dict[bool, list[np.ndarray]] = {True: [], False: []}
    for q in (q for q in instrument.questions if q.type in kinds):
        columns = [c for c in q.clean_columns() if c in clean]
        if columns:
            codes = [pd.factorize(clean[c], use_na_sentinel=False)[0] for c in columns]
            whole = pd.factorize(pd.util.hash_pandas_object(pd.DataFrame(np.column_stack(codes)), index=False))[0]
            held[kinds[q.type]].append(whole if len(codes) > 1 else codes[0])
    if not held[False]:
        return
    none = np.zeros((len(clean), 0), dtype=np.int64)
    closed, open_ended = (np.column_stack(each) if each else none for each in (held[True], held[False]))
    wave = pd.factorize(clean["wave"])[0]
    texts = np.full(len(every), "", dtype=object)
    texts[every.index.get_indexer(clean.index)] = submission.whole_copies(
        closed, open_ended, wave, clean["_line"].to_numpy()
    )
    yield _flag("same_record", "__key", "a record that is no copy of another"), texts


def _copies(instrument: Instrument, clean: pd.DataFrame) -> Iterator[Found]:
    if "site_id" not in clean:
        return
    asked = [q for q in instrument.questions if q.type in ("single", "likert", "multiple") and q.role != "site"]
    columns = [c for q in asked for c in q.clean_columns() if c in clean]
    if len(columns) < submission.ANSWERED:
        return
    codes = np.column_stack([pd.factorize(clean[c])[0] for c in columns])
    cell = clean.groupby(["wave", "site_id"], dropna=False, sort=False).ngroup().to_numpy()
    counted = [q.name for q in instrument.questions if q.type in ("number", "count") and q.name in clean]
    numbers = np.column_stack([np.zeros(len(clean)), *(pd.factorize(clean[c])[0] for c in counted)])
    texts = submission.near_copies(codes, cell, clean["_line"].to_numpy(), numbers)
    yield _flag("near_same_answers", "__key", "answers of one's own"), texts


def _names(instrument: Instrument, clean: pd.DataFrame, *roles: Role) -> list[str]:
    found = [q.name for role in roles if (q := instrument.by_role(role)) is not None]
    return [n for n in found if n in clean]


def _is_numeric(clean: pd.DataFrame, name: str) -> bool:
    return name in clean and bool(pd.api.types.is_numeric_dtype(clean[name]))
