"""An evaluation: its settings and its paths (contract 1). Knows questions by name only."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from pipeline.errors import EvaluationError
from pipeline.instrument import Code, Instrument, Text, load_instrument, read_yaml, validate
from pipeline.instrument.themes import coded_themes

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=80)]
SourceKind = Literal["survey", "attendance", "sites", "fieldwork", "network", "costs"]
Level = Literal["pays", "canton", "epci", "commune", "area"]


def _wave_name(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


WaveName = Annotated[Name, BeforeValidator(_wave_name)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Territory(_Strict):
    """The region, the level that reports compare, and the vintage of its boundaries."""

    region: str
    level: Level = "pays"
    vintage: int | None = None


class Wave(_Strict):
    """One round of fieldwork. ``attendance_month`` is the month whose visits calibrate the wave."""

    name: WaveName
    field: tuple[dt.date, dt.date]
    mode: str = "paper"
    attendance_month: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}$")
    opening_days: int | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Wave:
        if self.field[0] > self.field[1]:
            raise ValueError(f"wave '{self.name}' ends before it starts")
        return self


class Incomplete(_Strict):
    """What to do with responses that were begun and not submitted (LimeSurvey: no ``submitdate``).

    ``reached`` is the last page from which such a response counts as complete all the same.
    """

    then: Literal["keep", "set aside"] = "set aside"
    reached: int | None = Field(default=None, ge=0)


class FileSpec(_Strict):
    """One received file. ``wave_column`` and ``waves`` say how one file holds several waves.

    ``format`` is found by the file's name and first bytes where it is not declared. ``encoding``, ``separator``,
    ``decimal`` and ``date_order`` are found out, and reported, where they are not declared. ``sheet`` (name or number)
    and ``header_row`` are for tables that do not start at the top; ``member`` names one file of a zip archive.
    """

    path: str
    format: (
        Literal["sav", "por", "dta", "sas7bdat", "xpt", "csv", "xlsx", "ods", "parquet", "limesurvey", "kobo"] | None
    ) = None
    encoding: str | None = None
    separator: str | None = None
    decimal: Literal[",", "."] | None = None
    date_order: Literal["dmy", "mdy", "ymd"] | None = None
    sheet: str | Annotated[int, Field(ge=1)] | None = None
    header_row: int | None = Field(default=None, ge=1)
    member: str | None = None
    wave_column: str | None = None
    waves: dict[WaveName, Code] | None = None
    incomplete: Incomplete | None = None


class Visits(_Strict):
    """How a survey of visits reaches persons: the question that counts visits, its period and its cap."""

    question: str
    elsewhere: str | None = None
    period_days: int = 28
    cap: float = 16


class SamplingDesign(_Strict):
    """The sampling design as the data say it, or supplied weights."""

    strata: str | None = None
    clusters: list[str] = []
    population_sizes: list[str] = []
    weights: str | None = None
    lonely_psu: Literal["fail", "remove", "certainty", "adjust", "average"] = "fail"


class WeightingStep(_Strict):
    """One step of the weighting recipe, in order."""

    step: Literal["base", "supplied", "nonresponse", "rake", "trim", "share"]
    inclusion: list[str] = []
    unit: str | None = None
    cells: list[str] = []
    margins: list[str] = []
    where: str | None = None
    name: str | None = None
    links: str | None = None
    lower: float | None = None
    upper: float | None = None


class Check(_Strict):
    """A check of a source: what happens to what fails it, and the settings of checks that need some.

    ``threshold`` is the share of records (questions, months) above which the check blocks. ``questions`` are those the
    check looks at (names may end in ``*``), ``within`` the columns inside whose values records are compared,
    ``at_least`` the fewest answers or records for a verdict, ``limit`` the limit in the check's own unit.
    """

    rule: str
    severity: Literal["block", "set aside", "flag"] | None = None
    threshold: float = Field(default=0.0, ge=0, le=1)
    questions: list[str] = []
    within: list[str] = []
    at_least: int | None = Field(default=None, ge=1)
    limit: float | None = Field(default=None, gt=0)


class SignIns(_Strict):
    """How records of visits (sign-in sheets, activity exports) become monthly counts; the keys name questions.

    ``rows`` says what a record is: a visit, a person and day, or an activity with a question of counts per age band
    (``counts``: band -> question). ``age_bands`` and ``activities`` map received categories to those of the counts.
    ``place`` says where a visit took place and ``here`` which of its codes are visits to a space; others are counted
    apart. ``durations`` of the form `30-60` are kept as a range, or stand for their midpoint.
    """

    rows: Literal["visit", "person_day", "activity"] = "visit"
    key: list[str] = []
    person: str | None = None
    birth_year: str | None = None
    arrival: str | None = None
    departure: str | None = None
    duration: str | None = None
    durations: Literal["range", "midpoint"] = "range"
    counts: dict[str, str] = {}
    age_bands: dict[str, str] = {}
    unknown_age: Literal["keep", "spread"] = "keep"
    activities: dict[str, str] = {}
    activity: str | None = None
    place: str | None = None
    here: list[Code] = []
    elsewhere: Literal["apart", "with_space"] = "apart"
    active_file: Literal["month", "year"] | None = None

    @model_validator(mode="after")
    def _whole(self) -> SignIns:
        if (self.rows == "activity") != bool(self.counts):
            raise ValueError("`counts` (age band -> question) goes with `rows: activity`, and only with it")
        if bool(self.place) != bool(self.here):
            raise ValueError("`place` and `here` (the codes of a visit to a space) go together")
        if self.active_file and not self.person:
            raise ValueError("`active_file` counts persons: name the question that identifies them as `person`")
        return self


class Comments(_Strict):
    """The post-codification of a source's open question: ``codes`` is the local file of themes, below the data folder.

    ``question`` is the open question with ``themes`` in the instrument, where there are several.
    """

    codes: str
    question: str | None = None


class Source(_Strict):
    """One stream of received files."""

    name: Name
    kind: SourceKind
    instrument: str
    files: dict[WaveName, FileSpec]
    population: Text | None = None
    sampled: Literal["person", "visit", "household", "space"] | None = None
    persons: Literal["inhabitants", "non_users"] = "inhabitants"  # whom a survey of persons or households is about
    by: Literal["probability", "quota", "volunteer"] = "probability"
    visits: Visits | None = None
    fieldwork: Name | None = None
    design: SamplingDesign | None = None
    weighting: list[WeightingStep] = []
    checks: list[Check] = []
    comments: Comments | None = None
    signins: SignIns | None = None
    reconciles: Name | None = None  # source of monthly counts of the same visits
    prefer: Literal["counts", "signins"] = "counts"
    site_commune: str | None = None  # question that says in which commune the space is
    title: Text | None = None

    @property
    def first_file(self) -> str:
        """Return the first received file, the one that a decision about the whole source names."""
        return next(iter(self.files.values())).path

    @property
    def units(self) -> str:
        """Return the population that the answers of a survey stand for, as results name it."""
        if self.sampled == "space":
            return "spaces"
        return "respondents" if self.unweighted else "users" if self.sampled == "visit" else self.persons

    @property
    def unweighted(self) -> bool:
        """Return whether the survey has neither a sampling design nor weights, so that it tells of its respondents."""
        return self.kind == "survey" and self.design is None and self.by != "probability"


class Statement(_Strict):
    """A rule that turns one result of the region into a graded statement.

    ``about`` is a partial result_id. ``margin``, in the unit of the result, is the change that would not matter: an
    interval inside it says that nothing changed. ``above`` is the level that must be passed. ``agrees`` are results,
    of another source, that should have moved in the same direction (or the opposite one where it starts with "-").
    """

    about: str
    margin: float | None = Field(default=None, gt=0)
    above: float | None = None
    agrees: list[str] = []

    @model_validator(mode="after")
    def _one_kind(self) -> Statement:
        if self.margin is not None and self.above is not None:
            raise ValueError("a statement is about a change (margin) or a level (above), not both")
        return self


class Question(_Strict):
    """An evaluation question: what the commissioner asked, the criterion, the indicators that answer it."""

    id: Name
    fr: str
    en: str | None = None
    criterion: Literal["relevance", "coherence", "effectiveness", "efficiency", "impact", "sustainability"]
    indicators: list[str] = []
    statements: list[Statement] = []


class PlanEntry(_Strict):
    """One analysis of the plan; its settings are checked by the module of analysis/ that it names."""

    question: Name
    id: Name | None = None
    settings: dict[str, Any] = {}
    confirmatory: bool = False

    @property
    def name(self) -> str:
        """Return the first part of the result_ids that the entry writes."""
        return self.id or self.question


class Disclosure(_Strict):
    """Thresholds of primary confidentiality; ``k`` is how many people must be alike in a research file."""

    minimum_contributors: int = Field(default=11, ge=1)
    k: int = Field(default=5, ge=2)
    dominance: float = Field(default=0.85, gt=0, le=1)


class Fact(_Strict):
    """A figure that prose may state, with its source."""

    id: Name
    value: float | int | str
    source: Text
    label: Text | None = None


class FigureEntry(_Strict):
    """A figure or table asked for by name, with settings that the figure itself checks."""

    name: Name
    figure: Name
    settings: dict[str, Any] = {}
    scope: Literal["region", "unit", "all"] = "region"


class Document(_Strict):
    """One document of the site: its Quarto source below reports/<lang>/."""

    name: Name
    file: str
    scope: Literal["region", "unit"] = "region"
    formats: list[Literal["html", "pdf"]] = ["html", "pdf"]


class Privacy(_Strict):
    """What the data protection notice says, and what was looked at by hand.

    ``retention_until`` is the day after which individual files should have been destroyed (`forget`). ``not_personal``
    names questions (`source.question`) that look personal and were judged not to be.
    """

    purpose: Text
    retention: Text
    contact: Text
    controller: Text | None = None
    legal_basis: Text | None = None
    recipients: Text | None = None
    rights: Text | None = None
    retention_until: dt.date | None = None
    not_personal: list[str] = []


class ResearchFile(_Strict):
    """What a research file holds and how it is generalised.

    ``sources``: surveys (those of persons and households by default). ``quasi_identifiers``: variables that others may
    know, besides wave, stratum, age, sex, occupation and what the instrument says. ``sensitive``: questions whose
    answers must differ among people alike. ``drop``: questions left out (``stratum`` too). ``bands``: lower limits.
    ``top_code``: greatest value told. ``suppress``: variables whose rare values may be blanked, the least needed first.
    """

    sources: list[Name] = []
    quasi_identifiers: list[str] = []
    sensitive: list[str] = []
    drop: list[str] = []
    bands: dict[str, Annotated[list[float], Field(min_length=1)]] = {}
    top_code: dict[str, float] = {}
    suppress: list[str] = []


class Settings(_Strict):
    """The content of evaluation.yaml."""

    title: Text
    programme: Text | None = None
    commissioned_by: Text | None = None
    credits: list[str] = []
    contact: Text | None = None
    synthetic: bool = False
    edition: int = Field(ge=1900, le=2200)
    languages: list[Literal["fr", "en"]] = ["fr"]
    territory: Territory
    age_bands: list[int] = [15, 25, 45, 60]
    waves: list[Wave] = Field(min_length=1)
    sources: list[Source] = Field(min_length=1)
    questions: list[Question] = []
    plan: list[PlanEntry] = Field(min_length=1)
    figures: list[FigureEntry] = []
    documents: list[Document] = []
    disclosure: Disclosure = Disclosure()
    privacy: Privacy | None = None
    research_file: ResearchFile | None = None
    facts: list[Fact] = []
    citation: Text | None = None

    @model_validator(mode="after")
    def _coherent(self) -> Settings:
        for what, names in (
            ("wave", [w.name for w in self.waves]),
            ("source", [s.name for s in self.sources]),
            ("plan entry", [p.name for p in self.plan]),
            ("fact", [f.id for f in self.facts]),
            ("evaluation question", [q.id for q in self.questions]),
        ):
            twice = sorted({n for n in names if names.count(n) > 1})
            if twice:
                raise ValueError(f"the {what} '{twice[0]}' is declared twice")
        if self.age_bands != sorted(set(self.age_bands)):
            raise ValueError("age_bands must be lower limits in rising order, each once")
        waves = {w.name for w in self.waves}
        sources = {s.name for s in self.sources}
        for s in self.sources:
            for wave, spec in s.files.items():
                named = set(spec.waves or {}) if wave == "all" else {wave}
                if named - waves:
                    raise ValueError(
                        f"source '{s.name}' has files for unknown waves {sorted(named - waves)};"
                        f" declared: {sorted(waves)} (or 'all')"
                    )
            if s.fieldwork and s.fieldwork not in sources:
                raise ValueError(f"source '{s.name}' names an unknown fieldwork source '{s.fieldwork}'")
            self._sign_ins(s)
            for step in s.weighting:
                for margin in step.margins:
                    origin = margin.split(":")[0]
                    if origin not in sources:
                        raise ValueError(
                            f"source '{s.name}' takes a margin from an unknown source '{origin}';"
                            f" declared: {sorted(sources)}"
                        )
        return self

    def _sign_ins(self, source: Source) -> None:
        """Refuse sign-ins of another kind than attendance, and a reconciliation with anything but monthly counts."""
        if source.signins and source.kind != "attendance":
            raise ValueError(f"source '{source.name}' is of kind {source.kind}: `signins` goes with kind attendance")
        if source.reconciles is None:
            return
        counts = [s.name for s in self.sources if s.kind == "attendance" and not s.signins]
        if not source.signins or source.reconciles not in counts:
            raise ValueError(
                f"source '{source.name}' reconciles '{source.reconciles}': `reconciles` goes from a source with"
                f" `signins` to a source of monthly counts; declared: {counts}"
            )
        if sum(s.reconciles == source.reconciles for s in self.sources) > 1:
            raise ValueError(f"two sources reconcile the counts of '{source.reconciles}'")


@dataclass(frozen=True)
class Evaluation:
    """An evaluation and where its files are. ``root`` is the project, ``data`` what was received."""

    name: str
    root: Path
    data: Path
    settings: Settings
    instruments: dict[str, Instrument]

    @property
    def folder(self) -> Path:
        """Return the folder of the evaluation's declarations."""
        return self.root / "surveys" / self.name

    @property
    def build(self) -> Path:
        """Return the folder of everything the stages write."""
        return self.root / "build" / self.name

    @property
    def site(self) -> Path:
        """Return the folder of the published site."""
        return self.root / "reports" / "_site" / self.name

    def stage(self, stage: str) -> Path:
        """Return the folder that a stage writes."""
        return self.build / stage

    def source(self, name: str) -> Source:
        """Return a source by name."""
        return next(s for s in self.settings.sources if s.name == name)

    def sources(self, kind: SourceKind) -> list[Source]:
        """Return the sources of a kind, in order."""
        return [s for s in self.settings.sources if s.kind == kind]

    def wave(self, name: str) -> Wave:
        """Return a wave by name."""
        return next(w for w in self.settings.waves if w.name == name)

    def received(self, spec: FileSpec) -> Path:
        """Return the path of a received file, which may not leave the data folder."""
        return self.data / spec.path

    def age_band_labels(self) -> list[str]:
        """Return the age bands as `0-14`, `15-24`, ..., `60+`."""
        limits = self.settings.age_bands
        bands = [f"0-{limits[0] - 1}"] if limits[0] > 0 else []
        bands += [f"{a}-{b - 1}" for a, b in itertools.pairwise(limits)]
        return [*bands, f"{limits[-1]}+"]

    def received_files(self) -> list[Path]:
        """Return every received file that the evaluation declares."""
        codes = [self.data / s.comments.codes for s in self.settings.sources if s.comments]
        return [*(self.received(f) for s in self.settings.sources for f in s.files.values()), *codes]

    def declaration_files(self) -> list[Path]:
        """Return evaluation.yaml and the instruments (and truth.yaml and decisions.yaml where they exist)."""
        files = [self.folder / "evaluation.yaml"]
        files += [self.folder / s.instrument for s in self.settings.sources]
        truth = self.folder / "truth.yaml"
        decided = self.folder / "decisions.yaml"
        return [*dict.fromkeys(files), *(p for p in (truth, decided) if p.is_file())]


