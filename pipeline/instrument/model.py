"""What was asked: questions, codes, labels, routing and their history over waves (contract 2)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from pipeline.instrument.affirmation import unclear
from pipeline.instrument.composite import Composite
from pipeline.instrument.declaration import Code, Condition, LanguageCode, NoBool, Strict, Text
from pipeline.instrument.roles import Role

QuestionType = Literal["single", "multiple", "likert", "number", "open", "date", "month", "count", "key", "text"]
MissingReason = Literal["refused", "dont_know", "not_applicable", "routed", "no_answer"]


class WaveHistory(Strict):
    """How a question stood in one wave: its column, its recodes, or that it was not asked."""

    asked: bool = True
    """Whether it was asked; if not, the wave yields nothing, never zero."""
    column: str | None = None
    """Its column in that wave."""
    recode: dict[Annotated[Code, NoBool], Annotated[Code, NoBool] | None] | None = None
    """Code of that wave -> code of the instrument (several to one where need be), a missing code, or nothing."""
    asked_if: list[Condition] | None = None
    """Conditions under which that wave asked it."""
    items: dict[str, str] | None = None
    """Item -> its column in that wave."""
    ticked: list[Annotated[Code, NoBool]] | None = None
    """Received values that mean a ticked box, in that wave."""
    separator: str | None = None
    """What stands between several values of one cell, in that wave."""
    codes: list[Annotated[Code, NoBool]] | None = None
    """Answers that the wave offered; all by default."""
    wording: Text | None = None
    """Wording of that wave, where it was another; then waves are compared only if `comparable`."""
    comparable: bool | None = None
    """Whether answers may be compared with those of other waves, whatever the wording."""


class Item(Strict):
    """One box of a multiple-choice question; its name is part of identifiers, its label holds the text."""

    name: str = Field(pattern=r"^[^/=\x00-\x1f\"\\&|{}<>`]+$")
    """Name, part of identifiers."""
    label: Text
    """Its text."""
    column: str | None = None
    """Its received column."""
    waves: list[str] | None = None
    """Waves that offered it; all by default."""


class Question(Strict):
    """One question, or one column of a record."""

    name: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    """Name in the plan and in clean tables."""
    type: QuestionType
    """What an answer is."""
    wording: Text
    """The exact wording."""
    label: Text | None = None
    """Short label, as tables and figures say it."""
    column: str | None = None
    """Column of received files; the question's own name by default."""
    year: str | None = None
    """Column with the year of a month or quarter that its own column names alone."""
    codes: dict[Annotated[Code, NoBool], Text] = {}
    """Code -> label of each answer."""
    missing: dict[Annotated[Code, NoBool], MissingReason] = {}
    """Code -> why it is no answer."""
    items: list[Item] = []
    """Boxes of a multiple question."""
    range: tuple[float, float] | None = None
    """Smallest and largest accepted value, both included."""
    asked_if: list[Condition] = []
    """Conditions under which it was asked; all hold together."""
    role: Role | None = None
    """What the pipeline uses the column for (see the reference of roles)."""
    required: bool = False
    """Whether a record without it is set aside."""
    unique: bool = False
    """Whether no two records may have the same value."""
    unit: str | None = None
    """Unit of a number."""
    separator: str | None = None
    """What stands between several values of one cell."""
    slots: list[str] = []
    """Columns of the first, second, third... answer, each with the code of an item."""
    ticked: list[Annotated[Code, NoBool]] | None = None
    """Received values that mean a ticked box, in all waves."""
    date_format: str | None = None
    """Format of dates, as %d/%m/%Y."""
    waves: dict[str, WaveHistory] = {}
    """How it stood in a wave, where it differed."""
    note: Text | None = None
    """Remark for the codebook."""
    themes: list[Item] = []
    """Codebook of the post-codification of an open question."""

    @model_validator(mode="after")
    def _complete(self) -> Question:
        if self.role == "birth_date" and self.type != "date":
            raise ValueError(f"question '{self.name}' has role birth_date and must be of type date, not {self.type}")
        if self.year and self.type != "month":
            raise ValueError(f"question '{self.name}' has a column of years and must be of type month, not {self.type}")
        if self.type in ("single", "likert") and not self.codes:
            raise ValueError(f"question '{self.name}' is {self.type} and needs codes")
        if self.themes and self.type != "open":
            raise ValueError(f"question '{self.name}' has themes and must be of type open, not {self.type}")
        if len({t.name for t in self.themes}) < len(self.themes):
            raise ValueError(f"question '{self.name}' names a theme twice")
        if (self.slots or self.ticked) and self.type != "multiple":
            raise ValueError(f"question '{self.name}' has slots or ticked and must be multiple, not {self.type}")
        if self.type == "multiple" and not self.items:
            raise ValueError(f"question '{self.name}' is multiple and needs items")
        both = set(self.codes) & set(self.missing)
        if both:
            raise ValueError(
                f"question '{self.name}' names codes both as answers and as missing: {sorted(map(str, both))}"
            )
        if neither := list(map(str, unclear(self))):
            raise ValueError(
                f"question '{self.name}' has role {self.role} and its codes must say yes or no: {neither} say neither;"
                " name them yes and no, label them oui and non, or lead to such codes by `waves:` -> `recode:`"
            )
        if self.range and self.range[0] > self.range[1]:
            raise ValueError(f"question '{self.name}' has an empty range {self.range}")
        return self

    @model_validator(mode="after")
    def _history_stands(self) -> Question:
        """Refuse a history that leads to codes or items which the question does not have."""
        codes, missing = set(self.codes), set(self.missing)
        items = {i.name for i in self.items}
        for wave, history in self.waves.items():
            where = f"question '{self.name}', wave {wave}"
            if history.separator and not self.separator:
                raise ValueError(
                    f"{where}: a separator of a wave needs `separator:` of the question, that of the others"
                )
            targets = {t for t in (history.recode or {}).values() if t is not None}
            if lost := sorted(map(str, targets - codes - missing)) if codes else []:
                raise ValueError(f"{where}: recode leads to the code {lost[0]}, which is neither an answer nor missing")
            if lost := sorted(map(str, set(history.codes or ()) - codes)):
                raise ValueError(f"{where}: the code {lost[0]} that the wave offered is none of the question's")
            if lost := sorted(set(history.items or ()) - items):
                raise ValueError(f"{where}: there is no item '{lost[0]}'")
        return self

    @property
    def boxed(self) -> bool:
        """Return whether each item has a received column of its own, which says whether it is ticked."""
        return self.type == "multiple" and self.separator is None and not self.slots

    def wording_in(self, wave: str | None) -> Text:
        """Return the wording as it was put in ``wave``."""
        return self.history(wave).wording or self.wording

    def offers(self, wave: str | None, code: Code) -> bool:
        """Return whether ``wave`` offered an answer."""
        own = self.history(wave).codes
        return own is None or code in own

    def comparable(self, first: str, last: str) -> bool:
        """Return whether two waves may be compared: both asked, in the same words or declared comparable."""
        if not (self.asked(first) and self.asked(last)):
            return False
        declared = [c for c in (self.history(w).comparable for w in (first, last)) if c is not None]
        if declared:
            return all(declared)
        return self.wording_in(first) == self.wording_in(last)

    def title(self, lang: str) -> str:
        """Return the short label, or the wording where there is none."""
        return (self.label or self.wording).in_language(lang)

    def history(self, wave: str | None) -> WaveHistory:
        """Return how the question stood in ``wave`` (its defaults where nothing is declared)."""
        return self.waves.get(wave or "", WaveHistory())

    def asked(self, wave: str | None) -> bool:
        """Return whether the question was put at all in ``wave``."""
        return self.history(wave).asked

    def routing(self, wave: str | None) -> list[Condition]:
        """Return the conditions under which the question was put in ``wave``."""
        own = self.history(wave).asked_if
        return self.asked_if if own is None else own

    def columns(self, wave: str | None) -> dict[str, str]:
        """Return clean column -> received column in ``wave``; a multiple question has one an item."""
        if not self.asked(wave):
            return {}
        history = self.history(wave)
        if self.type != "multiple":
            return {self.name: history.column or self.column or self.name}
        received = history.items or {}
        return {
            f"{self.name}_{i.name}": received.get(i.name, i.column or f"{self.name}_{i.name}")
            for i in self.offered(wave)
        }

    def offered(self, wave: str | None) -> list[Item]:
        """Return the items of a multiple question that ``wave`` offered."""
        return [i for i in self.items if wave is None or i.waves is None or wave in i.waves]

    def clean_columns(self) -> list[str]:
        """Return the clean columns of the question over all waves."""
        if self.type == "multiple":
            return [f"{self.name}_{i.name}" for i in self.items]
        return [self.name]


