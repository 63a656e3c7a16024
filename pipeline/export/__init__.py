"""What a site holds besides documents: labels, pages and their links, the data annex, the codebook."""

from pipeline.export.annex import write_annex
from pipeline.export.labels import evaluation_labels
from pipeline.export.pages import Page, check_links, site_documents, site_pages, unit_links
from pipeline.export.passages import has_passage, passage
from pipeline.export.questionnaire import questionnaire

__all__ = [
    "Page",
    "check_links",
    "evaluation_labels",
    "has_passage",
    "passage",
    "questionnaire",
    "site_documents",
    "site_pages",
    "unit_links",
    "write_annex",
]
