"""The content of evaluation.yaml: what is evaluated, when, from which sources, by which plan."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr, model_validator

from pipeline.evaluation.catalogue import Isbn, Issn
from pipeline.evaluation.declared import Name, Strict, WaveName, Year
from pipeline.evaluation.look import Look
from pipeline.evaluation.perimeter import Territory
from pipeline.evaluation.printings import Erratum, Previous, printing
from pipeline.evaluation.sources import OUTSIDE_FILE, Source
from pipeline.instrument import ORIGINAL, LanguageCode, Text


class Wave(Strict):
    """One round of fieldwork."""

    name: WaveName
    """Only a name (2006, V10, après): nothing reads a year in it."""
    field: tuple[dt.date, dt.date]
    """First and last day of fieldwork."""
    mode: str = "paper"
    """How answers were collected: paper, web, telephone, face_to_face..."""
    period: Year | None = None
    """Year that it stands for among populations, prices and counts; the year in which its field starts by default."""
    attendance_month: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}$")
    """Month (2006-11) whose visits calibrate the wave."""
    opening_days: int | None = None
    """Days on which spaces were open during the field, that days of survey were drawn from."""
    same_as: WaveName | None = None
    """An earlier wave that asked the same: instruments hold of this one what they say of that one, but for its own."""

    @model_validator(mode="after")
    def _ordered(self) -> Wave:
        if self.field[0] > self.field[1]:
            raise ValueError(f"wave '{self.name}' ends before it starts")
        return self

    @property
    def year(self) -> int:
        """Return the year that stands for the wave among periods: the declared one, else that its field starts in."""
        return self.field[0].year if self.period is None else self.period


class Statement(Strict):
    """A rule that turns one result of the region into a graded statement."""

    about: str
    """Partial result_id of the result that it is about."""
    margin: float | None = Field(default=None, gt=0)
    """Change that would not matter, in the unit of the result: an interval inside it says that nothing changed."""
    above: float | None = None
    """Level that must be passed."""
    agrees: list[str] = []
    """Results of another source that should have moved in the same direction; in the opposite one with a leading
    "-".
    """

    @model_validator(mode="after")
    def _one_kind(self) -> Statement:
        if self.margin is not None and self.above is not None:
            raise ValueError("a statement is about a change (margin) or a level (above), not both")
        return self


class VerdictCase(Strict):
    """One line of a verdict table: ``when`` names statements and the verdicts that count, ``answer`` the text's key."""

    when: dict[str, list[str]] = {}
    """Statement -> verdicts that count."""
    answer: Name | None = None
    """Key of the text that answers, in words/<lang>/answers.yaml."""
    otherwise: Name | None = Field(default=None, alias="else")
    """Key of the answer where no line above holds; on the last line alone."""

    @model_validator(mode="after")
    def _one_of_both(self) -> VerdictCase:
        if (self.answer is None) == (self.otherwise is None) or bool(self.when) != (self.answer is not None):
            raise ValueError("a line of verdicts says either `when` and `answer`, or `else`")
        return self

    @property
    def key(self) -> str:
        """Return the key of the answer's text."""
        return self.answer or self.otherwise or ""


class NounForms(Strict):
    """A noun of the programme in one language: one, many, gender (m or f), and whether articles are elided."""

    one: str
    """The noun for one: usager."""
    many: str
    """The noun for several: usagers."""
    gender: Literal["m", "f"] | None = None
    """Gender, where the language has one: m or f."""
    elides: bool | None = None
    """Whether an article before it is elided (l'usager); found from its first letter unless told."""


