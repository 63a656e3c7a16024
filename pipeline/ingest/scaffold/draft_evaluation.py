"""The whole of a first evaluation: its settings and instruments, from the files that were given."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from pipeline.evaluation import FileSpec
from pipeline.ingest.faults import some
from pipeline.ingest.lexicon import lexicon
from pipeline.ingest.privacy import headers
from pipeline.ingest.privacy.gate import Unusable
from pipeline.ingest.privacy.patterns import masked
from pipeline.ingest.readers.received import TOLD
from pipeline.ingest.scaffold.ages import limits_of
from pipeline.ingest.scaffold.answers import overlap, title_above, under_names
from pipeline.ingest.scaffold.communes import Communes, around, codes_in, departments_of, known_communes
from pipeline.ingest.scaffold.given import Given, look_at
from pipeline.ingest.scaffold.languages import in_language, language_of
from pipeline.ingest.scaffold.ledgers import largest_financer
from pipeline.ingest.scaffold.own_units import units_of, units_table
from pipeline.ingest.scaffold.places import ACTIVITY
from pipeline.ingest.scaffold.plan import survey_plan
from pipeline.ingest.scaffold.recorded import said_words
from pipeline.ingest.scaffold.sources import DraftSource, listed_spaces, other_source, survey_source
from pipeline.ingest.scaffold.survey_signs import is_numbered
from pipeline.ingest.scaffold.text import Reviewed, question_entries
from pipeline.ingest.scaffold.waves import Wave, is_same_survey, latest_year, surveys, year_in, years_in
from pipeline.ingest.tools.draft import Questionnaire, drafted_in, hint
from pipeline.instrument import ORIGINAL

_BRITTANY = ("22", "29", "35", "56")
#: What a file may be taken for that a questionnaire describes.
_ASKED = ("survey", "records", "unknown")
#: Structures are files of a tool, and so is the export that goes with one.
_TOOLS: dict[str, Literal["limesurvey", "kobo"]] = {".lss": "limesurvey", ".xlsx": "kobo"}


#: Numbers that answer a question of a first draft, at most.
MOST_ANSWERED = 3
#: Kinds of given files that are no source.
_NO_SOURCE = ("unknown", "units", "refused")
#: The table of own units, beside evaluation.yaml.
UNITS = "units.csv"
#: Kinds of files whose numbers are told by space.
_OF_SPACES = ("attendance", "visits")
_AS_RECORDS = "; counted as records, for no file lists the spaces (give their register too)"
_ON_NO_PAGE = "; ON NO PAGE until a file lists their spaces: give the register too"
_KINDS = "a survey, counts, sites, costs, workshops, enrolments, a network, records or a framework"
_CODED = "answers are codes without a text (A1, A2): give the structure of the survey too (.lss), or label them"
#: Why a reader sets a record aside.
_SET_ASIDE = {
    "ragged_row": "more or fewer fields than the header has names",
    "empty_row": "nothing in them",
    "total_row": "they add up others",
}


@dataclass
class Drafted:
    """What is to be written: evaluation.yaml, instruments and tables by file name, and a line for the terminal a file.

    ``left`` are the given files that are no source of it; ``decisions`` are what a person has to decide first.
    """

    settings: dict[str, Any]
    instruments: dict[str, dict[str, Any]]
    said: list[str] = field(default_factory=list)
    remarks: int = 0
    tables: dict[str, str] = field(default_factory=dict)
    left: list[Path] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)


def draft_evaluation(name: str, paths: Sequence[Path], today: dt.date, root: Path | None = None) -> Drafted:
    """Return a first evaluation of files.

    Parameters
    ----------
    name, paths : of the evaluation, and of the received files and questionnaires.
    today : names the wave of files that tell no date.
    root : the project, whose reference tables know the communes; none are known without.

    Raises
    ------
    IngestError
        A file cannot be read, no file holds data, or a questionnaire goes with none of them.
    """
    known = known_communes(root)
    given, questionnaires = look_at(list(paths), known)
    if not given:
        raise Unusable(
            "none of the files holds data",
            found=", ".join(p.name for p in paths) or "no file",
            action="give the answers or counts too, not only their questionnaire",
        )
    given = _as_waves(_with_questionnaires(given, questionnaires))
    if all(g.kind in _NO_SOURCE for g in given) and any(g.kind == "unknown" for g in given):
        why = "taken for answers: each record has a number, and nothing says what it is"
        given = [replace(g, kind="survey", why=why) if is_numbered(g.described) else g for g in given]
    told = [g for g in given if g.kind not in _NO_SOURCE]
    if not told:
        raise _untold(given)
    lang = language_of(told)
    with drafted_in(lang):
        drafted = _drafted(name, given, _without_register(told), known, today)
    drafted.settings = {**in_language(drafted.settings, lang), "languages": [lang]}
    drafted.instruments = {name: in_language(each, lang) for name, each in drafted.instruments.items()}
    drafted.said += [f"{p.name}: questionnaire" for p in questionnaires]
    return drafted


def _drafted(name: str, given: Sequence[Given], told: Sequence[Given], known: Communes, today: dt.date) -> Drafted:
    """Return the draft of files that were told apart, its texts under ``fr``."""
    year = latest_year(told, today)
    found = surveys([g for g in told if g.kind == "survey"], year or today.year)
    waves = _waves([w for s in found for w in s.waves], year, today)
    names: set[str] = set()
    listed = listed_spaces(told)
    taken: set[str] = set()
    sources = [survey_source(s, names, taken) for s in found]
    sources += [other_source(g, names, waves[-1].name, listed) for g in told if g.kind != "survey"]
    _tie(sources)
    plan, tables = _plan(sources, waves, told)
    units = next((u for g in given if g.kind == "units" and (u := units_of(g.described, known))), {})
    settings: dict[str, Any] = {
        "title": Reviewed({"fr": _title(name, told)}, hint("title")),
        "edition": _edition(waves, year),
        "languages": [ORIGINAL],
        "territory": _own(units) if units else _territory(told, known),
        **_age_bands(sources),
        "waves": [_wave(w) for w in waves],
        "sources": [s.settings for s in sources],
        "questions": _questions(sources, plan),
        "plan": plan,
        "figures": tables,
    }
    instruments = {s.settings["instrument"]: _instrument(s) for s in sources}
    drafted = Drafted(settings, instruments, tables={UNITS: units_table(units)} if units else {})
    left = [g for g in given if g.kind in _NO_SOURCE]
    drafted.left = [g.path for g in left]
    drafted.said = [line for g in told for line in (_said(g, sources), *_doubts(g))]
    drafted.said += [f"  {g.said}: {_CODED}" for g in told if _is_coded(g, sources)]
    drafted.said += [_left(g) for g in left]
    drafted.said += [f"  {line}" for s in sources for line in s.said]
    drafted.decisions = _decisions(drafted, sources, [g.path.name for g in left if g.kind != "units"])
    drafted.remarks = sum(len([r for r in d.review.values() if r]) for s in sources for d in s.drafts)
    return drafted


def _as_waves(given: Sequence[Given]) -> list[Given]:
    """Return the files, those as answers too that are waves of a survey by their names and columns."""
    surveyed = [g for g in given if g.kind == "survey"]
    made = []
    for each in given:
        wave = next((s for s in surveyed if each.kind in ("records", "unknown") and is_same_survey(s, each)), None)
        made.append(each if wave is None else replace(each, kind="survey", why=f"a wave of {wave.path.name}"))
    return made


def _without_register(told: Sequence[Given]) -> list[Given]:
    """Return the files; where none lists spaces, La Coop's export as records, other visits said to stand on no page."""
    if any(g.kind == "sites" for g in told):
        return list(told)
    made = []
    for each in told:
        coop = each.kind == "visits" and "La Coop" in each.why
        lacks = _AS_RECORDS if coop else _ON_NO_PAGE if each.kind in _OF_SPACES else ""
        made.append(replace(each, kind="records" if coop else each.kind, why=f"{each.why}{lacks}"))
    return made


