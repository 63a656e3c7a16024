"""What a first evaluation asks of its sources: the entries of its plan, and the questions that they answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from pipeline.ingest.lexicon import lexicon
from pipeline.ingest.scaffold.given import Given
from pipeline.ingest.scaffold.ledgers import is_investment, largest_financer
from pipeline.ingest.scaffold.places import ACTIVITY
from pipeline.ingest.scaffold.plan import survey_plan
from pipeline.ingest.scaffold.recorded import said_words
from pipeline.ingest.scaffold.sources import DraftSource, is_read
from pipeline.ingest.scaffold.text import Reviewed
from pipeline.ingest.scaffold.waves import Wave, census_day, year_in, years_in
from pipeline.ingest.tools.draft import hint

#: Numbers that answer a question of a first draft, at most.
MOST_ANSWERED = 3


def evaluation_plan(
    sources: list[DraftSource], waves: list[Wave], given: Sequence[Given], today: dt.date
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the entries of the plan, and the figures that show what no question shows by itself.

    today : no census is of a later day.
    """
    plan: list[dict[str, Any]] = []
    tables: list[dict[str, Any]] = []
    kinds = {s.settings["kind"] for s in sources}
    for source in sources:
        if source.settings["kind"] == "survey":
            asked = [w.name for w in waves if w.name in source.waves]
            more, shown = survey_plan(source.name, source.drafts, source.population, source.title, asked)
            plan += more
            tables += shown
    plan += [e for s in sources if s.settings["kind"] in ("records", "framework") for e in _recorded(s)]
    if "workshops" in kinds:
        plan.append({"question": "workshops", "settings": {"years": _years(given, ("workshops",), waves), "by": []}})
    plan += _money(sources, given, waves)
    if any("ties" in s.settings for s in sources):
        asked = sorted({name for g in given if g.kind == "ties" for name in g.spec.waves or ()})
        plan.append({"question": "networks", "settings": {"contrast": [asked[0], asked[-1]]} if asked[1:] else {}})
    if {"attendance", "sites"} <= kinds:
        years = _years(given, ("attendance", "visits"), waves)
        plan.append({"question": "attendance", "settings": {"contrast": [years[0], years[-1]]} if years[1:] else {}})
    register = next((s for s in sources if s.settings["kind"] == "sites"), None)
    if register is not None and any(d.content.get("role") == "opened" for d in register.drafts):
        date = Reviewed([census_day(given, _year_of(waves[-1]), today)], hint("census"))
        plan.append({"question": "spaces", "settings": {"dates": date, "yearly": []}})
    plan.append({"question": "response"})
    return plan, tables


def evaluation_questions(sources: list[DraftSource], plan: list[Any]) -> list[Any]:
    """Return one evaluation question a survey: its satisfaction, else its boxes that most ticked, else its means.

    Those of satisfaction come first.
    """
    found: list[dict[str, Any]] = []
    for source in sources:
        entries = {p["id"]: p["settings"] for p in plan if p.get("id", "").startswith(f"{source.name}-")}
        rated, measured = f"{source.name}-satisfaction", f"{source.name}-measures"
        if rated in entries:
            text = hint("titles.satisfied", source=source.title["fr"])
            names = [f"{rated}.{item}" for item in entries[rated]["items"][:MOST_ANSWERED]]
        elif measured in entries:
            text = hint("titles.question", source=source.title["fr"])
            names = [f"{measured}.{i}" for i in _leading(source, entries[measured]["indicators"])]
        else:
            continue
        found.append(
            {"id": source.name, "fr": Reviewed(text, hint("asked")), "criterion": "relevance", "indicators": names}
        )
    found.sort(key=lambda q: not q["indicators"][0].partition(".")[0].endswith("-satisfaction"))
    if any(p["question"] == "attendance" for p in plan):
        visited = Reviewed(hint("titles.attended"), hint("asked"))
        found.append({"id": "attendance", "fr": visited, "criterion": "relevance", "indicators": ["attendance.visits"]})
    found += [_of_ties(plan), _of_records(plan), _of_costs(plan)]
    found = [q for q in found if q]
    # the brief answers all of them, and not the first alone
    return [q | {"brief": True} if i else q for i, q in enumerate(found)]


def _of_ties(plan: list[Any]) -> dict[str, Any]:
    """Return the question of the ties between actors; none where nobody was asked for them."""
    asked = Reviewed(hint("titles.cooperating"), hint("asked"))
    named = {"id": "networks", "fr": asked, "criterion": "effectiveness", "indicators": ["networks.partners"]}
    return named if any(p["question"] == "networks" for p in plan) else {}


def _of_records(plan: list[Any]) -> dict[str, Any]:
    """Return the question of what was recorded; none where nothing was."""
    recorded = [f"{p['id']}.records" for p in plan if p["question"] == "records" and "id" in p][:MOST_ANSWERED]
    asked = Reviewed(hint("titles.recorded"), hint("asked"))
    named = {"id": "records", "fr": asked, "criterion": "effectiveness", "indicators": recorded}
    return named if recorded else {}


