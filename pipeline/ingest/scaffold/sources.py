"""One source of a first evaluation: its settings and its draft questions, from one file or the waves of a survey."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.evaluation import FileSpec
from pipeline.ingest.conventions import marks
from pipeline.ingest.lexicon import folded, patterns
from pipeline.ingest.privacy.detect import plain_words
from pipeline.ingest.scaffold.activities import activity_drafts, is_activities
from pipeline.ingest.scaffold.ages import AGE_BAND, with_age_bands
from pipeline.ingest.scaffold.answers import drafts, plain_title, without_year
from pipeline.ingest.scaffold.boxes import box_columns
from pipeline.ingest.scaffold.file_titles import title_of_name
from pipeline.ingest.scaffold.given import Given
from pipeline.ingest.scaffold.leading import by_frequency
from pipeline.ingest.scaffold.ledgers import ledger_drafts
from pipeline.ingest.scaffold.places import (
    attendance_drafts,
    coop_drafts,
    coop_records,
    fieldwork_drafts,
    register_drafts,
    signin_drafts,
)
from pipeline.ingest.scaffold.questions_by_wave import asked_by_wave, questions_of_waves
from pipeline.ingest.scaffold.recorded import (
    framework_drafts,
    records_drafts,
    uses_more_than_offered,
    with_places,
    without_unlisted,
)
from pipeline.ingest.scaffold.replicate_weights import replicate_weights
from pipeline.ingest.scaffold.text import Reviewed
from pipeline.ingest.scaffold.ties import actors_drafts, tie_drafts
from pipeline.ingest.scaffold.waves import Survey
from pipeline.ingest.scaffold.words import CLUSTERS, RESERVED, WEIGHTS, matches
from pipeline.ingest.sites.national_schema import flags, is_national
from pipeline.ingest.tools.draft import Draft, hint, slug
from pipeline.ingest.values import distinct, number_of, text_of

#: An age that nobody has.
OLDEST = 120
#: Roles that tell when a record was made.
_TIMES = {"date", "month", "year"}
#: A question on the space where somebody was asked, or that they use.
_IN_SPACE = re.compile(patterns("answers")["in_space"])
_NO_DESIGN = hint("no_design")
_POPULATION = hint("population")


@dataclass
class DraftSource:
    """A source to be: its name and settings, its questions, its title, and the age bands that a survey asks for.

    ``leading`` are the items of its first question of boxes, the most frequent first, under the name of the question;
    ``youngest`` is the age of the youngest person who answered.
    """

    name: str
    settings: dict[str, Any]
    drafts: list[Draft]
    title: dict[str, str]
    waves: tuple[str, ...] = ()
    said: list[str] = field(default_factory=list)
    bands: list[str] = field(default_factory=list)
    leading: tuple[str, list[str]] | None = None
    youngest: int | None = None

    @property
    def population(self) -> str:
        """Return whom the results of a survey are about, as the plan and its tables name it."""
        if "design" not in self.settings:
            return "respondents"
        persons = self.settings["persons"]
        return str(persons.value if isinstance(persons, Reviewed) else persons)


def survey_source(survey: Survey, names: set[str], taken: set[str]) -> DraftSource:
    """Return the source of a survey.

    A weight says neither how persons were selected nor whom they stand for; those whose space is told are its users.

    Parameters
    ----------
    taken : names of questions so far: they are unique over all surveys.
    """
    first = survey.files[-1][1]
    several = len({g.path for _, g in survey.files}) > 1
    title = {"fr": without_year(plain_title(first)) if several else plain_title(first)}
    name = _free(slug(title["fr"], "survey").lower()[:24].strip("_") or "survey", names)
    together = {stem: names for _, g in survey.files for stem, names in box_columns(g).items()}
    by_wave = [(wave, drafts(g, _decimal(g), together)) for wave, g in survey.files]
    found = by_wave[0][1] if len(by_wave) == 1 else questions_of_waves(by_wave)
    found = [d for d in found if str(d.content.get("column", d.name)) != survey.wave_column]
    if survey.wave_column:
        for draft in found:
            asked_by_wave(draft, first, survey)
    _unique_names(found, name, taken)
    _absent_items(found, [w.name for w in survey.waves])
    bands = [] if AGE_BAND in taken else with_age_bands(found, [w.name for w in survey.waves], _met(survey))
    taken |= {AGE_BAND} if bands else set()
    for draft in found:
        if draft.content["type"] in ("single", "likert", "multiple", "number", "count"):
            draft.content.setdefault("role", "outcome")
    replicates = replicate_weights(first.described.columns)
    weights = sorted((d for d in found if d.content.get("role") == "weight"), key=_use_of)
    weight = weights[0] if weights else None
    settings: dict[str, Any] = {
        "name": name,
        "kind": "survey",
        "title": Reviewed({"fr": _capital(title["fr"])}, hint("title")),
        "instrument": f"{name}.yaml",
        "files": {wave: _file(g, survey) for wave, g in survey.files},
        "population": Reviewed({"fr": hint("titles.people_asked")}, _POPULATION),
        "sampled": "person",
        "by": Reviewed("unstated", _NO_DESIGN),
    }
    if weight is not None:
        in_space = any(d.content.get("role") == "site" or _IN_SPACE.search(plain_words(_headers(d)[1])) for d in found)
        settings["persons"] = Reviewed("users" if in_space else "inhabitants", hint("persons"))
        strata = next((d.name for d in found if d.content.get("role") == "stratum"), None)
        clusters = [d.name for d in found if matches(CLUSTERS, *_headers(d))][:1]
        design: dict[str, Any] = {"weights": weight.name, **({"strata": strata} if strata else {})}
        design |= {"clusters": clusters} if clusters else {}
        # no places that stay: units of a sample of the population are drawn anew, and their numbers start again
        apart = bool(clusters) and not in_space and len(survey.waves) > 1
        design |= {"clusters_across_waves": "independent"} if apart else {}
        others = [d.name for d in weights[1:]]
        remark = hint("weights") + (hint("other_weights", names=", ".join(others)) if others else "")
        remark += hint("drawn_apart") if apart else ""
        settings["design"] = Reviewed(design, remark)
    waves = tuple(w.name for w in survey.waves)
    boxes = next((d for d in found if d.content["type"] == "multiple"), None)
    leading = None if boxes is None else (boxes.name, by_frequency(boxes, waves[-1], first.described.received))
    met, age = _met(survey), next((d for d in found if d.content.get("role") == "age"), None)
    ages = [] if age is None else [n for n in (number_of(t, ",") for t in met(age)) if n is not None and 0 < n < OLDEST]
    youngest = int(min(ages)) if ages else None
    title = {"fr": _capital(title["fr"])}
    return DraftSource(name, settings, found, title, waves, _unused(replicates), bands, leading, youngest)


def _unused(replicates: Sequence[str]) -> list[str]:
    """Return a line on replicate weights, which no estimate uses: errors come from the design."""
    if not replicates:
        return []
    n, (first, last) = len(replicates), (replicates[0], replicates[-1])
    return [f"{n} replicate weights ({first} to {last}) are not used: errors come from the weight, strata and clusters"]


def _met(survey: Survey) -> Callable[[Draft], set[str]]:
    """Return what gives the texts that the files of a survey hold in the columns of a question."""

    def met(draft: Draft) -> set[str]:
        own = {str(draft.content.get("column", draft.name))}
        own |= {str(h["column"]) for h in draft.content.get("waves", {}).values() if "column" in h}
        columns = [c for _, g in survey.files for c in g.described.columns if c.name in own]
        return {t for c in columns for t in map(text_of, distinct(c.examples).values) if t}

    return met


def _headers(draft: Draft) -> tuple[str, str]:
    return str(draft.content.get("column", draft.name)), str(draft.content["wording"]["fr"])


def _use_of(weight: Draft) -> int:
    """Return the place of a weight among those of its file: the one that all adjustments are in comes first."""
    return next((i for i, words in enumerate(WEIGHTS) if matches(words, *_headers(weight))), len(WEIGHTS))


def _capital(title: str) -> str:
    """Return a title with a capital; what else it has (names of places, of programmes) stays."""
    return title[:1].upper() + title[1:]


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


def listed_spaces(given: Iterable[Given]) -> set[str]:
    """Return the keys and names of the spaces that registers list, folded."""
    held: set[str] = set()
    for g in (g for g in given if g.kind == "sites"):
        for draft in register_drafts(g, None):
            if draft.content.get("role") in ("site", "site_name", "aliases"):
                column = g.column(str(draft.content.get("column", draft.name)))
                held |= {folded(t) for t in map(text_of, column.examples) if t} if column else set()
    return held


def other_source(given: Given, names: set[str], undated: str, listed: set[str]) -> DraftSource:
    """Return the source of a file that is no survey.

    Parameters
    ----------
    names : of the sources so far.
    undated : the wave of records that tell no time.
    listed : the spaces of the register.
    """
    called = "funding" if given.flow == "received" else given.kind
    name = _free({"sites": "register"}.get(called, called), names)
    signins: dict[str, Any] | None = None
    if given.kind == "records":
        names.discard(name)
        name = _free(slug(given.part or given.path.stem, "records").lower()[:24].strip("_") or "records", names)
    if given.kind == "visits":
        found, signins, title = _visit_drafts(given)
    else:
        found, title = _questions(given)
        if given.kind == "records":
            found = without_unlisted(found, given.described, listed) if listed else with_places(found)
    dated = given.kind != "records" or not _TIMES.isdisjoint({d.content.get("role") for d in found})
    settings: dict[str, Any] = {
        "name": name,
        "kind": {"visits": "attendance", "ties": "network", "actors": "network"}.get(given.kind, given.kind),
        "title": title,
        "instrument": f"{name}.yaml",
        "files": {"all" if dated else undated: _file(given, None)},
    }
    if given.kind == "records" and uses_more_than_offered(found, given.described):
        settings["checks"] = Reviewed([{"rule": "used_over_offered", "severity": "flag"}], hint("overused"))
    if given.kind == "costs":
        settings["population"] = Reviewed(title, hint("costs"))
    if given.kind == "sites" and is_national(given.names):
        settings["checks"] = flags([d.content for d in found])
    if signins is not None:
        settings["signins"] = Reviewed(signins, hint("visit"))
        commune = next((d.name for d in found if d.content.get("role") == "commune"), None)
        if commune is not None and "La Coop" in given.why:
            settings["site_commune"] = commune
    return DraftSource(name, settings, found, title)


def _questions(given: Given) -> tuple[list[Draft], dict[str, str]]:
    """Return the questions and the title of a file that holds neither answers nor visits one by one."""
    decimal, described = _decimal(given), given.described
    stem = given.part or given.path.stem
    own = {"fr": _capital(title_of_name(stem))}
    if given.kind == "sites":
        return register_drafts(given, decimal), {"fr": hint("titles.register")}
    if given.kind == "attendance":
        return attendance_drafts(given, decimal), {"fr": hint("titles.counts")}
    if given.kind == "fieldwork":
        return fieldwork_drafts(given, decimal), {"fr": hint("titles.fieldwork")}
    if given.kind == "framework":
        return framework_drafts(described), {"fr": hint("titles.framework")}
    if given.kind in ("costs", "workshops", "enrolments"):
        return ledger_drafts(described, given.kind, decimal), own
    if given.kind == "ties":
        return tie_drafts(described), own
    if given.kind == "actors":
        assert given.ties is not None
        return actors_drafts(described, given.ties), own
    if "La Coop" in given.why:
        return coop_records(given), {"fr": hint("titles.coop")}
    return records_drafts(described, decimal, given.communes), own


def _visit_drafts(given: Given) -> tuple[list[Draft], dict[str, Any], dict[str, str]]:
    """Return the questions of visits one by one, how they become monthly counts, and their title."""
    if "La Coop" in given.why:
        return *coop_drafts(given), {"fr": hint("titles.coop")}
    if is_activities(given.described):
        return *activity_drafts(given.described), {"fr": hint("titles.activities")}
    return *signin_drafts(given, _decimal(given)), {"fr": hint("titles.signins")}


def _file(given: Given, survey: Survey | None) -> dict[str, Any]:
    read = {n.kind: n.after for n in given.described.notes if n.kind in ("encoding", "separator")}
    known = {"format": given.tool, "header_row": given.header_row, "catalog": given.catalog, **read}
    known |= {"decimal": _decimal(given), "thousands": _thousands(given)}
    spec: dict[str, Any] = {"path": given.path.name, **{k: v for k, v in known.items() if v is not None}}
    if spec.get("decimal") is not None and spec["decimal"] == _settled(given):
        spec["decimal"] = Reviewed(spec["decimal"], hint("decimal"))
    spec |= _layout(given.spec)
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


def is_read(file: Mapping[str, Any], given: Given) -> bool:
    """Return whether a file of a source, as its settings have it, is the table that was given."""
    sheets, only = file.get("sheets", Reviewed([], "")).value, file.get("only", Reviewed({}, "")).value
    own = (given.path.name, given.sheet, list(given.sheets), given.spec.only)
    return (file["path"], file.get("sheet"), sheets, only) == own


def _layout(laid: FileSpec) -> dict[str, Any]:
    """Return what a file's declaration says of the layout of its table, each guess to be reviewed."""
    across = {} if laid.across is None else laid.across.model_dump(exclude_none=True)
    unfinished = {} if laid.incomplete is None else laid.incomplete.model_dump(exclude_unset=True)
    waves = {} if laid.wave_column is None else {"wave_column": laid.wave_column, "waves": laid.waves}
    held: dict[str, tuple[Any, str]] = {
        "across": (across, hint("across")),
        "sums": (laid.sums, hint("sums")),
        "only": (laid.only, hint("only")),
        "fill_down": (laid.fill_down, hint("filled_down")),
        "incomplete": (unfinished, hint("incomplete")),
        "also": (laid.also, hint("also")),
        "constants": (laid.constants, hint("constants")),
        "period_in_name": (laid.period_in_name, hint("period_in_name")),
    }
    return waves | {key: Reviewed(copy.copy(value), remark) for key, (value, remark) in held.items() if value}


def _decimal(given: Given) -> str | None:
    """Return the decimal mark that a file tells, or that its other columns settle where one column is in doubt."""
    found = next((n.after for n in given.described.notes if n.kind == "decimal"), None)
    return found if found in (",", ".") else _settled(given)


def _settled(given: Given) -> str | None:
    """Return the mark of the other columns for a file of numbers that may be read in two ways (20.020, 2.5); else None.

    A file whose columns are parted by commas is of a program that writes a point.
    """
    held = [distinct(c.examples) for c in given.described.columns if c.kind == "text"]
    if all(marks(each).doubt is None for each in held):
        return None
    texts = [t for each in held for t in map(text_of, each.values) if t is not None]
    used = {m for m in ",." if any(re.fullmatch(rf"[+-]?\d+[{m}](?:\d{{1,2}}|\d{{4,}})", t) for t in texts)}
    if not used and any(n.kind == "separator" and n.after == "," for n in given.described.notes):
        return "."
    return used.pop() if len(used) == 1 else None


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