def _title(name: str, told: Sequence[Given]) -> str:
    """Return the title of the one questionnaire, or above the one survey, else the name of the evaluation in words."""
    titles = {g.questionnaire.title["fr"] if g.questionnaire else title_above(g) for g in told} - {""}
    title = titles.pop() if len(titles) == 1 else name.replace("-", " ").replace("_", " ")
    return title[:1].upper() + title[1:]


def _is_coded(given: Given, sources: Sequence[DraftSource]) -> bool:
    """Return whether the answers of a LimeSurvey export are codes without a text."""
    if given.tool != "limesurvey" or given.questionnaire is not None:
        return False
    own = next((s for s in sources if any(f["path"] == given.path.name for f in s.settings["files"].values())), None)
    codes = [d.content["codes"] for d in own.drafts if d.content["type"] == "single"] if own else []
    return any(all(re.fullmatch(r"A\d+", str(c)) and t["fr"] == c for c, t in each.items()) for each in codes)


def _decisions(drafted: Drafted, sources: Sequence[DraftSource], untold: Sequence[str]) -> list[str]:
    """Return what a person has to decide first, a line each: the guesses on which all numbers rest."""
    found = [hint("decide_edition")] if isinstance(drafted.settings["edition"], Reviewed) else []
    found.append(hint("decide_territory"))
    for source in (s for s in sources if s.settings["kind"] == "survey"):
        if "persons" in source.settings:
            found.append(hint("decide_persons", source=source.name))
        else:
            found.append(hint("decide_population", source=source.name))
        proposed = hint("same", name="", history="").partition("?")[0].strip()
        same = sum(d.review.get("waves", "").startswith(proposed) for d in source.drafts)
        found += [hint("decide_same", file=source.settings["instrument"], n=same)] if same else []
    if any(p["question"] == "money" for p in drafted.settings["plan"]):
        found.append(hint("decide_payer"))
    return found + [hint("decide_left", file=name) for name in untold]


