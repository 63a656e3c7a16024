"""One hierarchy of errors, named after the stages that raise them.

Every message says where (file, line or key), what was found, what is allowed and what to do next.
The command line prints it and exits with 1; anything else that escapes is an internal fault (exit code 3).
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager


class PipelineError(Exception):
    """Bad input, said in one message that its sender can act on.

    Parameters
    ----------
    problem : what is wrong, in one sentence without a final full stop.
    where : file, with line or key path, as the user knows it.
    found : what stood there.
    allowed : what may stand there.
    action : what to do next.
    """

    stage = "pipeline"

    def __init__(
        self,
        problem: str,
        *,
        where: str | None = None,
        found: object = None,
        allowed: object = None,
        action: str | None = None,
    ) -> None:
        self.problem = problem
        self.where = where
        self.found = found
        self.allowed = allowed
        self.action = action
        super().__init__(self.message())

    def message(self) -> str:
        """Return the whole message on one line a part, the place first."""
        lines = [f"{self.where}: {self.problem}" if self.where else self.problem]
        for label, value in (("found", self.found), ("allowed", self.allowed), ("do", self.action)):
            if value is not None:
                lines.append(f"  {label}: {_listed(value)}")
        return "\n".join(lines)


def _listed(value: object) -> str:
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(str(v) for v in value)
    return str(value)


class EvaluationError(PipelineError):
    """evaluation.yaml cannot be used as it stands."""

    stage = "evaluation"


class InstrumentError(PipelineError):
    """An instrument cannot be used as it stands."""

    stage = "instrument"


class TerritoryError(PipelineError):
    """A territory, commune or boundary vintage is unknown."""

    stage = "territory"


class IngestError(PipelineError):
    """A received file cannot be read, or a blocking expectation failed."""

    stage = "ingest"


class WeightError(PipelineError):
    """A weighting recipe cannot be carried out."""

    stage = "weight"


class AnalyseError(PipelineError):
    """A question of the plan cannot be answered with its settings."""

    stage = "analyse"


class ResultsError(PipelineError):
    """A result is missing, ambiguous or malformed."""

    stage = "results"


class NotPublished(ResultsError):
    """A number that is not published was to be written or concluded from; ``reason`` is that of its row."""

    def __init__(
        self,
        problem: str,
        *,
        where: str | None = None,
        found: object = None,
        # passing between processes makes an error of its message alone, then adds the rest
        action: str | None = None,
        reason: str = "",
    ) -> None:
        super().__init__(problem, where=where, found=found, action=action)
        self.reason = reason


class ProtectError(PipelineError):
    """The disclosure or precision rules cannot be applied."""

    stage = "protect"


class StateError(PipelineError):
    """A statement cannot be made of the results."""

    stage = "state"


class DrawError(PipelineError):
    """A figure or table cannot be drawn."""

    stage = "draw"


class WordsError(PipelineError):
    """A text of reports/, or of an evaluation's words, cannot be filled with values."""

    stage = "words"


class PublishError(PipelineError):
    """A document cannot be rendered."""

    stage = "publish"


class SimulateError(PipelineError):
    """A truth file cannot be simulated."""

    stage = "simulate"


class InternalFault(Exception):
    """A fault of the program itself, told by what it was doing: a figure, a document. It passes between processes.

    Parameters
    ----------
    what : what it was doing.
    kind : class of the exception.
    where : its lines of code, without any message (:func:`trace`).
    said : its message, which may quote a person: shown only to who asks for it.
    """

    def __init__(self, what: str, kind: str, where: str, said: str) -> None:
        super().__init__(what, kind, where, said)
        self.what, self.kind, self.where, self.said = what, kind, where, said


@contextmanager
def working_on(what: str) -> Iterator[None]:
    """Let a fault that nobody foresaw say what the program was doing; errors of input and of the machine pass.

    Raises
    ------
    InternalFault
        In place of what escapes.
    """
    try:
        yield
    except (PipelineError, InternalFault, OSError):
        raise
    except Exception as fault:
        raise InternalFault(what, type(fault).__name__, trace(fault), str(fault)) from None


def trace(fault: BaseException) -> str:
    """Return the traceback of a fault and its causes with classes and lines of code, without any message.

    Messages of libraries quote what they choke on, and that may be the name or the address of a person.
    """
    parts: list[str] = []
    seen: set[int] = set()
    at: BaseException | None = fault
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        frames = "".join(traceback.format_list(traceback.extract_tb(at.__traceback__)))
        frames += f"{at.where}\n" if isinstance(at, InternalFault) else ""
        parts.append(
            f"{frames}{type(at).__module__}.{type(at).__qualname__} (message not kept: it may quote a person)\n"
        )
        at = at.__cause__ or at.__context__
    return "\ncaused by:\n".join(parts)
