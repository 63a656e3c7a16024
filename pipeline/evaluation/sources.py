"""Sources: streams of received files, how they were sampled, and how they are weighted and checked."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from pipeline.evaluation.declared import Name, SourceKind, Strict, WaveName
from pipeline.evaluation.periods import Period
from pipeline.instrument import Code, Text


class Incomplete(Strict):
    """What to do with responses that were begun and not submitted (LimeSurvey: no ``submitdate``).

    ``reached`` is the last page from which such a response counts as complete all the same.
    """

    then: Literal["keep", "set aside"] = "set aside"
    reached: int | None = Field(default=None, ge=0)


class Across(Strict):
    """Columns of counts that stand side by side, a column a month, an age band or an activity, read as a row a count.

    ``columns`` are their headers, with what each stands for where its header does not say it alone (``{Janvier:
    2025-01}``); ``names`` is the column that holds this, ``numbers`` the one that holds the counts. ``total`` is the
    column that adds them up: it is not read, and where it does not add up, that is told.
    """

    columns: Annotated[list[str], Field(min_length=1)] | Annotated[dict[str, str], Field(min_length=1)]
    names: str
    numbers: str
    total: str | None = None

    @model_validator(mode="after")
    def _two_columns(self) -> Across:
        if self.names == self.numbers:
            raise ValueError("`names` (what the headers say) and `numbers` (the counts) are two columns")
        told = list(self.meant.values())
        if twice := sorted({t for t in told if told.count(t) > 1}):
            raise ValueError(f"two of `columns` stand for the same: {', '.join(twice)}")
        return self

    @property
    def meant(self) -> dict[str, str]:
        """Return each header -> what it stands for."""
        return self.columns if isinstance(self.columns, dict) else {c: c for c in self.columns}


class FileSpec(Strict):
    """One received file. ``wave_column`` and ``waves`` say how one file holds several waves.

    ``format`` is found by the file's name and first bytes where it is not declared. ``encoding``, ``separator``,
    ``decimal``, ``thousands`` (blanks and apostrophes always may) and ``date_order`` are found out, and reported, where
    they are not declared and the values leave no doubt. ``sheet`` (name or number)
    and ``header_row`` are for tables that do not start at the top; ``member`` names one file of a zip archive;
    ``catalog`` names the SAS catalogue (.sas7bcat) in the same folder that labels the values of a .sas7bdat.
    ``sheets`` are several sheets of the same columns, one below the other; `all`: those that are not hidden. The name
    of each stands in ``sheet_column``, where it is the month or the space.
    ``across`` are counts side by side; ``fill_down`` names columns whose blank cells repeat the one above;
    ``constants`` are columns that hold the same in every record, since the file does not (``{année: 2025}``).
    ``totals`` names the records that add up others (set aside), where labels and sums leave a doubt; ``[]``: none does.
    ``period`` is what the counts of attendance are of, a month by default; ``period: month`` says it of counts dated
    only in January, or at each start of a quarter.
    """

    path: str
    format: (
        Literal[
            "sav", "por", "dta", "sas7bdat", "xpt", "csv", "xlsx", "xlsb", "xls", "ods", "parquet", "limesurvey", "kobo"
        ]
        | None
    ) = None
    encoding: str | None = None
    separator: str | None = None
    decimal: Literal[",", "."] | None = None
    thousands: Literal[",", ".", " ", "'"] | None = None
    date_order: Literal["dmy", "mdy", "ymd"] | None = None
    sheet: str | Annotated[int, Field(ge=1)] | None = None
    sheets: Literal["all"] | Annotated[list[str], Field(min_length=1)] | None = None
    sheet_column: str | None = None
    header_row: int | None = Field(default=None, ge=1)
    member: str | None = None
    catalog: str | None = Field(default=None, pattern=r"^[^/\\\x00]+$")
    wave_column: str | None = None
    waves: dict[WaveName, Code] | None = None
    incomplete: Incomplete | None = None
    across: Across | None = None
    fill_down: list[str] = []
    constants: dict[str, str | int | float] = {}
    totals: list[str] | None = None
    period: Period | None = None

    @model_validator(mode="after")
    def _one_or_several_sheets(self) -> FileSpec:
        if self.sheets is not None and self.sheet is not None:
            raise ValueError("`sheet` (one sheet) and `sheets` (several of the same columns) exclude each other")
        if self.sheet_column is not None and self.sheets is None:
            raise ValueError("`sheet_column` holds the names of several sheets: declare them as `sheets:`")
        return self


class Visits(Strict):
    """How a survey of visits reaches persons: the question that counts visits, its period and its cap."""

    question: str
    elsewhere: str | None = None
    period_days: int = 28
    cap: float = 16


class SamplingDesign(Strict):
    """The sampling design as the data say it, or supplied weights."""

    strata: str | None = None
    clusters: list[str] = []
    population_sizes: list[str] = []
    weights: str | None = None
    lonely_psu: Literal["fail", "remove", "certainty", "adjust", "average"] = "fail"


#: Origin of a margin that stands in a file beside evaluation.yaml (``file:insee.csv``).
OUTSIDE_FILE = "file"


class WeightingStep(Strict):
    """One step of the weighting recipe, in order.

    ``calibrate`` meets ``margins`` of attendance (``attendance:pays``) or of a file beside evaluation.yaml
    (``file:insee.csv``) by ``method``; ``bounds`` are the lowest and highest ratio of a weight to what it was.
    """

    step: Literal["base", "supplied", "nonresponse", "rake", "calibrate", "trim", "share"]
    method: Literal["raking", "linear", "logit", "truncated"] = "raking"
    bounds: tuple[float, float] | None = None
    inclusion: list[str] = []
    unit: str | None = None
    cells: list[str] = []
    margins: list[str] = []
    where: str | None = None
    name: str | None = None
    links: str | None = None
    lower: float | None = None
    upper: float | None = None

    @model_validator(mode="after")
    def _calibration(self) -> WeightingStep:
        if self.step != "calibrate":
            if self.bounds or self.method != "raking":
                raise ValueError(f"`method` and `bounds` go with step calibrate, not with {self.step}")
            return self
        if not self.margins:
            raise ValueError('step calibrate has no `margins:`, such as ["file:insee.csv", "attendance:age_band"]')
        if (self.method in ("logit", "truncated")) != (self.bounds is not None):
            raise ValueError(
                f"method {self.method} takes {'`bounds: [lowest, highest]`' if not self.bounds else 'no `bounds`'}:"
                " logit and truncated keep the ratio of weights within bounds, linear and raking have none"
            )
        if self.bounds and not 0 <= self.bounds[0] < 1 < self.bounds[1]:
            raise ValueError("`bounds` hold 1 strictly between them, and the lower is not negative: [0.3, 3]")
        return self

    @property
    def margin_files(self) -> list[str]:
        """Return the names of the files of margins, in order."""
        return [rest for origin, _, rest in (m.partition(":") for m in self.margins) if origin == OUTSIDE_FILE]


class Check(Strict):
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


class SignIns(Strict):
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


class Ties(Strict):
    """How records are ties between actors: the source that lists the actors, and the questions of either end.

    ``kind`` is the question that says of what kind a tie is. Both ends are identifiers: persons answer for them.
    """

    actors: Name
    sender: str
    receiver: str
    kind: str | None = None

    @property
    def columns(self) -> list[str]:
        """Return what makes a tie, in order."""
        return [self.sender, self.receiver, *([self.kind] if self.kind else [])]


class Comments(Strict):
    """The post-codification of a source's open question: ``codes`` is the local file of themes, below the data folder.

    ``question`` is the open question with ``themes`` in the instrument, where there are several.
    """

    codes: str
    question: str | None = None


class Source(Strict):
    """One stream of received files."""

    name: Name
    kind: SourceKind
    instrument: str
    files: dict[WaveName, FileSpec]
    population: Text | None = None
    sampled: Literal["person", "visit", "household", "space"] | None = None
    # whom a survey of persons or households is about
    persons: Literal["inhabitants", "users", "non_users"] = "inhabitants"
    by: Literal["probability", "quota", "volunteer", "unstated"] = "probability"
    visits: Visits | None = None
    fieldwork: Name | None = None
    design: SamplingDesign | None = None
    weighting: list[WeightingStep] = []
    checks: list[Check] = []
    comments: Comments | None = None
    signins: SignIns | None = None
    ties: Ties | None = None
    reconciles: Name | None = None  # source of monthly counts of the same visits
    prefer: Literal["counts", "signins"] = "counts"
    # what a month without a record of an open space is, of attendance: visits recorded one by one have no gaps
    gaps: Literal["missing", "zero"] | None = None
    site_commune: str | None = None  # question that says in which commune the space is
    title: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _selection_unstated(cls, given: Any) -> Any:
        """Say nothing of how answers were come by where weights came with them, and nothing else is told."""
        design = given.get("design") if isinstance(given, dict) else None
        if "by" in (given or {}) or not isinstance(design, dict) or not design.get("weights"):
            return given
        drawn = any(design.get(key) for key in ("strata", "clusters", "population_sizes"))
        return given if drawn else {**given, "by": "unstated"}

    @model_validator(mode="after")
    def _one_period(self) -> Source:
        met = sorted({spec.period or "month" for spec in self.files.values()})
        if len(met) > 1:
            raise ValueError(f"the counts of one source are of one period, not of several ({', '.join(met)}):"
                             " make a source of each")  # fmt: skip
        if met and met[0] != "month" and (self.kind != "attendance" or self.signins):
            raise ValueError(f"`period: {met[0]}` is that of counts of attendance: leave it out here")
        return self

    @property
    def period(self) -> Period:
        """Return what counts of attendance are of."""
        return next((spec.period for spec in self.files.values() if spec.period), "month")

    @property
    def is_complete(self) -> bool:
        """Return whether attendance has no returns to miss, so that a month without a record is one without visits."""
        return self.gaps == "zero" or (self.gaps is None and self.signins is not None)

    @property
    def first_file(self) -> str:
        """Return the first received file, the one that a decision about the whole source names."""
        return self.file_name(next(iter(self.files.values())))

    def file_name(self, spec: FileSpec) -> str:
        """Return what a file is called in accounts: its path, with the sheet where the source reads several of it."""
        several = spec.sheets is not None or sum(f.path == spec.path for f in self.files.values()) > 1
        return f"{spec.path}, sheet {spec.sheet}" if several and spec.sheet is not None else spec.path

    @property
    def units(self) -> str:
        """Return the population that the answers of a survey stand for, as results name it."""
        if self.sampled == "space":
            return "spaces"
        return "respondents" if self.unweighted else "users" if self.sampled == "visit" else self.persons

    @property
    def unweighted(self) -> bool:
        """Return whether the survey has no design, no weights and no margins, so that it tells of its respondents."""
        drawn = self.design is not None or self.by == "probability"
        return self.kind == "survey" and not drawn and not any(s.step == "calibrate" for s in self.weighting)