class Question(Text):
    """An evaluation question: what the commissioner asked, the criterion, the indicators that answer it."""

    id: Name
    """Name of the evaluation question, that of its texts."""
    criterion: Literal["relevance", "coherence", "effectiveness", "efficiency", "impact", "sustainability"]
    """The criterion of evaluation that it belongs to."""
    indicators: list[str] = []
    """Indicators (`entry.indicator`) that answer it."""
    statements: list[Statement] = []
    """Rules that turn results into graded statements for its answer."""
    verdicts: list[VerdictCase] = []
    """Ordered table from statements to the answer; a `no` is possible in it."""
    numbers: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], str] = {}
    """Numbers that its answers may tell, within [...]: name in the texts -> result (a partial result_id)."""
    brief: bool = False
    """Whether its answer stands in the brief beside that of the first question."""

    @model_validator(mode="after")
    def _decided(self) -> Question:
        if self.verdicts and [bool(c.otherwise) for c in self.verdicts] != [False] * (len(self.verdicts) - 1) + [True]:
            raise ValueError("the last line of verdicts, and it alone, says `else`")
        return self


class PlanEntry(Strict):
    """One analysis of the plan; its settings are checked by the question that it names."""

    question: Name
    """The analysis: the name of a folder of questions."""
    id: Name | None = None
    """A name of its own, needed where the plan asks a question twice; first part of its result_ids."""
    title: Text | None = Field(default=None, description="Heading of its chapter, where its question needs one.")
    settings: dict[str, Any] = {}
    """Settings of the question (see its own page in the reference)."""
    confirmatory: bool = False
    """Whether its tests were decided on before the data were seen, and are corrected together."""
    #: Pairs of waves that are compared beside the contrast of the settings; written as several pairs of it.
    _further: tuple[tuple[Any, Any], ...] = PrivateAttr(())

    @property
    def further(self) -> tuple[tuple[Any, Any], ...]:
        """Return the pairs that are compared beside the first one."""
        return self._further

    def contrasting(self, settings: dict[str, Any], further: tuple[tuple[Any, Any], ...]) -> PlanEntry:
        """Return the entry with other settings and further pairs of waves."""
        made = self.model_copy(update={"settings": settings})
        made.__pydantic_private__ = {"_further": further}
        return made

    @property
    def name(self) -> str:
        """Return the first part of the result_ids that the entry writes."""
        return self.id or self.question


class Disclosure(Strict):
    """Thresholds of confidentiality (protect/confidentiality.py says what each is applied to)."""

    minimum_contributors: int = Field(
        default=11, ge=1, description="Fewest respondents who gave an answer for it to be shown."
    )
    minimum_complement: int = Field(
        default=3, ge=1, description="Fewest respondents who did not, and by how many a hidden answer must stay open."
    )
    minimum_units: int = Field(default=3, ge=1, description="Fewest spaces behind a shown total of activity or money.")
    dominance: float = Field(default=0.85, gt=0, le=1, description="Largest part that one space may have in it.")
    protection: float = Field(
        default=0.10, ge=0, le=1, description="Part of its value by which a hidden number must stay open."
    )
    k: int = Field(default=5, ge=2, description="Fewest people alike in a research file.")


class Fact(Strict):
    """A figure that prose may state, with its source."""

    id: Name
    """Name by which prose takes the figure: `{fact name}`."""
    value: float | int | str
    """The figure."""
    source: Text
    """Where it comes from."""
    label: Text | None = None
    """What it is, where it stands alone."""


class FigureEntry(Strict):
    """A figure or table asked for by name, with settings that the figure itself checks."""

    name: Name
    """Name by which a chapter shows it."""
    figure: Name
    """A kind of figure or table (see the reference of figures)."""
    settings: dict[str, Any] = {}
    """Settings of that kind."""
    scope: Literal["region", "unit", "all"] = "region"
    """For the whole (region), for every unit, or both (all)."""


class Document(Strict):
    """One document of the site: its Quarto source below reports/<lang>/."""

    name: Name
    """Name of the page, without its suffix."""
    file: str
    """Its Quarto source, below reports/<lang>/ or the evaluation's chapters/."""
    scope: Literal["region", "unit"] = "region"
    """Once for the whole (region), or once for every unit."""
    formats: list[Literal["html", "pdf"]] = ["html", "pdf"]
    """What it is published as."""


