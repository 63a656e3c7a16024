"""What may be said of the publishable results: statements decided, graded and ranked, before any word (contract 6)."""

from pipeline.state.kinds import KINDS, Kind
from pipeline.state.statements import Asked, state
from pipeline.state.verdicts import answer

__all__ = ["KINDS", "Asked", "Kind", "answer", "state"]