def _untold(given: Sequence[Given]) -> Unusable:
    return Unusable(
        "nothing in the files says what their rows are",
        where=some(g.path.name for g in given),
        found=some((f"columns {', '.join(g.names)}" for g in given), 5),
        allowed=_KINDS,
        action="write headers that say it (the question put, 'date', 'espace', 'montant'), or declare the source",
    )


def _left(given: Given) -> str:
    if given.kind == "units":
        return f"{given.said}: {given.why}; written as {UNITS} beside evaluation.yaml"
    if given.kind == "refused":
        return f"{given.said}: LEFT OUT: {given.why}"
    return f"{given.said}: LEFT OUT: {given.why}; it may be {_KINDS}: declare it in evaluation.yaml, under sources"


def _edition(waves: Sequence[Wave], year: int | None) -> Any:
    """Return the year that the data are of; marked where they tell none."""
    edition = int(year_in(waves[-1].name) or waves[-1].last.year)
    return edition if year is not None else Reviewed(edition, hint("edition"))


def _age_bands(sources: Sequence[DraftSource]) -> dict[str, Any]:
    """Return the limits of the age bands that a survey asks for; those of the program where none does."""
    bands = next((s.bands for s in sources if s.bands), [])
    return {"age_bands": Reviewed(limits_of(bands), hint("bands"))} if bands else {}


def _own(units: dict[str, str]) -> dict[str, Any]:
    """Return the territory of own units: their communes, and a name for the whole that a person has to give."""
    whole = Reviewed({"fr": hint("titles.whole")}, hint("whole"))
    return {"perimeter": {"communes": sorted(units)}, "name": whole, "level": "own", "units": UNITS}


def _tie(sources: list[DraftSource]) -> None:
    """Say of ties which source lists their actors."""
    by_kind = {d.content.get("role"): s for s in sources for d in s.drafts if s.settings["kind"] == "network"}
    ties = next((s for s in sources if {"sender", "receiver"} <= {d.name for d in s.drafts}), None)
    if ties is None or "actor_type" not in by_kind:
        return
    kind = {"kind": "kind"} if any(d.name == "kind" for d in ties.drafts) else {}
    ties.settings["ties"] = {"actors": by_kind["actor_type"].name, "sender": "sender", "receiver": "receiver", **kind}


def _said(given: Given, sources: list[DraftSource]) -> str:
    read = (given.path.name, given.sheet)
    own = next(s for s in sources if any((f["path"], f.get("sheet")) == read for f in s.settings["files"].values()))
    left = [c for c in given.names if not _used(own, c)]
    # a file without a header has a record where names stand: it is never shown
    named = left and not headers.is_record(given.names)
    which = f"{len(left)} left out" + (f": {some(map(masked, left))}" if named else "")
    return f"{given.said}: {given.why}; {given.described.n} records, {len(given.described.columns)} columns ({which})"


def _doubts(given: Given) -> list[str]:
    """Return what the reader left out, named itself, doubts or sets aside, a line each."""
    notes = [n for n in given.described.notes if n.kind in TOLD]
    told = [f"  {given.said}{f':{n.line}' if n.line else ''}: {n.said}" for n in notes]
    told += [f"  {given.said}: {line}" for line in _layout_said(given.spec)]
    lines: dict[str, list[int]] = {}
    for line, why in given.described.received.broken:
        lines.setdefault(why, []).append(line)
    for why, held in lines.items():
        named = _SET_ASIDE.get(why, why.replace("_", " "))
        told.append(
            f"  {given.said}:{held[0]}: {len(held)} records are set aside ({named}): {some(dict.fromkeys(held))}"
        )
    return told


def _layout_said(spec: FileSpec) -> list[str]:
    """Return what is said of a table that is read otherwise than it stands there."""
    told = []
    if spec.across is not None:
        columns, names = some(spec.across.meant, 3), spec.across.names
        told.append(f"columns side by side, read as rows ('{names}', '{spec.across.numbers}'): {columns}")
    if spec.fill_down:
        told.append(f"blank cells read as the one above: {some(spec.fill_down)}")
    if spec.constants:
        said = some(f"{name} {value}" for name, value in spec.constants.items())
        told.append(f"from the title, or the name of the sheet or file: {said}")
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
            shares = [overlap(g, questionnaire) if g.kind in _ASKED else 0.0 for g in out]
            best = max(range(len(out)), key=lambda i: shares[i])
            if shares[best] >= 0.3:
                tool = out[best].tool or _TOOLS.get(path.suffix.lower())
                why = out[best].why if out[best].kind == "survey" else "survey answers (its questionnaire)"
                told = replace(out[best], kind="survey", why=why, questionnaire=questionnaire, tool=tool)
                out[best] = under_names(told, questionnaire)
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