class Privacy(Strict):
    """What the data protection notice says, and what was looked at by hand."""

    purpose: Text
    """Why personal data were collected."""
    retention: Text
    """How long individual files are kept, and what happens then."""
    contact: Text
    """Whom to write to about one's data."""
    controller: Text | None = None
    """Who decides why and how data are processed."""
    legal_basis: Text | None = None
    """On what ground of law."""
    recipients: Text | None = None
    """Who else receives individual data."""
    rights: Text | None = None
    """Which rights people have, and how they use them."""
    retention_until: dt.date | None = None
    """Day after which individual files should have been destroyed (`forget`)."""
    not_personal: list[str] = []
    """Questions (`source.question`) that look personal and were judged by hand not to be."""

    def is_over(self, today: dt.date) -> bool:
        """Return whether the declared time of retention has passed."""
        return self.retention_until is not None and today > self.retention_until


class ResearchFile(Strict):
    """What a research file holds and how it is generalised."""

    sources: list[Name] = []
    """Surveys that it holds; those of persons and households by default."""
    quasi_identifiers: list[str] = []
    """Variables that others may know, besides wave, stratum, age, sex, occupation and what the instrument says."""
    sensitive: list[str] = []
    """Questions whose answers must differ among people alike."""
    drop: list[str] = []
    """Questions left out (`stratum` too)."""
    bands: dict[str, Annotated[list[float], Field(min_length=1)]] = {}
    """Question -> lower limits of the bands it is told in."""
    top_code: dict[str, float] = {}
    """Question -> greatest value told."""
    suppress: list[str] = []
    """Variables whose rare values may be blanked, the least needed first."""


