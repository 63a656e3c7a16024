"""From files received to clean tables: readers, recoding, expectations, quarantine and account."""

from pipeline.ingest.stage import Ingested, Refused, ingest, read_sources

__all__ = ["Ingested", "Refused", "ingest", "read_sources"]