def _waves(found: list[Wave], year: int | None, today: dt.date) -> list[Wave]:
    """Return the waves of all surveys in order, dates of one name together; one of the data's year where none is."""
    if not found:
        year = year or today.year
        return [Wave(str(year), dt.date(year, 1, 1), dt.date(year, 12, 31), False)]
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


def _territory(given: Sequence[Given], known: Communes) -> Any:
    """Return the department or region that holds the communes of the files, the register's first, else areas."""
    for g in sorted(given, key=lambda g: g.kind != "sites"):
        codes = {c for column in g.described.columns if column.name in g.communes for c in codes_in(column)}
        found = around(codes, known)
        levels = "epci, commune, canton, own ou area"
        if found is None:
            if several := departments_of(codes, known):
                name = {"fr": hint("titles.studied")}
                covered = {"perimeter": {"departments": several}, "name": name, "level": "epci"}
                return Reviewed(covered, f"name, {levels}")
            continue
        kind, code = found
        levels = f"pays, {levels}" if known.region.get(code, code) == "53" or code in _BRITTANY else levels
        covered = {"region": code} if kind == "region" else {"perimeter": {"departments": [code]}}
        return Reviewed({**covered, "level": "epci"}, levels)
    return Reviewed({"region": "FR", "level": "area"}, hint("territory"))


def _plan(
    sources: list[DraftSource], waves: list[Wave], given: Sequence[Given]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
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
    if "costs" in kinds:
        plan.append(_money(sources, given, waves))
    if any("ties" in s.settings for s in sources):
        plan.append({"question": "networks", "settings": {}})
    if {"attendance", "sites"} <= kinds:
        years = _years(given, ("attendance", "visits"), waves)
        plan.append({"question": "attendance", "settings": {"contrast": [years[0], years[-1]]} if years[1:] else {}})
    register = next((s for s in sources if s.settings["kind"] == "sites"), None)
    if register is not None and any(d.content.get("role") == "opened" for d in register.drafts):
        date = Reviewed([dt.date(_year_of(waves[-1]), 12, 31)], hint("census"))
        plan.append({"question": "spaces", "settings": {"dates": date, "yearly": []}})
    plan.append({"question": "response"})
    return plan, tables


def _year_of(wave: Wave) -> int:
    return int(year_in(wave.name) or wave.last.year)


def _years(given: Sequence[Given], kinds: Sequence[str], waves: Sequence[Wave]) -> list[int]:
    """Return the years of the records of some kinds, the last wave's where they tell none."""
    held = sorted({year for g in given if g.kind in kinds for year in years_in(g)})
    return held or [_year_of(waves[-1])]


def _money(sources: list[DraftSource], given: Sequence[Given], waves: Sequence[Wave]) -> dict[str, Any]:
    """Return the entry of the accounts: their years, and who pays the most, who may be the commissioner."""
    source = next(s for s in sources if s.settings["kind"] == "costs")
    described = next(g for g in given if g.kind == "costs").described
    years, payer = _years(given, ("costs",), waves), largest_financer(described, source.drafts)
    paid = Reviewed(payer, hint("payer"))
    settings: dict[str, Any] = {"source": source.name, "period": [years[0], years[-1]], "payer": paid}
    if any(d.content.get("role") == "cost_nature" for d in source.drafts):
        settings["holders"] = paid
    else:
        settings["amounts"] = Reviewed("funding", hint("funding"))
    return {"question": "money", "settings": settings}


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


def _questions(sources: list[DraftSource], plan: list[Any]) -> list[Any]:
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
    # the brief answers all of them, and not the first alone
    return [q | {"brief": True} if i else q for i, q in enumerate(found)]


def _leading(source: DraftSource, indicators: Sequence[dict[str, Any]]) -> list[str]:
    """Return the indicators that answer first: the boxes that most ticked in the first question of them, else means."""
    if source.leading is None:
        return [str(i["name"]) for i in indicators[:MOST_ANSWERED]]
    question, items = source.leading
    return [f"{question}_{item}" for item in items[:MOST_ANSWERED]]


def _instrument(source: DraftSource) -> dict[str, Any]:
    return {"name": source.name, "title": source.title, "questions": question_entries(source.drafts)}
