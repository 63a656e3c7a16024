"""Folders of figures drawn once a session from made-up results."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipeline.figures import Shapes, draw
from tests.figures.declared import entries
from tests.figures.made_up_results import ROOT, labels_mapping, pays_records, synthetic


@pytest.fixture(scope="session")
def table() -> pd.DataFrame:
    """Return the made-up results."""
    return synthetic(sorted(pays_records()))


@pytest.fixture(scope="session")
def labels() -> dict[str, dict[str, str]]:
    """Return the made-up labels."""
    return labels_mapping()


@pytest.fixture(scope="session")
def unblanked() -> pd.DataFrame:
    """Return the made-up results as they would be if nothing had been blanked: figures must hide them all the same."""
    return synthetic(sorted(pays_records()), blanked=False)


@pytest.fixture(scope="session")
def shapes() -> Shapes:
    """Return the outlines of the pays and of the region."""
    from pipeline.territory import load_outlines

    return Shapes(load_outlines(ROOT, "53", "pays", 2023), load_outlines(ROOT, "53", "region"))


@pytest.fixture(scope="session")
def region_folder(unblanked, labels, shapes, tmp_path_factory) -> Path:
    """Return a folder with every figure of the region, drawn from results whose suppressed estimates still stand."""
    folder = tmp_path_factory.mktemp("region")
    draw(unblanked, labels, "region", "fr", folder, shapes, entries())
    return folder


@pytest.fixture(scope="session")
def sheet_folder(table, labels, tmp_path_factory) -> Path:
    """Return a folder with the sheet of the pays of Vannes."""
    folder = tmp_path_factory.mktemp("sheet")
    draw(table, labels, "20", "fr", folder, figures=entries())
    return folder
