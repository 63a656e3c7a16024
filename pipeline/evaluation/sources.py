"""Sources: streams of received files, how they were sampled, and how they are weighted and checked."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from pipeline.evaluation.declared import Name, SourceKind, Strict, WaveName
from pipeline.evaluation.periods import Period
from pipeline.instrument import Code, Text

#: What stands between a workbook and the sheet that is read of it, in the names of files.
SHEET = ", sheet "


class Incomplete(Strict):
    """What to do with responses that were begun and not submitted (LimeSurvey: no ``submitdate``)."""

    then: Literal["keep", "set aside"] = "set aside"
    """Keep them, or set them aside."""
    reached: int | None = Field(default=None, ge=0)
    """Last page from which such a response counts as complete all the same."""
    column: str | None = None
    """Column that says whether a response was finished, where the tool is none that the program knows."""
    finished: list[str] = []
    """What `column` holds of a finished response."""

    @model_validator(mode="after")
    def _told(self) -> Incomplete:
        if (self.column is None) != (not self.finished):
            raise ValueError("`column` and `finished` (what it holds of a finished response) go together")
        if self.column is not None and self.reached is not None:
            raise ValueError("`reached` goes with the last page of LimeSurvey, and not with `column`")
        return self


class Across(Strict):
    """Columns of counts side by side, a column a month, an age band or an activity, read as a row a count."""

    columns: Annotated[list[str], Field(min_length=1)] | Annotated[dict[str, str], Field(min_length=1)]
    """Headers of the columns, with what each stands for where its header does not say it alone (`{Janvier:
    2025-01}`).
    """
    names: str
    """Column that holds what the headers stand for."""
    numbers: str
    """Column that holds the counts."""
    total: str | None = None
    """Column that adds them up: it is not read, and where it does not add up, that is told."""

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
    """One received file. ``wave_column`` and ``waves`` say how one file holds several waves."""

    path: str
    """The received file, below the data folder; `visits-2024-*.csv`: all of such a name, read one after the other."""
    also: list[str] = []
    """Further files of the same columns, read after it as one: a file a month or a space."""
    format: (
        Literal[
            "sav", "por", "dta", "sas7bdat", "xpt", "csv", "xlsx", "xlsb", "xls", "ods", "parquet", "json",
            "limesurvey", "kobo",
        ]
        | None
    ) = None  # fmt: skip
    """Format, found from its name and first bytes unless declared."""
    encoding: str | None = None
    """Encoding of characters (utf-8, cp1252...), found out and reported unless declared."""
    separator: str | None = None
    """What stands between cells of a CSV, found out and reported unless declared."""
    decimal: Literal[",", "."] | None = None
    """Decimal mark, found out where the values leave no doubt."""
    thousands: Literal[",", ".", " ", "'"] | None = None
    """Mark of thousands, found out where the values leave no doubt; blanks and apostrophes always may."""
    date_order: Literal["dmy", "mdy", "ymd"] | None = None
    """Order of day, month and year, found out where the values leave no doubt."""
    sheet: str | Annotated[int, Field(ge=1)] | None = None
    """Sheet of a workbook: its name, or its number from 1."""
    sheets: Literal["all"] | Annotated[list[str], Field(min_length=1)] | None = None
    """Several sheets of the same columns, one below the other; `all`: those that are not hidden."""
    sheet_column: str | None = None
    """Column that receives the name of each sheet, where it is the month or the space."""
    header_row: int | None = Field(default=None, ge=1)
    """Row of the headers, from 1, where the table does not start at the top."""
    member: str | None = None
    """One file of a zip archive."""
    catalog: str | None = Field(default=None, pattern=r"^[^/\\\x00]+$")
    """SAS catalogue (.sas7bcat) in the same folder that labels the values of a .sas7bdat."""
    wave_column: str | None = None
    """Column that says the wave, where one file holds several."""
    waves: dict[WaveName, Code] | None = None
    """Wave -> its value in `wave_column`."""
    incomplete: Incomplete | None = None
    """What to do with responses that were begun and not submitted."""
    across: Across | None = None
    """Columns of counts that stand side by side."""
    sums: dict[str, Annotated[list[str], Field(min_length=2)]] = {}
    """Columns that add up others of their row (`{Total: [Adultes, Enfants]}`): where they do not, that is told."""
    fill_down: list[str] = []
    """Columns whose blank cells repeat the one above."""
    constants: dict[str, str | int | float] = {}
    """Columns that hold the same in every record, since the file does not (`{année: 2025}`)."""
    period_in_name: str | None = None
    """Column that receives the month or the year which the name of each file tells (`visites janvier 2025.csv`)."""
    only: dict[str, Annotated[list[str], Field(min_length=1)]] = {}
    """Records to read of a table that holds several things: column -> what it holds in them (`{Sens: [Dépenses]}`).
    """
    totals: list[str] | None = None
    """Names of the records that add up others (set aside), where labels and sums leave a doubt; `[]`: none does."""
    period: Period | None = None
    """What counts of attendance are of, a month by default; `month` says it of counts dated only in January, or at
    each start of a quarter.
    """

    @model_validator(mode="after")
    def _one_or_several_sheets(self) -> FileSpec:
        if self.sheets is not None and self.sheet is not None:
            raise ValueError("`sheet` (one sheet) and `sheets` (several of the same columns) exclude each other")
        if self.sheet_column is not None and self.sheets is None:
            raise ValueError("`sheet_column` holds the names of several sheets: declare them as `sheets:`")
        return self

    @property
    def each(self) -> list[FileSpec]:
        """Return the file and those that are read after it, each by itself."""
        return [self.model_copy(update={"path": path, "also": []}) for path in (self.path, *self.also)]


class Visits(Strict):
    """How a survey of visits reaches persons: the question that counts visits, its period and its cap."""

    question: str
    """Question that counts the visits of a person to this space over the period."""
    elsewhere: str | None = None
    """Question that counts visits to other spaces."""
    period_days: int = 28
    """Days of the period that the question asks about."""
    cap: float = 16
    """Highest count that weights are divided by."""


class SamplingDesign(Strict):
    """The sampling design as the data say it, or supplied weights."""

    strata: str | None = None
    """Column of the strata of the draw."""
    clusters: list[str] = []
    """Columns of the units drawn at each stage: spaces, then days."""
    population_sizes: list[str] = []
    """Columns of how many units each stage was drawn from."""
    clusters_across_waves: Literal["shared", "independent"] = "shared"
    """Whether a code of a unit that comes again in another wave is the same unit (`shared`: the spaces of a network) or
    another one (`independent`: samples drawn apart).
    """
    weights: str | None = None
    """Column of weights supplied with the file."""
    lonely_psu: Literal["fail", "remove", "certainty", "adjust", "average"] = "fail"
    """What to do with a stratum that has one unit only (as R's survey)."""


#: Origin of a margin that stands in a file beside evaluation.yaml (``file:insee.csv``).
OUTSIDE_FILE = "file"


class WeightingStep(Strict):
    """One step of the weighting recipe, in order."""

    step: Literal["base", "supplied", "nonresponse", "rake", "calibrate", "trim", "share"]
    """What the step does."""
    method: Literal["raking", "linear", "logit", "truncated"] = "raking"
    """Method of `calibrate`; logit and truncated keep ratios of weights within `bounds`."""
    bounds: tuple[float, float] | None = None
    """Lowest and highest ratio of a weight to what it was before."""
    inclusion: list[str] = []
    """Columns of inclusion probabilities, one a stage (step base)."""
    unit: str | None = None
    """Whose nonresponse is compensated: the drawn space's column, or person."""
    cells: list[str] = []
    """Columns that cut the cells of nonresponse."""
    margins: list[str] = []
    """Margins to meet: `attendance:pays`, or `file:insee.csv` of a file beside evaluation.yaml."""
    where: str | None = None
    """Which visits of the attendance count as margins: `individual visits 15+`."""
    name: str | None = None
    """Name of the weights that a step share makes."""
    links: str | None = None
    """Question of visits that persons' weights are divided by (step share)."""
    lower: float | None = None
    """Weights below are raised to it (step trim)."""
    upper: float | None = None
    """Weights above are cut to it (step trim)."""

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
    """A check of a source: what happens to what fails it, and the settings of checks that need some."""

    rule: str
    """Name of the check (see the reference of checks)."""
    severity: Literal["block", "set aside", "flag"] | None = None
    """Stop (block), set the record aside, or only flag it; the check's own habit by default."""
    threshold: float = Field(default=0.0, ge=0, le=1)
    """Share of records (questions, months) above which the check blocks."""
    questions: list[str] = []
    """Questions that it looks at; names may end in `*`."""
    within: list[str] = []
    """Columns inside whose values records are compared."""
    at_least: int | None = Field(default=None, ge=1)
    """Fewest answers or records for a verdict."""
    limit: float | None = Field(default=None, gt=0)
    """Limit, in the check's own unit."""


class SignIns(Strict):
    """How records of visits (sign-in sheets, activity exports) become monthly counts; the keys name questions."""

    rows: Literal["visit", "person_day", "activity"] = "visit"
    """What a record is: a visit, a person and day, or an activity with a question of counts per age band."""
    key: list[str] = []
    """Questions that together identify a record."""
    person: str | None = None
    """Question that identifies a person."""
    birth_year: str | None = None
    """Question of the year of birth."""
    arrival: str | None = None
    """Question of the hour of arrival."""
    departure: str | None = None
    """Question of the hour of departure."""
    duration: str | None = None
    """Question of how long the visit lasted."""
    durations: Literal["range", "midpoint"] = "range"
    """Durations of the form `30-60` are kept as a range, or stand for their midpoint."""
    counts: dict[str, str] = {}
    """Age band -> question of counts; with `rows: activity` only."""
    age_bands: dict[str, str] = {}
    """Received age category -> age band of the counts."""
    unknown_age: Literal["keep", "spread"] = "keep"
    """Visits of unknown age are kept apart, or spread over the bands."""
    activities: dict[str, str] = {}
    """Received activity -> activity of the counts."""
    activity: str | None = None
    """What the activity is called where no question has the role `activity`; `visit` unless it is said."""
    place: str | None = None
    """Question that says where a visit took place."""
    here: list[Code] = []
    """Codes of `place` that are visits to a space; others are counted apart."""
    elsewhere: Literal["apart", "with_space"] = "apart"
    """Visits elsewhere are told apart, or counted with the space."""
    active_file: Literal["month", "year"] | None = None
    """Count the different persons of each year, or of each month too."""

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
    """How records are ties between actors: the source that lists the actors, and the questions of either end."""

    actors: Name
    """Source that lists the actors."""
    sender: str
    """Question that identifies the actor a tie goes out from; an identifier."""
    receiver: str
    """Question that identifies the actor a tie goes to; an identifier."""
    kind: str | None = None
    """Question that says of what kind a tie is."""

    @property
    def columns(self) -> list[str]:
        """Return what makes a tie, in order."""
        return [self.sender, self.receiver, *([self.kind] if self.kind else [])]


class Comments(Strict):
    """The post-codification of a source's open question."""

    codes: str
    """Local file of coded themes, below the data folder."""
    question: str | None = None
    """The open question with `themes` in the instrument, where there are several."""


class Source(Strict):
    """One stream of received files."""

    name: Name
    """Name of the source."""
    kind: SourceKind
    """What its records are."""
    instrument: str
    """File of its instrument, below the evaluation's folder."""
    files: dict[WaveName, FileSpec]
    """Wave -> received file; `all` for one file of several waves, or of none."""
    population: Text | None = None
    """Whom it is about, in words."""
    sampled: Literal["person", "visit", "household", "space"] | None = None
    """What was drawn: persons, visits, households or spaces."""
    # whom a survey of persons or households is about
    persons: Literal["inhabitants", "users", "non_users"] = "inhabitants"
    """Whom a survey of persons or households is about."""
    by: Literal["probability", "quota", "volunteer", "unstated"] = "probability"
    """How units were selected; `unstated` where weights came with the answers and nothing else is told."""
    visits: Visits | None = None
    """How a survey of visits reaches persons."""
    fieldwork: Name | None = None
    """Source of the fieldwork record, which tells who was drawn and who took part."""
    design: SamplingDesign | None = None
    """The sampling design, or supplied weights."""
    weighting: list[WeightingStep] = []
    """Steps of the weighting recipe, in order."""
    checks: list[Check] = []
    """Settings of checks of this source."""
    comments: Comments | None = None
    """Coding of its open question into themes."""
    signins: SignIns | None = None
    """How records of visits become monthly counts."""
    ties: Ties | None = None
    """Which questions are the ends of ties between actors."""
    reconciles: Name | None = None
    """Source of monthly counts of the same visits."""
    prefer: Literal["counts", "signins"] = "counts"
    """Which of both is used where they differ."""
    # what a month without a record of an open space is, of attendance: visits recorded one by one have no gaps
    gaps: Literal["missing", "zero"] | None = None
    """What a month without a record of an open space is, of attendance; visits recorded one by one have no gaps."""
    site_commune: str | None = None
    """Question that says in which commune the space is."""
    title: Text | None = None
    """What pages call the source."""

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
    def every_file(self) -> list[FileSpec]:
        """Return every received file of the source, by itself."""
        return [each for spec in self.files.values() for each in spec.each]

    @property
    def first_file(self) -> str:
        """Return the first received file, the one that a decision about the whole source names."""
        return self.file_name(self.every_file[0])

    def file_name(self, spec: FileSpec) -> str:
        """Return what a file is called in accounts: its path, with the sheet that the source reads of it."""
        return spec.path if spec.sheet is None else f"{spec.path}{SHEET}{spec.sheet}"

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
