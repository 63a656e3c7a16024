"""What was asked: questions, codes, labels, routing, scales (contract 2)."""

from pipeline.instrument.load import line_of, load_instrument, read_yaml, validate
from pipeline.instrument.model import (
    Code,
    Condition,
    Contradiction,
    Instrument,
    Item,
    MissingReason,
    Question,
    Role,
    Text,
    WaveHistory,
)

__all__ = [
    "Code",
    "Condition",
    "Contradiction",
    "Instrument",
    "Item",
    "MissingReason",
    "Question",
    "Role",
    "Text",
    "WaveHistory",
    "line_of",
    "load_instrument",
    "read_yaml",
    "validate",
]