def load(name: str, root: Path, data: Path | None = None) -> Evaluation:
    """Read an evaluation and its instruments.

    Parameters
    ----------
    name : folder below ``surveys/``.
    root : the project.
    data : folder of the received files; ``data/raw/<name>`` by default.

    Raises
    ------
    EvaluationError, InstrumentError
        Naming file, line, key, what was found and what is allowed.
    """
    surveys = root / "surveys"
    known = sorted(p.parent.name for p in surveys.glob("*/evaluation.yaml"))
    if name not in known:
        raise EvaluationError(
            "there is no such evaluation",
            where=str(surveys),
            found=name,
            allowed=known or "(no evaluation in this project)",
            action="give one of these names, or run from the project's folder (or with --project)",
        )
    path = surveys / name / "evaluation.yaml"
    content, node = read_yaml(path, EvaluationError)
    settings = validate(Settings, content, node, path, EvaluationError)
    folder = data if data is not None else root / "data" / "raw" / name
    for source in settings.sources:
        _inside(surveys / name, source.instrument, path, f"sources.{source.name}.instrument")
        for wave, spec in source.files.items():
            _inside(folder, spec.path, path, f"sources.{source.name}.files.{wave}.path")
        if source.comments:
            _inside(folder, source.comments.codes, path, f"sources.{source.name}.comments.codes")
    instruments = {s.name: _instrument(surveys / name, s, path) for s in settings.sources}
    evaluation = Evaluation(name, root, folder, settings, instruments)
    _check_columns(evaluation, path)
    return evaluation


