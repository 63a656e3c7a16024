"""What a site holds besides documents: labels, pages and their links, the data annex, the codebook."""

from pipeline.export.annex import write_annex
from pipeline.export.answers import answers, finding, indicator_name, sources_of, studied
from pipeline.export.cautions import cautions, unknowns
from pipeline.export.crosstabs import write_crosstabs
from pipeline.export.findings import findings, write_findings
from pipeline.export.frequencies import fingerprint, frequencies
from pipeline.export.labels import evaluation_labels
from pipeline.export.passages import has_passage, passage
from pipeline.export.promises import unfounded
from pipeline.export.prose import bullets, declared, grid, paragraph, uncapital
from pipeline.export.recommendations import follow_up, recommendations, supported, unsupported
from pipeline.export.set_aside import write_set_aside
from pipeline.export.statements import statements
from pipeline.export.territories import covariates, grouped_territories, modelled, survey_beside_region, withheld
from pipeline.state.warnings import raised

__all__ = [
    "answers",
    "bullets",
    "cautions",
    "covariates",
    "declared",
    "evaluation_labels",
    "finding",
    "findings",
    "fingerprint",
    "follow_up",
    "frequencies",
    "grid",
    "grouped_territories",
    "has_passage",
    "indicator_name",
    "modelled",
    "paragraph",
    "passage",
    "raised",
    "recommendations",
    "sources_of",
    "statements",
    "studied",
    "supported",
    "survey_beside_region",
    "uncapital",
    "unfounded",
    "unknowns",
    "unsupported",
    "withheld",
    "write_annex",
    "write_crosstabs",
    "write_findings",
    "write_set_aside",
]
