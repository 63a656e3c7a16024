"""The whole of a first evaluation: its settings and instruments, from the files that were given."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from pipeline.ingest.faults import some
from pipeline.ingest.lexicon import lexicon
from pipeline.ingest.privacy.gate import Unusable
from pipeline.ingest.readers.received import TOLD
from pipeline.ingest.scaffold.answers import overlap
from pipeline.ingest.scaffold.given import Given, look_at
from pipeline.ingest.scaffold.places import register_drafts
from pipeline.ingest.scaffold.plan import survey_plan
from pipeline.ingest.scaffold.recorded import said_words
from pipeline.ingest.scaffold.sources import DraftSource, other_source, survey_source
from pipeline.ingest.scaffold.text import Reviewed, question_entries
from pipeline.ingest.scaffold.waves import Wave, surveys, year_in
from pipeline.ingest.tools.draft import Questionnaire, hint
from pipeline.ingest.values import text_of

_BRITTANY = ("22", "29", "35", "56")
#: INSEE codes of communes, overseas and Corsica included.
_COMMUNE = re.compile(r"(?:\d\d|2[AB])\d{3}")
#: Structures are files of a tool, and so is the export that goes with one.
_TOOLS: dict[str, Literal["limesurvey", "kobo"]] = {".lss": "limesurvey", ".xlsx": "kobo"}


#: Why a reader sets a record aside.
_SET_ASIDE = {
    "ragged_row": "more or fewer fields than the header has names",
    "empty_row": "nothing in them",
    "total_row": "they add up others",
}


@dataclass
class Drafted:
    """What is to be written: evaluation.yaml, the instruments by file name, and a line for the terminal a file."""

    settings: dict[str, Any]
    instruments: dict[str, dict[str, Any]]
    said: list[str] = field(default_factory=list)
    remarks: int = 0


def draft_evaluation(name: str, paths: Sequence[Path], today: dt.date) -> Drafted:
    """Return a first evaluation of files.

    Raises
    ------
    IngestError
        A file cannot be read, no file holds data, or a questionnaire goes with none of them.
    """
    given, questionnaires = look_at(list(paths))
    if not given:
        raise Unusable(
            "none of the files holds data",
            found=", ".join(p.name for p in paths) or "no file",
            action="give the answers or counts too, not only their questionnaire",
        )
    given = _with_questionnaires(given, questionnaires)
    found = surveys([g for g in given if g.kind == "survey"], today)
    names: set[str] = set()
    taken: set[str] = set()
    sources = [survey_source(s, names, taken) for s in found]
    sources += [other_source(g, names) for g in given if g.kind != "survey"]
    waves = _waves([w for s in found for w in s.waves], given, today)
    plan, tables = _plan(sources, waves)
    region = _territory(given)
    settings: dict[str, Any] = {
        "title": Reviewed({"fr": name.replace("-", " ").replace("_", " ").capitalize()}, hint("title")),
        "edition": int(year_in(waves[-1].name) or waves[-1].last.year),
        "languages": ["fr"],
        "territory": region,
        "waves": [_wave(w) for w in waves],
        "sources": [s.settings for s in sources],
        "questions": _questions(sources, plan),
        "plan": plan,
        "figures": tables,
    }
    instruments = {s.settings["instrument"]: _instrument(s) for s in sources}
    drafted = Drafted(settings, instruments)
    drafted.said = [line for g in given for line in (_said(g, sources), *_doubts(g))]
    drafted.said += [f"{p.name}: questionnaire" for p in questionnaires]
    drafted.remarks = sum(len([r for r in d.review.values() if r]) for s in sources for d in s.drafts)
    return drafted


def _said(given: Given, sources: list[DraftSource]) -> str:
    read = (given.path.name, given.sheet)
    own = next(s for s in sources if any((f["path"], f.get("sheet")) == read for f in s.settings["files"].values()))
    n = len(given.described.columns)
    left = n - sum(1 for c in given.names if _used(own, c))
    return f"{given.said}: {given.why}; {given.described.n} records, {n} columns ({left} left out)"


def _doubts(given: Given) -> list[str]:
    """Return what the reader left out, named itself, doubts or sets aside, a line each."""
    notes = [n for n in given.described.notes if n.kind in TOLD]
    told = [f"  {given.said}{f':{n.line}' if n.line else ''}: {n.said}" for n in notes]
    lines: dict[str, list[int]] = {}
    for line, why in given.described.received.broken:
        lines.setdefault(why, []).append(line)
    for why, held in lines.items():
        named = _SET_ASIDE.get(why, why.replace("_", " "))
        told.append(f"  {given.said}:{held[0]}: {len(held)} records are set aside ({named}): {some(held)}")
    return told


def _used(source: DraftSource, column: str) -> bool:
    for d in source.drafts:
        columns = [
            d.content.get("column", d.name),
            d.content.get("year"),
            *d.content.get("slots", []),
            *(i.get("column") for i in d.content.get("items", [])),
        ]
        columns += [h.get("column") for h in d.content.get("waves", {}).values()]
        columns += [c for h in d.content.get("waves", {}).values() for c in h.get("items", {}).values()]
        if column in columns:
            return True
    return any(f.get("wave_column") == column for f in source.settings["files"].values())


def _with_questionnaires(given: list[Given], questionnaires: dict[Path, list[Questionnaire]]) -> list[Given]:
    """Return the data files with the questionnaire that describes each best.

    Raises
    ------
    IngestError
        A questionnaire whose questions none of the files holds.
    """
    out = list(given)
    for path, several in questionnaires.items():
        used = False
        for questionnaire in several:
            shares = [overlap(g, questionnaire) if g.kind == "survey" else 0.0 for g in out]
            best = max(range(len(out)), key=lambda i: shares[i])
            if shares[best] >= 0.3:
                tool = out[best].tool or _TOOLS.get(path.suffix.lower())
                out[best] = replace(out[best], questionnaire=questionnaire, tool=tool)
                used = True
        if not used:
            raise Unusable(
                "the questionnaire describes none of the data files",
                where=path.name,
                found=f"columns of {', '.join(g.path.name for g in out)}",
                allowed="a data file whose columns are its questions",
                action="give the export that was made with it, or leave the questionnaire out",
            )
    return out


def _waves(found: list[Wave], given: Sequence[Given], today: dt.date) -> list[Wave]:
    """Return the waves of all surveys in order, dates of one name together; one wave where there is no survey."""
    if not found:
        return [Wave(str(today.year), dt.date(today.year, 1, 1), dt.date(today.year, 12, 31), False)]
    by_name: dict[str, Wave] = {}
    for wave in found:
        other = by_name.setdefault(wave.name, wave)
        if wave.found and not other.found:
            by_name[wave.name] = wave
        elif wave.found:
            other.first, other.last = min(other.first, wave.first), max(other.last, wave.last)
    return sorted(by_name.values(), key=lambda w: year_in(w.name) or "")


def _wave(wave: Wave) -> dict[str, Any]:
    days = [wave.first, wave.last]
    remark = hint("days") if wave.found else hint("field")
    return {
        "name": wave.name,
        "field": Reviewed(days, remark),
        "mode": Reviewed("not_stated", hint("mode")),
    }


def _territory(given: Sequence[Given]) -> Any:
    """Return the region or department that holds the register's communes, by EPCI, else areas without tables."""
    for g in given:
        if g.kind != "sites":
            continue
        for draft in register_drafts(g, None):
            if draft.content.get("role") == "commune":
                column = g.column(str(draft.content.get("column", draft.name)))
                texts = [t for t in (text_of(v) for v in column.examples) if t] if column else []
                if texts and sum(t.startswith(_BRITTANY) and len(t) == 5 for t in texts) >= 0.8 * len(texts):
                    return Reviewed({"region": "53", "level": "epci"}, "pays, canton, epci, commune ou area")
                departments = {t[:3] if t.startswith("97") else t[:2] for t in texts if _COMMUNE.fullmatch(t)}
                if len(departments) == 1 and all(_COMMUNE.fullmatch(t) for t in texts):
                    found = {"perimeter": {"departments": sorted(departments)}, "level": "epci"}
                    return Reviewed(found, "epci, commune, canton, own ou area")
    return Reviewed({"region": "FR", "level": "area"}, hint("territory"))