def _listed(value: object) -> object:
    return [value] if isinstance(value, dict) else value


#: One condition, or several that hold together.
Conditions = Annotated[list[Condition], BeforeValidator(_listed, json_schema_input_type=Condition | list[Condition])]


class Contradiction(Strict):
    """A pair of answers that cannot both be true: whoever answers ``if`` must answer ``then`` where asked."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    when: Conditions = Field(alias="if", min_length=1)
    """Answers that, given together..."""
    then: Conditions = Field(min_length=1)
    """...call for these, where they were asked."""
    fr: str
    """What contradicts itself, in French."""
    en: str | None = None
    """The same in English."""


class RecordNoun(Strict):
    """What one record is in a language, in the forms that sentences need (un prêt, des prêts; a loan, loans)."""

    one: str
    """The noun for one: prêt."""
    many: str
    """The noun for several: prêts."""
    gender: Literal["m", "f"] | None = None
    """Gender, where the language has one: m or f."""
    elides: bool | None = None
    """Whether an article before it is elided; found from its first letter unless told."""


class Instrument(Strict):
    """A questionnaire or the layout of a record: what each received column means."""

    name: str
    """Name of the instrument."""
    title: Text
    """Title of the questionnaire or record."""
    questions: list[Question]
    """Its questions, or columns, in order."""
    contradictions: list[Contradiction] = []
    """Pairs of answers that cannot both be true."""
    record: dict[LanguageCode, RecordNoun] = {}
    """What a record of a source of kind records is, by language: a loan, a request, a month of a place."""
    composites: list[Composite] = []
    """Variables made of several questions."""

    @model_validator(mode="after")
    def _names_once(self) -> Instrument:
        seen: set[str] = set()
        for q in self.questions:
            for name in q.clean_columns():
                if name in seen:
                    raise ValueError(f"the instrument names the column '{name}' twice")
                seen.add(name)
        waves = {w for q in self.questions for w in q.waves} | {None}
        for wave in waves:
            received: dict[str, str] = {}
            for q in self.questions:
                for clean, column in q.columns(wave).items():
                    if column in received and q.separator is None and not q.slots:
                        when = f" in wave {wave}" if wave else ""
                        raise ValueError(
                            f"the instrument names the received column '{column}' twice{when}:"
                            f" for '{received[column]}' and for '{clean}'"
                        )
                    received[column] = clean
        names = {q.name for q in self.questions}
        for q in self.questions:
            rules = [q.asked_if, *(h.asked_if or [] for h in q.waves.values())]
            for condition in (c for rule in rules for c in rule):
                if condition.question not in names:
                    raise ValueError(f"question '{q.name}' is routed by an unknown question '{condition.question}'")
                if lost := self._unknown_codes(condition):
                    raise ValueError(
                        f"question '{q.name}' is routed by the code {lost[0]!r} of '{condition.question}', which has"
                        " no such answer"
                    )
        return self

    def _unknown_codes(self, condition: Condition) -> list[Code]:
        """Return the codes of a condition that are no answer of its question."""
        asked = self.question(condition.question)
        assert asked is not None
        known = {str(c) for c in (*asked.codes, *asked.missing)} | {i.name for i in asked.items}
        return [c for c in condition.codes or [] if known and str(c) not in known]

    @model_validator(mode="after")
    def _contradictions_stand(self) -> Instrument:
        for number, rule in enumerate(self.contradictions, 1):
            for condition in [*rule.when, *rule.then]:
                q = self.question(condition.question)
                if q is None:
                    raise ValueError(f"contradiction {number} names an unknown question '{condition.question}'")
                known = {str(c) for c in q.codes} | {i.name for i in q.items}
                lost = [c for c in condition.codes or [] if known and str(c) not in known]
                if lost:
                    raise ValueError(
                        f"contradiction {number}: '{q.name}' has no code {lost[0]!r}; allowed: {sorted(known)}"
                    )
        return self

    def question(self, name: str) -> Question | None:
        """Return the question called ``name``, or None."""
        return next((q for q in self.questions if q.name == name), None)

    def by_role(self, role: Role) -> Question | None:
        """Return the first question with ``role``, or None."""
        return next((q for q in self.questions if q.role == role), None)

    def all_by_role(self, *roles: Role) -> list[Question]:
        """Return every question with one of ``roles``, in order."""
        return [q for q in self.questions if q.role in roles]
