"""An evaluation: its settings and its paths (contract 1). Knows questions by name only."""

from pipeline.evaluation.loading import known_columns, load
from pipeline.evaluation.margins import OutsideMargin, read_margin
from pipeline.evaluation.paths import Evaluation
from pipeline.evaluation.perimeter import Place, Territory
from pipeline.evaluation.settings import (
    Disclosure,
    Document,
    Fact,
    FigureEntry,
    PlanEntry,
    Privacy,
    Question,
    ResearchFile,
    Settings,
    Statement,
    Wave,
)
from pipeline.evaluation.sources import (
    OUTSIDE_FILE,
    Across,
    Check,
    Comments,
    FileSpec,
    Incomplete,
    SamplingDesign,
    SignIns,
    Source,
    Ties,
    Visits,
    WeightingStep,
)

__all__ = [
    "OUTSIDE_FILE",
    "Across",
    "Check",
    "Comments",
    "Disclosure",
    "Document",
    "Evaluation",
    "Fact",
    "FigureEntry",
    "FileSpec",
    "Incomplete",
    "OutsideMargin",
    "Place",
    "PlanEntry",
    "Privacy",
    "Question",
    "ResearchFile",
    "SamplingDesign",
    "Settings",
    "SignIns",
    "Source",
    "Statement",
    "Territory",
    "Ties",
    "Visits",
    "Wave",
    "WeightingStep",
    "known_columns",
    "load",
    "read_margin",
]
