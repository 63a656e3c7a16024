"""One entry of the plan: where it stands in evaluation.yaml, its checked settings, and how it complains."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import AnalyseError
from pipeline.evaluation import Evaluation, PlanEntry
from pipeline.evaluation.declared import SourceKind

Model = TypeVar("Model", bound=BaseModel)


class Strict(BaseModel):
    """Settings of a question: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Entry:
    """The plan entry at position ``index``; ``name`` starts its result_ids.

    ``again`` : whether an entry before it asks the same question.   ``further`` : pairs of waves that it compares
    beside that of its settings.
    """

    evaluation: str
    index: int
    question: str
    name: str
    confirmatory: bool
    settings: dict[str, Any]
    again: bool = False
    further: tuple[tuple[Any, Any], ...] = ()

    def contrasting(self, pair: tuple[Any, Any]) -> Entry:
        """Return the entry with another pair of waves to compare."""
        return replace(self, settings={**self.settings, "contrast": list(pair)}, further=())

    @property
    def apart(self) -> dict[str, object]:
        """Return the domain of its checks of quality: empty, unless they would be those of an entry before it."""
        return {"entry": self.name} if self.again else {}

    @property
    def recipe(self) -> str:
        """Return a short digest of question and settings: the same for an entry asked twice."""
        told = json.dumps([self.question, self.settings], sort_keys=True, default=str)
        return hashlib.sha256(told.encode()).hexdigest()[:8]

    def where(self, *keys: object) -> str:
        """Return the place of a setting: file and key path."""
        path = ".".join(["plan", str(self.index), *([] if keys == ("question",) else ["settings"]), *map(str, keys)])
        return f"surveys/{self.evaluation}/evaluation.yaml, key {path}"

    def error(
        self, problem: str, *keys: object, found: object = None, allowed: object = None, action: str | None = None
    ) -> AnalyseError:
        """Return the error of one setting, ready to raise."""
        return AnalyseError(
            problem,
            where=self.where(*keys),
            found=found,
            allowed=allowed,
            action=action or "correct the key in evaluation.yaml",
        )

    def no_source(
        self, evaluation: Evaluation, kind: SourceKind, key: str, named: str | None = None, otherwise: str = ""
    ) -> AnalyseError:
        """Return the error of a source that is not there, ready to raise.

        Parameters
        ----------
        key : the setting that may name it.   named : what it names.   otherwise : what else may be done.
        """
        declared = [f"{s.name} ({s.kind})" for s in evaluation.settings.sources]
        if named is not None and (own := [s.name for s in evaluation.sources(kind)]):
            return self.error(f"there is no source of kind {kind} of this name", key, found=named, allowed=own)
        return self.error(
            f"{self.question} needs a source of kind {kind}",
            key,
            found=f"sources: {', '.join(declared)}" if declared else "no source",
            action=f"declare one under `sources:`, with `kind: {kind}`, or take the entry out of the plan"
            + (f"; {otherwise}" if otherwise else ""),
        )

    def no_roles(
        self, evaluation: Evaluation, source: str, lacking: Sequence[str], *keys: object, action: str = ""
    ) -> AnalyseError:
        """Return the error of an instrument without questions of some roles, ready to raise."""
        instrument = evaluation.instruments[source]
        return self.error(
            f"the instrument of '{source}' has no question with role {', '.join(lacking)}",
            *keys,
            found=[f"{q.name} (role {q.role})" if q.role else q.name for q in instrument.questions],
            action=action or "declare the role of their columns in the instrument, or take the entry out of the plan",
        )

    def checked(self, model: type[Model]) -> Model:
        """Return the settings as ``model``.

        Raises
        ------
        AnalyseError
            Naming every wrong key with what was found and what is allowed.
        """
        try:
            return model.model_validate(self.settings)
        except ValidationError as fault:
            first = fault.errors()[0]
            keys = [k for k in first["loc"] if k != "[key]"]
            unknown = first["type"] == "extra_forbidden"
            fields = _fields(model, keys[:-1]) if unknown else None
            others = [".".join(map(str, e["loc"])) + ": " + e["msg"] for e in fault.errors()[1:]]
            problem = "this setting is not known" if unknown else first["msg"].removeprefix("Value error, ")
            found = first.get("input")
            raise self.error(
                problem + (f" (and {'; '.join(others)})" if others else ""),
                *keys,
                found=found if isinstance(found, (str, int, float, bool, list)) else None,
                allowed=fields,
            ) from None


def _fields(model: type[BaseModel], keys: list[Any]) -> list[str] | None:
    """Return the settings that a model takes at its top; None for a nested one."""
    return sorted(model.model_fields) if not keys else None


def entries(evaluation: Evaluation) -> list[Entry]:
    """Return the plan of an evaluation, in order, each entry with its place in evaluation.yaml."""
    plan: list[PlanEntry] = evaluation.settings.plan
    places = (i for i in itertools.count() if i not in evaluation.withheld)
    made: list[Entry] = []
    for i, p in zip(places, plan, strict=False):
        again = any(p.question == before.question for before in made)
        made.append(Entry(evaluation.name, i, p.question, p.name, p.confirmatory, p.settings, again, p.further))
    return made