def _of_costs(plan: list[Any]) -> dict[str, Any]:
    """Return the question of what was spent, and of what a visit cost; none where no account says it."""
    spent = [p for p in plan if p["question"] == "money" and "amounts" not in p["settings"]]
    asked = Reviewed(hint("titles.spent"), hint("asked"))
    for entry in spent:
        names = ["spending", *(["unit_cost.per_visit"] if "unit_costs" in entry["settings"] else [])]
        told = [f"{entry.get('id', 'money')}.{name}" for name in names]
        return {"id": "money", "fr": asked, "criterion": "efficiency", "indicators": told}
    return {}


def _year_of(wave: Wave) -> int:
    return int(year_in(wave.name) or wave.last.year)


def _years(given: Sequence[Given], kinds: Sequence[str], waves: Sequence[Wave]) -> list[int]:
    """Return the years of the records of some kinds, the last wave's where they tell none."""
    held = sorted({year for g in given if g.kind in kinds for year in years_in(g)})
    return held or [_year_of(wave) for wave in waves[-1:]]


def _money(sources: list[DraftSource], given: Sequence[Given], waves: Sequence[Wave]) -> list[dict[str, Any]]:
    """Return an entry a table of accounts: its years, and who pays the most, who may be the commissioner."""
    made: list[dict[str, Any]] = []
    for source in (s for s in sources if s.settings["kind"] == "costs"):
        own = next(g for g in given if any(is_read(f, g) for f in source.settings["files"].values()))
        payer, years = largest_financer(own.described, source.drafts), _years([own], ("costs",), waves)
        paid = Reviewed(payer, hint("payer"))
        settings: dict[str, Any] = {"source": source.name, "period": [years[0], years[-1]], "payer": paid}
        if own.flow == "received":
            settings["amounts"] = "funding"
        elif any(d.content.get("role") == "cost_nature" for d in source.drafts):
            settings["holders"] = paid
            settings |= _unit_costs(source, sources, years, _years(given, ("attendance", "visits"), []))
        else:
            settings["amounts"] = Reviewed("funding", hint("funding"))
        made.append({"question": "money", **({"id": f"money-{source.name}"} if made else {}), "settings": settings})
    return made


def _unit_costs(
    source: DraftSource, sources: Sequence[DraftSource], years: Sequence[int], visited: Sequence[int]
) -> dict[str, Any]:
    """Return what a visit cost in the last year that accounts and counts have in common, of accounts without spaces.

    Investment serves visits of other years too, and is left out.
    """
    roles = {d.content.get("role"): d.content for d in source.drafts}
    common = sorted(set(years) & set(visited))
    if "site" in roles or not common or not {"attendance", "sites"} <= {s.settings["kind"] for s in sources}:
        return {}
    codes = roles["cost_nature"]["codes"]
    current = [c for c, label in codes.items() if not is_investment(label["fr"])]
    return {"unit_costs": {"year": common[-1], "current": Reviewed(current, hint("current"))}} if current else {}


def _recorded(source: DraftSource) -> list[dict[str, Any]]:
    """Return the entries of a source of records, cut by its categories, or of a framework."""
    if any(d.name == ACTIVITY for d in source.drafts):
        return _of_activities(source)
    settings: dict[str, Any] = {"source": source.name}
    cut = [d.name for d in source.drafts if d.content.get("role") in ("category", "theme")]
    if cut:
        settings["by"] = cut
    words = set(lexicon("records")["averages"])
    amounts = [d for d in source.drafts if d.content.get("role") in ("quantity", "amount")]
    # the sum of a delay, of an age or of a mark means nothing
    if averaged := [d.name for d in amounts if not words.isdisjoint(said_words(str(d.content.get("column", d.name))))]:
        settings["averages"] = averaged
    return [{"question": source.settings["kind"], "id": source.name, "settings": settings}]


def _of_activities(source: DraftSource) -> list[dict[str, Any]]:
    """Return the entries of records that activities share: activities, each counted once, and their persons by row."""
    words, names = lexicon("coop"), [d.name for d in source.drafts]
    once: dict[str, Any] = {"source": source.name, "once": ACTIVITY, "record": {"fr": words["activity"]}}
    rows: dict[str, Any] = {"source": source.name, "record": {"fr": words["row"]}}
    numbers = [d.name for d in source.drafts if d.content.get("role") == "quantity"]
    once |= {"by": [n for n in ("themes", "kind", "channel") if n in names], "quantities": []}
    rows |= {"by": [n for n in ("age_band", "sex", "occupation") if n in names], "averages": numbers}
    return [
        {"question": "records", "id": f"{source.name}-{n}", "settings": s}
        for n, s in (("activities", once), ("rows", rows))
    ]


def _leading(source: DraftSource, indicators: Sequence[dict[str, Any]]) -> list[str]:
    """Return the indicators that answer first: what was asked by yes or no, boxes that most ticked, else means."""
    affirmed = [str(i["name"]) for i in indicators if "codes" in i]
    if source.leading is None:
        means = [str(i["name"]) for i in indicators if "codes" not in i]
        return [*affirmed, *means][:MOST_ANSWERED]
    question, items = source.leading
    boxes = [f"{question}_{item}" for item in items]
    return [*affirmed[: MOST_ANSWERED - 1], *boxes][:MOST_ANSWERED]
