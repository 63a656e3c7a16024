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


class FileSpec(_Strict):
    """One received file. ``wave_column`` and ``waves`` say how one file holds several waves."""

    path: str
    format: Literal["sav", "csv", "limesurvey"] | None = None
    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    wave_column: str | None = None
    waves: dict[WaveName, Code] | None = None


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
    """A check over a whole source: what share may fail before it blocks."""

    rule: str
    severity: Literal["block", "set aside", "flag"] = "set aside"
    threshold: float = Field(default=0.0, ge=0, le=1)


class Source(_Strict):
    """One stream of received files."""

    name: Name
    kind: SourceKind
    instrument: str
    files: dict[WaveName, FileSpec]
    population: Text | None = None
    sampled: Literal["person", "visit", "household", "space"] | None = None
    by: Literal["probability", "quota", "volunteer"] = "probability"
    visits: Visits | None = None
    fieldwork: Name | None = None
    design: SamplingDesign | None = None
    weighting: list[WeightingStep] = []
    checks: list[Check] = []
    title: Text | None = None


class Question(_Strict):
    """An evaluation question: what the commissioner asked, the criterion, the indicators that answer it."""

    id: Name
    fr: str
    en: str | None = None
    criterion: Literal["relevance", "coherence", "effectiveness", "efficiency", "impact", "sustainability"]
    indicators: list[str] = []


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
    """Thresholds of primary confidentiality."""

    minimum_contributors: int = Field(default=11, ge=1)
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
    """What the data protection notice says."""

    purpose: Text
    retention: Text
    contact: Text


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
            for step in s.weighting:
                for margin in step.margins:
                    origin = margin.split(":")[0]
                    if origin not in sources:
                        raise ValueError(
                            f"source '{s.name}' takes a margin from an unknown source '{origin}';"
                            f" declared: {sorted(sources)}"
                        )
        return self


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
        return [self.received(f) for s in self.settings.sources for f in s.files.values()]

    def declaration_files(self) -> list[Path]:
        """Return evaluation.yaml and the instruments (and truth.yaml where synthetic)."""
        files = [self.folder / "evaluation.yaml"]
        files += [self.folder / s.instrument for s in self.settings.sources]
        truth = self.folder / "truth.yaml"
        return [*dict.fromkeys(files), *([truth] if truth.is_file() else [])]


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
    instruments = {s.name: load_instrument(surveys / name / s.instrument) for s in settings.sources}
    evaluation = Evaluation(name, root, folder, settings, instruments)
    _check_columns(evaluation, path)
    return evaluation


def _inside(folder: Path, relative: str, path: Path, key: str) -> None:
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
