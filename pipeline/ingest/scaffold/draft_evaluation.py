"""The whole of a first evaluation: its settings and instruments, from the files that were given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipeline.errors import IngestError
from pipeline.ingest.scaffold.answers import drafts, overlap, plain_title
from pipeline.ingest.scaffold.given import Given, look_at
from pipeline.ingest.scaffold.places import (
    attendance_drafts,
    coop_drafts,
    fieldwork_drafts,
    register_drafts,
    signin_drafts,
)
from pipeline.ingest.scaffold.plan import survey_plan
from pipeline.ingest.scaffold.text import Reviewed, question_entries
from pipeline.ingest.scaffold.waves import Survey, Wave, merged, surveys
from pipeline.ingest.tools.draft import Draft, Questionnaire, slug
from pipeline.ingest.values import text_of

#: Columns that the pipeline itself adds to clean tables.
RESERVED = {"wave", "site_id", "commune", "epci", "pays", "department", "area", "region", "age_band"}
_BRITTANY = ("22", "29", "35", "56")
_NO_DESIGN = (
    "sans plan de sondage, les résultats ne valent que pour les répondants ; pour un tirage au sort, déclarer"
    " design: et weighting: / without a sampling design results are about the respondents alone"
)
_POPULATION = "qui a répondu, en toutes lettres / who answered"


@dataclass
class Drafted:
    """What is to be written: evaluation.yaml, the instruments by file name, and a line for the terminal a file."""

    settings: dict[str, Any]
    instruments: dict[str, dict[str, Any]]
    said: list[str] = field(default_factory=list)
    remarks: int = 0


@dataclass
class _Source:
    name: str
    settings: dict[str, Any]
    drafts: list[Draft]
    title: dict[str, str]


def draft_evaluation(name: str, paths: Sequence[Path], today: dt.date) -> Drafted:
    """Return a first evaluation of files.

    Raises
    ------
    IngestError
        A file cannot be read, no file holds data, or a questionnaire goes with none of them.
    """
    given, questionnaires = look_at(list(paths))
    if not given:
        raise IngestError(
            "none of the files holds data",
            found=", ".join(p.name for p in paths) or "no file",
            action="give the answers or counts too, not only their questionnaire",
        )
    given = _with_questionnaires(given, questionnaires)
    found = surveys([g for g in given if g.kind == "survey"], today)
    names: set[str] = set()
    taken: set[str] = set()
    sources = [_survey(s, names, taken) for s in found]
    sources += [_other(g, names) for g in given if g.kind != "survey"]
    waves = _waves([w for s in found for w in s.waves], given, today)
    plan, tables = _plan(sources, waves)
    region = _territory(given)
    settings: dict[str, Any] = {
        "title": Reviewed({"fr": name.replace("-", " ").replace("_", " ").capitalize()}, "titre / title"),
        "edition": int(waves[-1].name[:4]) if waves[-1].name[:4].isdigit() else today.year,
        "languages": ["fr"],
        "territory": region,
        "waves": [_wave(w) for w in waves],
        "sources": [s.settings for s in sources],
        "questions": _questions(sources, plan),
        "plan": plan,
        "figures": tables,
        "documents": [
            {"name": "index", "file": "index.qmd", "formats": ["html"]},
            {"name": "report", "file": "overview.qmd"},
            {"name": "validation", "file": "validation.qmd", "formats": ["html"]},
        ],
    }
    instruments = {s.settings["instrument"]: _instrument(s) for s in sources}
    drafted = Drafted(settings, instruments)
    drafted.said = [_said(g, sources) for g in given]
    drafted.said += [f"{p.name}: questionnaire" for p in questionnaires]
    drafted.remarks = sum(len([r for r in d.review.values() if r]) for s in sources for d in s.drafts)
    return drafted


def _said(given: Given, sources: list[_Source]) -> str:
    own = next(s for s in sources if any(f["path"] == given.path.name for f in s.settings["files"].values()))
    n = len(given.described.columns)
    left = n - sum(1 for c in given.names if _used(own, c))
    return f"{given.path.name}: {given.why}; {given.described.n} records, {n} columns ({left} left out)"


def _used(source: _Source, column: str) -> bool:
    for d in source.drafts:
        columns = [d.content.get("column", d.name), *(i.get("column") for i in d.content.get("items", []))]
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
                out[best] = replace(out[best], questionnaire=questionnaire)
                used = True
        if not used:
            raise IngestError(
                "the questionnaire describes none of the data files",
                where=path.name,
                found=f"columns of {', '.join(g.path.name for g in out)}",
                allowed="a data file whose columns are its questions",
                action="give the export that was made with it, or leave the questionnaire out",
            )
    return out


def _survey(survey: Survey, names: set[str], taken: set[str]) -> _Source:
    first = survey.files[-1][1]
    title = {"fr": plain_title(first)}
    name = _free(slug(title["fr"], "survey").lower()[:24].strip("_") or "survey", names)
    by_wave = [(wave, drafts(g, _decimal(g))) for wave, g in survey.files]
    found = by_wave[0][1] if len(by_wave) == 1 else merged(by_wave)
    found = [d for d in found if str(d.content.get("column", d.name)) != survey.wave_column]
    _unique_names(found, name, taken)
    _absent_items(found, [w.name for w in survey.waves])
    for draft in found:
        if draft.content["type"] in ("single", "likert", "multiple", "number", "count"):
            draft.content.setdefault("role", "outcome")
    weight = next((d for d in found if d.content.get("role") == "weight"), None)
    settings: dict[str, Any] = {
        "name": name,
        "kind": "survey",
        "title": Reviewed({"fr": title["fr"].capitalize()}, "titre / title"),
        "instrument": f"{name}.yaml",
        "files": {wave: _file(g, survey) for wave, g in survey.files},
        "population": Reviewed({"fr": "personnes interrogées"}, _POPULATION),
        "sampled": "person",
        "by": Reviewed("quota" if weight else "volunteer", _NO_DESIGN),
    }
    if weight is not None:
        settings["design"] = Reviewed({"weights": weight.name}, "poids fournis / supplied weights")
    return _Source(name, settings, found, {"fr": title["fr"].capitalize()})


def _absent_items(found: list[Draft], waves: list[str]) -> None:
    for draft in found:
        for item in draft.content.get("items", []):
            absent = item.pop("_absent", [])
            if absent:
                item["waves"] = [w for w in waves if w not in absent]


def _unique_names(found: list[Draft], source: str, taken: set[str]) -> None:
    """Rename questions named like another survey's or like a column that the pipeline adds; routing follows."""
    renamed: dict[str, str] = {}
    for draft in found:
        old = draft.name
        new = old
        if old in RESERVED or old in taken:
            draft.content.setdefault("column", old)
            new = f"{source}_{old}"
        while new in taken:
            new += "_"
        taken.add(new)
        if new != old:
            renamed[old] = new
            draft.content["name"] = new
    for draft in found:
        rules = [draft.content.get("asked_if", []), *(h.get("asked_if", []) for h in
                 draft.content.get("waves", {}).values())]  # fmt: skip
        for condition in (c for rule in rules for c in rule):
            condition["question"] = renamed.get(condition["question"], condition["question"])
    known = {d.name for d in found}
    for draft in found:
        lost = [c for c in draft.content.get("asked_if", []) if c["question"] not in known]
        if lost:
            draft.content["asked_if"] = [c for c in draft.content["asked_if"] if c not in lost]
            draft.review["wording"] = f"filtre sur une question absente / routed by an absent question: {lost}"