def _instrument(folder: Path, source: Source, path: Path) -> Instrument:
    """Return the instrument of a source, with the themes of its comments as a question where they are coded."""
    instrument = load_instrument(folder / source.instrument)
    if source.comments is None:
        return instrument
    with_themes = [q.name for q in instrument.questions if q.themes]
    chosen = [q for q in with_themes if source.comments.question in (None, q)]
    if len(chosen) != 1:
        raise EvaluationError(
            "the comments to code are not those of one question",
            where=f"{path}, key sources.{source.name}.comments.question",
            found=source.comments.question,
            allowed=with_themes or f"an open question of {source.instrument} with `themes:`",
            action="name one of them, or give the open question its `themes:` in the instrument",
        )
    return coded_themes(instrument, chosen[0])


def _inside(folder: Path, relative: str, path: Path, key: str) -> None:
    if not relative.isprintable() or not relative.strip():
        raise EvaluationError(
            "this is no name of a file",
            where=f"{path}, key {key}",
            found=repr(relative),
            allowed="printable characters",
        )
    target = (folder / relative).resolve()
    if Path(relative).is_absolute() or not target.is_relative_to(folder.resolve()):
        raise EvaluationError(
            "a path leaves its folder",
            where=f"{path}, key {key}",
            found=relative,
            allowed=f"a file below {folder}",
        )


