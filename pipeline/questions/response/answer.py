"""What came in and what it is worth: records received, response at both stages, weights and margins.

Rates follow AAPOR (2023, Standard Definitions, 10th edition, pages 78 to 83): every drawn space and every person handed
a questionnaire is eligible and known, so that RR1, RR3 and RR5 are one number, complete over handed, and RR2, RR4 and
RR6 another, which counts partial interviews too: accepted over handed. A questionnaire that was begun on line and not
submitted is partial where it was accepted; paper tells no partial ones apart. The overall rate is the product of the
rates of both stages, of numbers without weights.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field

from pipeline.questions.context import Context
from pipeline.questions.entry import Entry, Strict
from pipeline.questions.quantities import counted, diagnostic
from pipeline.questions.surveyed import asked_question
from pipeline.results import Result
from pipeline.results.measure import COUNT, MEAN, Measure
from pipeline.results.quantity import OUTSIDE, Where
from pipeline.weighting.margins import OUTSIDE as NO_UNIT
from pipeline.weighting.recipe import TERRITORY

_ANSWERED = "answered"
#: Column of on-line questionnaires that is empty where one was begun and not submitted.
_SUBMITTED = "submitdate"
_REFUSALS = ("no_answer", "refused", "dont_know")
#: Unit of each measure of the weights that is not a plain ratio.
_UNITS = {"n": "count", "n_effective": "count", "sum": "count", "cap": "count", "mean": "mean", "min": "mean"}
_UNITS |= {"max": "mean", "capped_share": "share", "links_imputed_share": "share"}

#: The kinds of numbers of this question.
MEASURES = (
    COUNT,
    MEAN,
    Measure("rate", "rate", "percent"),
    Measure("item_nonresponse", "share"),
    *(Measure(name, "count") for name in ("n", "sum", "target", "before", "after")),
    *(Measure(name, "count") for name in ("n_effective", "cap")),
    *(Measure(name, "mean") for name in ("min", "max")),
    *(Measure(name, "ratio") for name in ("cv", "deff_kish", "g_min", "g_max", "cap_effect")),
    *(Measure(name, "share") for name in ("capped_share", "links_imputed_share", "imputed_share")),
)


class Settings(Strict):
    """Settings of the response account."""

    items: list[str] | None = None
    """Questions whose item nonresponse is told; the frequency question by default."""
    handed: dict[str, str] = Field(default={})
    """Survey -> source of records (enrolments, workshops) each of which was handed a questionnaire, so that the
    rate of return is known though nobody knows who returned it.
    """


def answer(context: Context, entry: Entry) -> list[Result]:
    """Return accounts, response rates, item nonresponse, diagnostics of the weights and margins."""
    settings = entry.checked(Settings)
    made = [*_accounts(context, entry), *_corrected(context, entry)]
    surveys = context.evaluation.sources("survey")
    if not surveys:
        return made
    made += _returned(context, entry, settings.handed)
    made += _response(context, entry)
    made += _weights(context, entry)
    made += _margins(context, entry)
    for source in surveys:
        default = [source.visits.question] if source.visits else []
        made += _items(context, entry, source.name, settings.items if settings.items is not None else default)
    return made


def _row(context: Context, entry: Entry, **values: Any) -> Result:
    fixed = {"territory_level": "region", "territory": context.region, "inference": "census"}
    return diagnostic(Result(**{**fixed, "analysis": entry.name, "confirmatory": False, **values}))


def _accounts(context: Context, entry: Entry) -> Iterator[Result]:
    """Received, accepted, set aside: by source and wave, and over all waves."""
    table = context.table(context.ingest, "account")
    table = table[table["kind"].isin(["received", "accepted", "set_aside", "reason", "flag"])]
    # a main reason is given for every row set aside, so that reasons add up to the rows
    table = table.assign(
        kind=table["kind"].replace("reason", "set_aside"),
        reason=table["reason"].fillna("").astype(str),
        wave=table["wave"].fillna("").astype(str).replace("nan", ""),
    )
    by_wave = table[table["wave"].ne("") & table["wave"].ne("all")]
    parts = [(by_wave, ["source", "kind", "reason", "wave"]), (table, ["source", "kind", "reason"])]
    for part, keys in parts:
        for cell, n in part.groupby(keys)["n"].sum().items():
            facts = dict(zip(keys, cell if isinstance(cell, tuple) else (cell,), strict=True))
            domain = {"source": facts["source"], **({"reason": facts["reason"]} if facts["reason"] else {})}
            time = {"wave": facts["wave"]} if "wave" in facts else {"period": "all"}
            yield _row(
                context,
                entry,
                analysis="account",
                indicator=facts["kind"],
                measure="count",
                population="records",
                unit="count",
                estimate=float(n),
                n=float(n),
                domain=domain,
                source=str(facts["source"]),
                **time,
            )


def _returned(context: Context, entry: Entry, handed: Mapping[str, str]) -> Iterator[Result]:
    """Yield the questionnaires accepted over the records that were each handed one, by wave of the survey.

    Raises
    ------
    AnalyseError
        When a source is unknown, or records without waves stand for several waves of a survey.
    """
    if not handed:
        return
    account = context.table(context.ingest, "account")
    accepted = account[account["kind"] == "accepted"]
    accepted = accepted.assign(wave=accepted["wave"].fillna("").astype(str))
    counts = accepted.groupby(["source", "wave"])["n"].sum()
    known = sorted(set(accepted["source"]))
    for survey, records in handed.items():
        if lost := [name for name in (survey, records) if name not in known]:
            raise entry.error("no such source", "handed", found=lost, allowed=known)
        given, waves = counts[records], counts[survey]
        if set(given.index) != set(waves.index) and len(waves) > 1:
            raise entry.error(
                "records without waves stand for several waves of the survey", "handed", found=records,
                allowed=f"records of {', '.join(map(str, waves.index))}, each wave from its own file",
                action=f"under `files:` of the source {records}, name each file by its wave instead of `all`",
            )  # fmt: skip
        for wave, n in waves.items():
            out = float(given.get(wave, given.sum()))
            shared = {"wave": str(wave), "population": "records", "source": survey, "domain": {"source": survey}}
            yield _row(
                context, entry, indicator="returned", measure="rate", unit="rate", estimate=n / out, n=out, **shared
            )
            for what, value in (("given", out), ("back", float(n))):
                yield _row(
                    context, entry, indicator=what, measure="count", unit="count", estimate=value, n=out, **shared
                )


def _corrected(context: Context, entry: Entry) -> Iterator[Result]:
    """Received values that were corrected, by source; nothing where none was."""
    if not (context.ingest / "corrections.parquet").is_file():
        return
    table = context.table(context.ingest, "corrections")
    for source, n in table.groupby("source")["n"].sum().items():
        yield _row(
            context,
            entry,
            analysis="account",
            indicator="corrected",
            measure="count",
            population="records",
            unit="count",
            estimate=float(n),
            n=float(n),
            domain={"source": str(source)},
            source=str(source),
            period="all",
        )


def _response(context: Context, entry: Entry) -> Iterator[Result]:
    table = context.table(context.weight, "response")
    principal = context.evaluation.sources("survey")[0].name
    for (source, wave), part in table.groupby(["source", "wave"], sort=True):
        # the first survey has the plain ids
        domain = {"source": source} if source != principal else None
        shared = {"wave": str(wave), "domain": domain, "source": str(source)}
        rates = []
        for stage, population, names in (
            ("space", "spaces", {"sampled": "spaces.sampled", "responded": "spaces.participating"}),
            (
                "person",
                "visits",
                {"sampled": "persons.handed", "returned": "persons.returned", "responded": "persons.accepted"},
            ),
        ):
            rows = part[part["stage"] == stage]
            if rows.empty:
                continue
            sums = rows[["eligible", "sampled", "returned", "responded"]].sum(min_count=1)
            facts = {**shared, "population": population, "n": sums["sampled"], "contributors": sums["sampled"]}
            if stage == "space" and pd.notna(sums["eligible"]):
                names = {"eligible": "spaces.eligible", **names}
            for column, name in names.items():
                yield _row(
                    context, entry, indicator=name, measure="count", unit="count", estimate=sums[column], **facts
                )
            if stage == "person":
                yield from _interviews(context, entry, str(source), str(wave), facts)
            head = "spaces" if stage == "space" else "persons"
            rates.append(sums["responded"] / sums["sampled"])
            yield _row(context, entry, indicator=head, measure="rate", unit="rate", estimate=rates[-1], **facts)
        if len(rates) == 2:
            # the product: what share of the visits of drawn spaces led to an accepted answer
            facts = {**shared, "population": "visits", "n": sums["sampled"], "contributors": sums["sampled"]}
            yield _row(
                context, entry, indicator="overall", measure="rate", unit="rate", estimate=np.prod(rates), **facts
            )


def _interviews(context: Context, entry: Entry, source: str, wave: str, facts: dict[str, Any]) -> Iterator[Result]:
    """Partial interviews among those accepted, and the rate of complete ones; nothing where none is told apart."""
    asked = (q for q in context.instrument(source).questions if q.asked(wave))
    told = next((q.name for q in asked if _SUBMITTED in q.columns(wave).values()), None)
    if told is None:
        return
    frame = context.clean(source, ["wave", f"{told}__status"])
    if f"{told}__status" not in frame:
        return
    submitted = frame.loc[frame["wave"].astype(str) == wave, f"{told}__status"] == _ANSWERED
    partial, complete = float((~submitted).sum()), float(submitted.sum())
    yield _row(context, entry, indicator="persons.partial", measure="count", unit="count", estimate=partial, **facts)
    rate = complete / facts["n"]
    yield _row(context, entry, indicator="persons.complete", measure="rate", unit="rate", estimate=rate, **facts)


def _weights(context: Context, entry: Entry) -> Iterator[Result]:
    table = context.table(context.weight, "diagnostics")
    # surveys of different people have ids of their own
    whom = {str(s): context.evaluation.source(str(s)).units for s in table["source"].unique()}
    inside = table.pivot_table(index=["source", "wave", "weight"], columns="measure", values="value", aggfunc="first")
    sizes = inside["n"].to_dict()
    for r in table[np.isfinite(table["value"])].itertuples():
        n = float(sizes[(r.source, r.wave, r.weight)])
        persons = whom[str(r.source)]
        several = list(whom.values()).count(persons) > 1
        yield _row(
            context,
            entry,
            analysis="weighting",
            indicator=str(r.weight),
            measure=str(r.measure),
            wave=str(r.wave),
            population="visits" if r.weight == "visit" else persons,
            unit=_UNITS.get(str(r.measure), "ratio"),
            estimate=r.value,
            n=n,
            contributors=n,
            source=str(r.source),
            domain={"source": r.source} if several else None,
        )


def _margins(context: Context, entry: Entry) -> Iterator[Result]:
    """The margins of calibration, before and after, with the share of each that had to be imputed.

    They are visits made in spaces, or official numbers of the population surveyed. Categories of a margin add up to
    what another margin adds up to: a margin is told as if each of its categories rested on no more spaces, or answers,
    than the one that rests on fewest, whole or not at all.
    """
    table = context.table(context.weight, "margins")
    if table.empty:
        return
    visited = table[table["spaces"] > 0].groupby(["source", "wave", "margin"])
    fewest, largest = visited["spaces"].min().to_dict(), visited["largest_share"].max().to_dict()
    fewest |= table[table["official"]].groupby(["source", "wave", "margin"])["n"].min().to_dict()
    for r in table.itertuples():
        cell = (r.source, r.wave, r.margin)
        shared = {
            "analysis": "weighting",
            "indicator": f"margin_{r.margin}",
            "wave": str(r.wave),
            "population": context.evaluation.source(str(r.source)).units if r.official else "visits",
            "domain": {str(r.margin): r.category},
            "n": r.n,
            "contributors": float(fewest[cell]),
            "largest_share": math.nan if r.official else float(largest[cell]),
            "source": str(r.source),
        }
        for measure, unit in (("target", "count"), ("before", "count"), ("after", "count"), ("imputed_share", "share")):
            if r.official and measure == "imputed_share":
                continue
            row = _row(context, entry, measure=measure, unit=unit, estimate=float(getattr(r, measure)), **shared)
            yield row if measure == "imputed_share" else _margin_of(row, measure)


def _margin_of(row: Result, measure: str) -> Result:
    """Return a margin with its quantity: what weights add up to, which they are made to in a unit too."""
    ((name, category),) = (row.domain or {}).items()
    what = counted(row, "total", {}, {name: [category]}, measure)
    if name in TERRITORY:
        code = OUTSIDE if category == NO_UNIT else str(category)
        what = replace(what, base=(), where=Where(name, code))
    return replace(row, quantity=replace(what, weight="visit" if row.population == "visits" else "person"))


def _items(context: Context, entry: Entry, source: str, names: list[str]) -> Iterator[Result]:
    """Item nonresponse among those asked."""
    frame = context.clean(source, ["wave", *(f"{name}__status" for name in names)])
    for i, name in enumerate(names):
        asked_question(entry, context.instrument(source), name, "items", i)
        for wave, status in frame.groupby("wave")[f"{name}__status"]:
            answered = int((status == _ANSWERED).sum())
            silent = int(status.isin(_REFUSALS).sum())
            if answered + silent:
                row = _row(
                    context,
                    entry,
                    indicator=name,
                    measure="item_nonresponse",
                    population="respondents",
                    unit="share",
                    wave=str(wave),
                    estimate=silent / (answered + silent),
                    n=answered + silent,
                    contributors=silent,
                    source=source,
                )
                # who kept silent is a fact about persons, as an answer is
                asked = {name: [*_REFUSALS, _ANSWERED]}
                yield replace(row, quantity=counted(row, "share", {name: _REFUSALS}, asked))
