"""What declarations of instruments share: codes, texts in several languages, conditions on answers."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

Code = int | str
#: Codes may be typed as YAML numbers or strings; a boolean (`yes`, `no` unquoted) is a usual slip.
NoBool = BeforeValidator(lambda v: _refuse_bool(v))


def _refuse_bool(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("a code was read as true/false: quote it (YAML reads yes, no, on, off as booleans)")
    return value


class Strict(BaseModel):
    """A declaration: unknown keys are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


#: The language in which questionnaires are written; others are translations.
ORIGINAL = "fr"
#: The code of a language, that of its folder in ``reports/``.
LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
_CODE = re.compile(r"[a-z]{2,3}")


class Text(BaseModel):
    """A text in French and, when the evaluation publishes them, in English and other languages, by their codes."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, str] = Field(init=False)

    fr: str
    """The text in French, the language of questionnaires."""
    en: str | None = None
    """Its English translation."""

    @model_validator(mode="after")
    def _languages(self) -> Self:
        wrong = [name for name in self.__pydantic_extra__ if not _CODE.fullmatch(name)]
        if wrong:
            known = [*type(self).model_fields, "the code of another language"]
            raise ValueError(f"there is no such key as '{wrong[0]}'; allowed: {', '.join(known)}")
        return self

    def translations(self) -> dict[str, str]:
        """Return the text in the languages other than French that it has, by their codes."""
        return {**({"en": self.en} if self.en else {}), **self.__pydantic_extra__}

    def in_language(self, lang: str) -> str:
        """Return the text in ``lang``, in French where it has no translation."""
        return self.translations().get(lang) or self.fr


class Condition(Strict):
    """One condition of a routing rule; all conditions of a rule hold together."""

    question: str
    """Question of the instrument."""
    codes: list[Annotated[Code, NoBool]] | None = None
    """Answers that meet it; items, of a multiple question."""
    minimum: float | None = None
    """Smallest number that meets it."""
    maximum: float | None = None
    """Largest number that meets it."""

    @model_validator(mode="after")
    def _says_something(self) -> Condition:
        if self.codes is None and self.minimum is None and self.maximum is None:
            raise ValueError("a routing condition needs codes, minimum or maximum")
        return self
