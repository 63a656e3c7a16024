"""What was asked: questions, codes, labels, routing, scales (contract 2)."""

from pipeline.instrument.composite import Composite
from pipeline.instrument.declaration import ORIGINAL, Code, Condition, LanguageCode, Text
from pipeline.instrument.load import line_of, load_instrument, read_yaml, validate
from pipeline.instrument.model import (
    Contradiction,
    Instrument,
    Item,
    MissingReason,
    Question,
    RecordNoun,
    WaveHistory,
)
from pipeline.instrument.roles import Role

__all__ = [
    "ORIGINAL",
    "Code",
    "Composite",
    "Condition",
    "Contradiction",
    "Instrument",
    "Item",
    "LanguageCode",
    "MissingReason",
    "Question",
    "RecordNoun",
    "Role",
    "Text",
    "WaveHistory",
    "line_of",
    "load_instrument",
    "read_yaml",
    "validate",
]