def _check_columns(evaluation: Evaluation, path: Path) -> None:
    """Refuse recipes and designs that name columns which no instrument of theirs declares."""
    for source in evaluation.settings.sources:
        names = set(known_columns(evaluation, source))
        asked: list[tuple[str, str]] = []
        if source.design:
            asked += [("design.strata", source.design.strata or "")]
            asked += [("design.weights", source.design.weights or "")]
            asked += [("design.clusters", c) for c in source.design.clusters]
            asked += [("design.population_sizes", c) for c in source.design.population_sizes]
        if source.visits:
            asked += [
                ("visits.question", source.visits.question),
                ("visits.elsewhere", source.visits.elsewhere or ""),
            ]
        asked.append(("site_commune", source.site_commune or ""))
        if source.signins:
            single = ("person", "birth_year", "arrival", "departure", "duration", "place")
            asked += [(f"signins.{k}", getattr(source.signins, k) or "") for k in single]
            asked += [("signins.key", c) for c in source.signins.key]
            asked += [("signins.counts", c) for c in source.signins.counts.values()]
        for i, step in enumerate(source.weighting):
            asked += [(f"weighting.{i}.inclusion", c) for c in step.inclusion]
            asked += [(f"weighting.{i}.cells", c) for c in step.cells]
            asked += [(f"weighting.{i}.links", step.links or "")]
            asked += [(f"weighting.{i}.margins", m.split(":")[-1]) for m in step.margins]
        for key, column in asked:
            if column and column not in names:
                raise EvaluationError(
                    "the recipe names a column that does not exist",
                    where=f"{path}, key sources.{source.name}.{key}",
                    found=column,
                    allowed=sorted(names),
                    action="name a question of the instrument, or of the fieldwork record",
                )


#: Columns that ingest and the territory add to every clean table about places.
DERIVED_COLUMNS = ("wave", "site_id", "commune", "epci", "pays", "department", "area", "age_band")


def known_columns(evaluation: Evaluation, source: Source) -> list[str]:
    """Return the columns a recipe may name: instrument, fieldwork record, derived columns."""
    columns = [c for q in evaluation.instruments[source.name].questions for c in q.clean_columns()]
    if source.fieldwork:
        instrument = evaluation.instruments[source.fieldwork]
        columns += [c for q in instrument.questions for c in q.clean_columns()]
    return [*columns, *DERIVED_COLUMNS]
