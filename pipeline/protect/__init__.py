"""Precision and disclosure control: which numbers may be shown, and with what mark."""

from pipeline.protect.confidentiality import Thresholds
from pipeline.protect.interval import effective_size, korn_graubard
from pipeline.protect.stage import Publication, protect, protect_folder

__all__ = ["Publication", "Thresholds", "effective_size", "korn_graubard", "protect", "protect_folder"]