def _other(given: Given, names: set[str]) -> _Source:
    name = _free({"sites": "register", "visits": "visits"}.get(given.kind, given.kind), names)
    signins: dict[str, Any] | None = None
    if given.kind == "sites":
        found, title = register_drafts(given, _decimal(given)), {"fr": "Registre des espaces"}
    elif given.kind == "attendance":
        found, title = attendance_drafts(given, _decimal(given)), {"fr": "Relevés de fréquentation"}
    elif given.kind == "fieldwork":
        found, title = fieldwork_drafts(given, _decimal(given)), {"fr": "Carnet de terrain"}
    elif "La Coop" in given.why:
        found, signins = coop_drafts(given)
        title = {"fr": "Activités enregistrées dans La Coop"}
    else:
        found, signins = signin_drafts(given, _decimal(given))
        title = {"fr": "Feuilles d'émargement"}
    settings: dict[str, Any] = {
        "name": name,
        "kind": "attendance" if given.kind == "visits" else given.kind,
        "title": title,
        "instrument": f"{name}.yaml",
        "files": {"all": _file(given, None)},
    }
    if signins is not None:
        settings["signins"] = Reviewed(signins, "une ligne est une visite / a row is a visit")
        commune = next((d.name for d in found if d.content.get("role") == "commune"), None)
        if commune is not None:
            settings["site_commune"] = commune
    return _Source(name, settings, found, title)


