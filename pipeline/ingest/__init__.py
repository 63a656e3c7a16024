"""From files received to clean tables: readers, recoding, expectations, quarantine and account."""

from pipeline.ingest.stage import Ingested, ingest, read_sources

__all__ = ["Ingested", "ingest", "read_sources"]
