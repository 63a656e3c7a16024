"""What the command line asked of the stages."""

from dataclasses import dataclass

#: Entries of a plan that several processes answer; fewer are done before these have loaded what they need.
LONG_PLAN = 5


@dataclass(frozen=True)
class Options:
    """Renderer (``auto``, ``embedded``, ``quarto``), number of processes, and whether to say why a stage runs."""

    renderer: str = "auto"
    jobs: int = 2
    explain: bool = False
