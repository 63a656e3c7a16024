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


#: The language that stands where a text lacks another; the first one that a text has stands for it.
ORIGINAL = "fr"
#: The code of a language, that of its folder in ``reports/``.
LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
_CODE = re.compile(r"[a-z]{2,3}")


class Text(BaseModel):
    """A text in the languages in which it is published, by their codes; the first one stands where another lacks it."""

    model_config = ConfigDict(extra="allow", frozen=True, json_schema_extra={"minProperties": 1})
    __pydantic_extra__: dict[str, str] = Field(init=False)

    fr: str = ""
    """The text in French."""
    en: str | None = None
    """The text in English."""

    @model_validator(mode="after")
    def _languages(self) -> Self:
        wrong = [name for name in self.__pydantic_extra__ if not _CODE.fullmatch(name)]
        if wrong:
            known = [*type(self).model_fields, "the code of another language"]
            raise ValueError(f"there is no such key as '{wrong[0]}'; allowed: {', '.join(known)}")
        if "fr" not in self.model_fields_set:
            told = next(iter(self.translations().values()), None)
            if told is None:
                raise ValueError("the text is given in no language; allowed: fr, en, the code of another language")
            # not through a key of the declaration: `lacks` tells what was written from what stands for it
            object.__setattr__(self, "fr", told)
        return self

    def lacks(self, lang: str) -> bool:
        """Return whether the text was not given in a language, so that another one stands there."""
        return "fr" not in self.model_fields_set if lang == ORIGINAL else lang not in self.translations()

    def translations(self) -> dict[str, str]:
        """Return the text in the languages other than French that it has, by their codes."""
        return {**({"en": self.en} if self.en else {}), **self.__pydantic_extra__}

    def in_language(self, lang: str) -> str:
        """Return the text in ``lang``, in French, else in the first language that it has, where it has no other."""
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
