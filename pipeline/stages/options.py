"""What the command line asked of the stages."""

from collections.abc import Callable
from dataclasses import dataclass

#: Entries of a plan that several processes answer; fewer are done before these have loaded what they need.
LONG_PLAN = 5


def _nothing() -> None:
    """Load nothing."""


@dataclass(frozen=True)
class Options:
    """Renderer (``auto``, ``embedded``, ``quarto``), number of processes, and whether to say why a stage runs.

    ``meanwhile`` is what the stage ingest begins in another process once everything is read; it is no setting.
    """

    renderer: str = "auto"
    jobs: int = 2
    explain: bool = False
    meanwhile: Callable[[], None] = _nothing
