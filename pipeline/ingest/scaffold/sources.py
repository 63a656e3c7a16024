"""One source of a first evaluation: its settings and its draft questions, from one file or the waves of a survey."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.ingest.conventions import marks
from pipeline.ingest.scaffold.activities import activity_drafts, is_activities
from pipeline.ingest.scaffold.answers import drafts, plain_title
from pipeline.ingest.scaffold.given import Given
from pipeline.ingest.scaffold.places import (
    attendance_drafts,
    coop_drafts,
    fieldwork_drafts,
    register_drafts,
    signin_drafts,
)
from pipeline.ingest.scaffold.recorded import framework_drafts, records_drafts, with_places
from pipeline.ingest.scaffold.text import Reviewed
from pipeline.ingest.scaffold.waves import Survey, asked_by_wave, merged
from pipeline.ingest.scaffold.words import RESERVED
from pipeline.ingest.sites.national_schema import flags, is_national
from pipeline.ingest.tools.draft import Draft, hint, slug
from pipeline.ingest.values import distinct, text_of

_NO_DESIGN = hint("no_design")
_POPULATION = hint("population")


@dataclass
class DraftSource:
    """A source to be: its name and settings, its questions and its title."""

    name: str
    settings: dict[str, Any]
    drafts: list[Draft]
    title: dict[str, str]


def survey_source(survey: Survey, names: set[str], taken: set[str]) -> DraftSource:
    """Return the source of a survey; names of questions are unique over all surveys (``taken``)."""
    first = survey.files[-1][1]
    title = {"fr": plain_title(first)}
    name = _free(slug(title["fr"], "survey").lower()[:24].strip("_") or "survey", names)
    by_wave = [(wave, drafts(g, _decimal(g))) for wave, g in survey.files]
    found = by_wave[0][1] if len(by_wave) == 1 else merged(by_wave)
    found = [d for d in found if str(d.content.get("column", d.name)) != survey.wave_column]
    if survey.wave_column:
        for draft in found:
            asked_by_wave(draft, first, survey)
    _unique_names(found, name, taken)
    _absent_items(found, [w.name for w in survey.waves])
    for draft in found:
        if draft.content["type"] in ("single", "likert", "multiple", "number", "count"):
            draft.content.setdefault("role", "outcome")
    weight = next((d for d in found if d.content.get("role") == "weight"), None)
    settings: dict[str, Any] = {
        "name": name,
        "kind": "survey",
        "title": Reviewed({"fr": title["fr"].capitalize()}, hint("title")),
        "instrument": f"{name}.yaml",
        "files": {wave: _file(g, survey) for wave, g in survey.files},
        "population": Reviewed({"fr": hint("titles.people_asked")}, _POPULATION),
        "sampled": "person",
        "by": Reviewed("quota" if weight else "volunteer", _NO_DESIGN),
    }
    if weight is not None:
        settings["design"] = Reviewed({"weights": weight.name}, hint("weights"))
    return DraftSource(name, settings, found, {"fr": title["fr"].capitalize()})


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
            draft.review["wording"] = hint("routed", lost=lost)


def other_source(given: Given, names: set[str]) -> DraftSource:
    """Return the source of a register, of counts, of visits or of a fieldwork record."""
    name = _free({"sites": "register", "visits": "visits"}.get(given.kind, given.kind), names)
    signins: dict[str, Any] | None = None
    if given.kind == "sites":
        found, title = register_drafts(given, _decimal(given)), {"fr": hint("titles.register")}
    elif given.kind == "attendance":
        found, title = attendance_drafts(given, _decimal(given)), {"fr": hint("titles.counts")}
    elif given.kind == "fieldwork":
        found, title = fieldwork_drafts(given, _decimal(given)), {"fr": "Carnet de terrain"}
    elif given.kind == "framework":
        found, title = framework_drafts(given.described), {"fr": hint("titles.framework")}
    elif given.kind == "records":
        found = with_places(records_drafts(given.described, _decimal(given)))
        title = {"fr": given.path.stem.replace("-", " ").replace("_", " ").capitalize()}
        name = _free(slug(given.path.stem, "records").lower()[:24].strip("_") or "records", names)
    elif is_activities(given.described) and "La Coop" not in given.why:
        found, signins = activity_drafts(given.described)
        title = {"fr": hint("titles.activities")}
    elif "La Coop" in given.why:
        found, signins = coop_drafts(given)
        title = {"fr": hint("titles.coop")}
    else:
        found, signins = signin_drafts(given, _decimal(given))
        title = {"fr": hint("titles.signins")}
    settings: dict[str, Any] = {
        "name": name,
        "kind": "attendance" if given.kind == "visits" else given.kind,
        "title": title,
        "instrument": f"{name}.yaml",
        "files": {"all": _file(given, None)},
    }
    if given.kind == "sites" and is_national(given.names):
        settings["checks"] = flags([d.content for d in found])
    if signins is not None:
        settings["signins"] = Reviewed(signins, hint("visit"))
        commune = next((d.name for d in found if d.content.get("role") == "commune"), None)
        if commune is not None:
            settings["site_commune"] = commune
    return DraftSource(name, settings, found, title)


def _file(given: Given, survey: Survey | None) -> dict[str, Any]:
    read = {n.kind: n.after for n in given.described.notes if n.kind in ("encoding", "separator")}
    known = {"format": given.tool, "header_row": given.header_row, "catalog": given.catalog, **read}
    known |= {"decimal": _decimal(given), "thousands": _thousands(given)}
    spec: dict[str, Any] = {"path": given.path.name, **{k: v for k, v in known.items() if v is not None}}
    if given.counted is not None and given.counted.period != "month":
        spec["period"] = Reviewed(given.counted.period, hint("period"))
    if given.sheets:
        remark = hint("sheets")
        spec["sheets"] = Reviewed(list(given.sheets), remark)
        if given.sheet_column is not None:
            spec["sheet_column"] = given.sheet_column
    if given.sheet is not None:
        spec["sheet"] = given.sheet
    if survey is not None and survey.wave_column:
        spec |= {"wave_column": survey.wave_column, "waves": survey.codes}
    submitted = given.column("submitdate") if given.tool == "limesurvey" else None
    if submitted is not None and submitted.examples.map(text_of).isna().any():
        rule = {"then": "set aside"}
        spec["incomplete"] = Reviewed(rule, hint("incomplete"))
    return spec


def _decimal(given: Given) -> str | None:
    found = next((n.after for n in given.described.notes if n.kind == "decimal"), None)
    return found if found in (",", ".") else None


def _thousands(given: Given) -> str | None:
    """Return the mark of thousands that the columns settle, None where none does or they disagree."""
    used = {marks(distinct(c.examples)).thousands for c in given.described.columns if c.kind == "text"} - {None}
    return used.pop() if len(used) == 1 else None


def _free(name: str, names: set[str]) -> str:
    out, n = name, 2
    while out in names:
        out, n = f"{name}{n}", n + 1
    names.add(out)
    return out