def _file(given: Given, survey: Survey | None) -> dict[str, Any]:
    spec: dict[str, Any] = {"path": given.path.name}
    if given.tool is not None:
        spec["format"] = given.tool
    for note in given.described.notes:
        if note.kind in ("encoding", "separator"):
            spec[note.kind] = note.after
    decimal = _decimal(given)
    if decimal is not None:
        spec["decimal"] = decimal
    if given.described.sheets and len(given.described.sheets) > 1:
        sheet = next((n.after for n in given.described.notes if n.kind == "sheet"), None)
        if sheet:
            spec["sheet"] = sheet
    if survey is not None and survey.wave_column:
        spec |= {"wave_column": survey.wave_column, "waves": survey.codes}
    submitted = given.column("submitdate") if given.tool == "limesurvey" else None
    if submitted is not None and submitted.examples.map(text_of).isna().any():
        rule = {"then": "set aside"}
        spec["incomplete"] = Reviewed(rule, "réponses non validées mises à part / not submitted, set aside")
    return spec


def _decimal(given: Given) -> str | None:
    found = next((n.after for n in given.described.notes if n.kind == "decimal"), None)
    return found if found in (",", ".") else None


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
    return sorted(by_name.values(), key=lambda w: w.name)


def _wave(wave: Wave) -> dict[str, Any]:
    days = [wave.first, wave.last]
    remark = (
        "du premier au dernier jour rencontré / as met" if wave.found else "dates de collecte à donner / field dates"
    )
    return {
        "name": wave.name,
        "field": Reviewed(days, remark),
        "mode": Reviewed("not_stated", "mode de collecte / mode"),
    }


def _territory(given: Sequence[Given]) -> Any:
    """Return Brittany by EPCI where the register's communes are there, else areas without reference tables."""
    for g in given:
        if g.kind != "sites":
            continue
        for draft in register_drafts(g, None):
            if draft.content.get("role") == "commune":
                column = g.column(str(draft.content.get("column", draft.name)))
                texts = [t for t in (text_of(v) for v in column.examples) if t] if column else []
                if texts and sum(t.startswith(_BRITTANY) and len(t) == 5 for t in texts) >= 0.8 * len(texts):
                    return Reviewed({"region": "53", "level": "epci"}, "pays, canton, epci, commune ou area")
    return Reviewed({"region": "FR", "level": "area"}, "sans découpage officiel / no official territory")


def _plan(sources: list[_Source], waves: list[Wave]) -> tuple[list[Any], list[Any]]:
    plan: list[Any] = []
    tables: list[Any] = []
    kinds = {s.settings["kind"] for s in sources}
    for source in sources:
        if source.settings["kind"] == "survey":
            population = "inhabitants" if "design" in source.settings else "respondents"
            more, shown = survey_plan(source.name, source.drafts, population, source.title)
            plan += more
            tables += shown
    if {"attendance", "sites"} <= kinds:
        plan.append({"question": "attendance", "settings": {}})
    register = next((s for s in sources if s.settings["kind"] == "sites"), None)
    if register is not None and any(d.content.get("role") == "opened" for d in register.drafts):
        last = waves[-1].last
        date = Reviewed([dt.date(last.year, 12, 31)], "dates du dénombrement / dates of the census")
        plan.append({"question": "spaces", "settings": {"dates": date, "yearly": []}})
    plan.append({"question": "response"})
    return plan, tables


def _questions(sources: list[_Source], plan: list[Any]) -> list[Any]:
    """Return one evaluation question a survey that has something to find first: its boxes and means."""
    found = []
    for source in sources:
        entry = next((p for p in plan if p.get("id") == f"{source.name}-measures"), None)
        if entry is not None:
            names = [f"{entry['id']}.{i['name']}" for i in entry["settings"]["indicators"][:3]]
            asked = {"id": source.name, "fr": f"Que disent les répondants ? ({source.title['fr']})"}
            remark = "question du commanditaire / what the commissioner asked"
            found.append({"id": asked["id"], "fr": Reviewed(asked["fr"], remark), "criterion": "relevance",
                          "indicators": names})  # fmt: skip
    return found


def _instrument(source: _Source) -> dict[str, Any]:
    return {"name": source.name, "title": source.title, "questions": question_entries(source.drafts)}


def _free(name: str, names: set[str]) -> str:
    out, n = name, 2
    while out in names:
        out, n = f"{name}{n}", n + 1
    names.add(out)
    return out
