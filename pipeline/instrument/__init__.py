"""What was asked: questions, codes, labels, routing, scales (contract 2)."""

from pipeline.instrument.load import line_of, load_instrument, read_yaml, validate
from pipeline.instrument.model import (
    ORIGINAL,
    Code,
    Condition,
    Contradiction,
    Instrument,
    Item,
    LanguageCode,
    MissingReason,
    Question,
    Role,
    Text,
    WaveHistory,
)

__all__ = [
    "ORIGINAL",
    "Code",
    "Condition",
    "Contradiction",
    "Instrument",
    "Item",
    "LanguageCode",
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
