"""The whole of a first evaluation: its settings and instruments, from the files that were given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from pipeline.ingest.privacy.gate import Unusable
from pipeline.ingest.scaffold.ages import limits_from, limits_of
from pipeline.ingest.scaffold.answers import overlap, title_above, under_names, without_year
from pipeline.ingest.scaffold.communes import Communes, around, codes_in, departments_of, known_communes
from pipeline.ingest.scaffold.draft_lines import decisions, draft_lines, untold
from pipeline.ingest.scaffold.draft_plan import evaluation_plan, evaluation_questions
from pipeline.ingest.scaffold.given import Given
from pipeline.ingest.scaffold.languages import in_language, language_of
from pipeline.ingest.scaffold.look import look_at
from pipeline.ingest.scaffold.own_units import UNITS, units_of, units_table
from pipeline.ingest.scaffold.sources import DraftSource, listed_spaces, other_source, survey_source
from pipeline.ingest.scaffold.survey_signs import is_numbered
from pipeline.ingest.scaffold.text import Reviewed, question_entries
from pipeline.ingest.scaffold.waves import Wave, is_same_survey, latest_year, surveys, year_in
from pipeline.ingest.tools.draft import Questionnaire, drafted_in, drafting_language, hint
from pipeline.instrument import ORIGINAL

_BRITTANY = ("22", "29", "35", "56")
#: What a file may be taken for that a questionnaire describes.
_ASKED = ("survey", "records", "unknown")
#: Structures are files of a tool, and so is the export that goes with one.
_TOOLS: dict[str, Literal["limesurvey", "kobo"]] = {".lss": "limesurvey", ".xlsx": "kobo"}
#: Kinds of given files that are no source.
_NO_SOURCE = ("unknown", "units", "labels", "refused")
#: Kinds of files whose numbers are told by space.
_OF_SPACES = ("attendance", "visits")
_AS_RECORDS = "; counted as records, for no file lists the spaces (give their register too)"
_ON_NO_PAGE = "; ON NO PAGE until a file lists their spaces: give the register too"


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
        raise untold(given)
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
    of_ties = {name for g in told for name in g.spec.waves or ()}
    named = [Wave(n, dt.date(int(n), 1, 1), dt.date(int(n), 12, 31), False) for n in sorted(of_ties)]
    waves = _waves([*(w for s in found for w in s.waves), *named], year, today)
    names: set[str] = set()
    listed = listed_spaces(told)
    taken: set[str] = set()
    sources = [survey_source(s, names, taken) for s in found]
    sources += [other_source(g, names, waves[-1].name, listed) for g in told if g.kind != "survey"]
    _tie(sources)
    plan, tables = evaluation_plan(sources, waves, told, today)
    units = next((u for g in given if g.kind == "units" and (u := units_of(g.described, known))), {})
    settings: dict[str, Any] = {
        "title": Reviewed({"fr": _title(name, told)}, hint("title")),
        "edition": _edition(waves, year),
        "status": Reviewed("draft", hint("status")),
        "languages": [ORIGINAL],
        "territory": _own(units) if units else _territory(told, known),
        **_age_bands(sources),
        "waves": [_wave(w) for w in waves],
        "sources": [s.settings for s in sources],
        "questions": evaluation_questions(sources, plan),
        "plan": plan,
        "figures": tables,
    }
    instruments = {s.settings["instrument"]: _instrument(s) for s in sources}
    drafted = Drafted(settings, instruments, tables={UNITS: units_table(units)} if units else {})
    left = [g for g in given if g.kind in _NO_SOURCE]
    # a workbook of which one sheet is read is copied
    drafted.left = [g.path for g in left if all(g.path != t.path for t in told)]
    drafted.said = draft_lines(told, left, sources)
    drafted.decisions = decisions(settings, sources, left)
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
    if len(titles) > 1:
        # waves of a survey, each with its year
        titles = {without_year(title) for title in titles}
    title = titles.pop() if len(titles) == 1 else name.replace("-", " ").replace("_", " ")
    return title[:1].upper() + title[1:]


def _edition(waves: Sequence[Wave], year: int | None) -> Any:
    """Return the year that the data are of; marked where they tell none."""
    edition = int(year_in(waves[-1].name) or waves[-1].last.year)
    return edition if year is not None else Reviewed(edition, hint("edition"))


def _age_bands(sources: Sequence[DraftSource]) -> dict[str, Any]:
    """Return the limits of the age bands that a survey asks for, else from its youngest on where that is no child."""
    bands = next((s.bands for s in sources if s.bands), [])
    if bands:
        return {"age_bands": Reviewed(limits_of(bands), hint("bands"))}
    if any(d.content.get("role") == "age_band" for s in sources for d in s.drafts):
        return {}
    youngest = min((s.youngest for s in sources if s.youngest is not None), default=None)
    limits = None if youngest is None else limits_from(youngest)
    return {"age_bands": Reviewed(limits, hint("youngest", age=youngest))} if limits else {}


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
    # nothing says where files in another language are from
    whole = {"region": "FR"} if drafting_language() == ORIGINAL else {"name": {"fr": hint("titles.studied")}}
    return Reviewed({**whole, "level": "area"}, hint("territory"))


def _instrument(source: DraftSource) -> dict[str, Any]:
    return {"name": source.name, "title": source.title, "questions": question_entries(source.drafts)}