class Settings(Strict):
    """The content of evaluation.yaml."""

    title: Text
    """Title of the publication."""
    programme: Text | None = None
    """What the programme evaluated is called."""
    commissioned_by: Text | None = None
    """Who commissioned the evaluation."""
    authors: list[str] = []
    """Who wrote it: on the cover, and author of the files."""
    credits: list[Text | str] = []
    """Lines of credit, one each: funders, providers of data; by language, or one that is the same in all."""
    contact: Text | None = None
    """Whom readers may write to."""
    look: Look = Look()
    """Logo and colour of the publication, where it has its own; a `_brand.yml` beside this file tells them too."""
    synthetic: bool = False
    """Whether the data are simulated; then every page says so."""
    status: Literal["draft", "final"] = "final"
    """A draft says so on every page."""
    published: dt.date | None = None
    """The day that the cover of the report is dated."""
    isbn: Isbn | None = None
    """Number of the book, printed on the cover of the report."""
    issn: Issn | None = None
    """Number of the series, printed on the cover of the report."""
    edition: int = Field(ge=1900, le=2200)
    """Year of the edition; it fixes printed dates and the time stamps of files."""
    languages: list[LanguageCode] = Field(default=[ORIGINAL], min_length=1)
    """Languages of publication, the first at the root of the site; each is a folder of reports/."""
    territory: Territory
    """What is covered and which units are compared."""
    age_bands: list[int] = [15, 25, 45, 60]
    """Lower limits of the age bands, in rising order; 15 makes 0-14 and 15 on."""
    waves: list[Wave] = Field(min_length=1)
    """Rounds of fieldwork, in order."""
    sources: list[Source] = Field(min_length=1)
    """Streams of received files."""
    engine: str = Field(default="duckdb", pattern=r"^(duckdb|spark|local\[[^]]+\]|yarn|(spark|k8s|sc)://\S+)$")
    """What counts sign-ins too large for a table: duckdb, spark (on this machine), or a cluster's spark://host:7077."""
    questions: list[Question] = []
    """What the commissioner asked."""
    plan: list[PlanEntry] = Field(min_length=1)
    """The analyses, in order."""
    figures: list[FigureEntry] = []
    """Further figures and tables, asked for by name."""
    #: The programme's own words, by noun and language.
    vocabulary: dict[Name, dict[str, NounForms]] = {}
    """The programme's own words: noun (person, place, unit...) -> language -> forms."""
    documents: list[Document] = []
    """Documents of the site; the usual ones unless told."""
    disclosure: Disclosure = Disclosure()
    """Thresholds of confidentiality."""
    previous: list[Previous] = []
    """Earlier editions that readers hold, against which this one must not give away what they hid."""
    errata: list[Erratum] = Field(default=[], max_length=8)
    """What was published of this edition and is replaced by other numbers, in order; each has its page."""
    privacy: Privacy | None = None
    """What the data protection notice says."""
    research_file: ResearchFile | None = None
    """What a microdata file for other researchers holds."""
    facts: list[Fact] = []
    """Figures that prose may state, with their sources."""
    citation: Text | None = None
    """How to cite the publication; made of title and edition unless told."""

    def credits_in(self, lang: str) -> list[str]:
        """Return the lines of credit in a language."""
        return [line if isinstance(line, str) else line.in_language(lang) for line in self.credits]

    @property
    def printing(self) -> str:
        """Return the name of the edition as it is printed now: its year, and which printing once it was corrected."""
        return printing(self.edition, len(self.errata))

    @property
    def is_published(self) -> bool:
        """Return whether readers hold it: it is no draft, and says since when."""
        return self.status == "final" and self.published is not None

    @model_validator(mode="after")
    def _coherent(self) -> Settings:
        for what, names in (
            ("wave", [w.name for w in self.waves]),
            ("source", [s.name for s in self.sources]),
            ("plan entry", [p.name for p in self.plan]),
            ("fact", [f.id for f in self.facts]),
            ("evaluation question", [q.id for q in self.questions]),
            ("earlier edition", [str(p.edition) for p in self.previous]),
        ):
            twice = sorted({n for n in names if names.count(n) > 1})
            if twice:
                raise ValueError(f"the {what} '{twice[0]}' is declared twice")
        later = [p.edition for p in self.previous if p.edition >= self.edition]
        if later:
            raise ValueError(
                f"previous: edition {later[0]} is not earlier than this one ({self.edition});"
                " give this publication an edition of its own"
            )
        if self.age_bands != sorted(set(self.age_bands)):
            raise ValueError("age_bands must be lower limits in rising order, each once")
        waves = {w.name for w in self.waves}
        for i, each in enumerate(self.waves):
            before = [w.name for w in self.waves[:i]]
            if each.same_as is not None and each.same_as not in before:
                raise ValueError(
                    f"wave '{each.name}' is the same as '{each.same_as}', which is no earlier wave; earlier: {before}"
                )
        sources = {s.name for s in self.sources}
        for s in self.sources:
            for wave, spec in s.files.items():
                named = set(spec.waves or {}) if wave == "all" else {wave}
                if named - waves:
                    raise ValueError(
                        f"source '{s.name}' has files for unknown waves {sorted(named - waves)};"
                        f" declared: {[w.name for w in self.waves]} (or 'all')"
                    )
            if s.fieldwork and s.fieldwork not in sources:
                raise ValueError(f"source '{s.name}' names an unknown fieldwork source '{s.fieldwork}'")
            self._sign_ins(s)
            self._ties(s)
            self._margins(s)
        return self

    def _margins(self, source: Source) -> None:
        """Refuse margins of a source that is not declared."""
        sources = {s.name for s in self.sources}
        for step in source.weighting:
            outside = {OUTSIDE_FILE} if step.step == "calibrate" else set()
            if unknown := sorted({m.partition(":")[0] for m in step.margins} - sources - outside):
                raise ValueError(
                    f"source '{source.name}' takes a margin from an unknown source '{unknown[0]}';"
                    f" declared: {sorted(sources)} (or file:NAME.csv, in a step calibrate)"
                )

    def _ties(self, source: Source) -> None:
        """Refuse ties of another kind of source than a network, or between actors that no source lists."""
        if source.ties is None:
            return
        if source.kind != "network":
            raise ValueError(f"source '{source.name}' is of kind {source.kind}: `ties` goes with kind network")
        lists = [s.name for s in self.sources if s.kind == "network" and s.ties is None]
        if source.ties.actors not in lists:
            raise ValueError(
                f"source '{source.name}' has ties between actors of '{source.ties.actors}', which is no list of actors"
                f" (kind network, without `ties`); declared: {lists}"
            )

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