def _plan(sources: list[DraftSource], waves: list[Wave]) -> tuple[list[Any], list[Any]]:
    plan: list[Any] = []
    tables: list[Any] = []
    kinds = {s.settings["kind"] for s in sources}
    for source in sources:
        if source.settings["kind"] == "survey":
            population = "inhabitants" if "design" in source.settings else "respondents"
            more, shown = survey_plan(source.name, source.drafts, population, source.title)
            plan += more
            tables += shown
    plan += [_recorded(s) for s in sources if s.settings["kind"] in ("records", "framework")]
    if {"attendance", "sites"} <= kinds:
        plan.append({"question": "attendance", "settings": {}})
    register = next((s for s in sources if s.settings["kind"] == "sites"), None)
    if register is not None and any(d.content.get("role") == "opened" for d in register.drafts):
        last = waves[-1].last
        date = Reviewed([dt.date(last.year, 12, 31)], hint("census"))
        plan.append({"question": "spaces", "settings": {"dates": date, "yearly": []}})
    plan.append({"question": "response"})
    return plan, tables


def _recorded(source: DraftSource) -> dict[str, Any]:
    """Return the entry of a source of records, cut by its categories, or of a framework."""
    settings: dict[str, Any] = {"source": source.name}
    cut = [d.name for d in source.drafts if d.content.get("role") in ("category", "theme")]
    if cut:
        settings["by"] = cut
    words = set(lexicon("records")["averages"])
    amounts = [d for d in source.drafts if d.content.get("role") in ("quantity", "amount")]
    # the sum of a delay, of an age or of a mark means nothing
    if averaged := [d.name for d in amounts if not words.isdisjoint(said_words(str(d.content.get("column", d.name))))]:
        settings["averages"] = averaged
    return {"question": source.settings["kind"], "id": source.name, "settings": settings}


def _questions(sources: list[DraftSource], plan: list[Any]) -> list[Any]:
    """Return one evaluation question a survey that has something to find first: its boxes and means."""
    found = []
    for source in sources:
        entry = next((p for p in plan if p.get("id") == f"{source.name}-measures"), None)
        if entry is not None:
            names = [f"{entry['id']}.{i['name']}" for i in entry["settings"]["indicators"][:3]]
            asked = {"id": source.name, "fr": hint("titles.question", source=source.title["fr"])}
            remark = hint("asked")
            found.append({"id": asked["id"], "fr": Reviewed(asked["fr"], remark), "criterion": "relevance",
                          "indicators": names})  # fmt: skip
    return found


def _instrument(source: DraftSource) -> dict[str, Any]:
    return {"name": source.name, "title": source.title, "questions": question_entries(source.drafts)}
