"""One hierarchy of errors, named after the stages that raise them.

Every message says where (file, line or key), what was found, what is allowed and what to do next.
The command line prints it and exits with 1; anything else that escapes is an internal fault (exit code 3).
"""

from __future__ import annotations


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
        self, problem: str, *, where: str | None = None, found: object = None, action: str, reason: str = ""
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
