"""An attack on a published site: what can be worked out of the numbers that were hidden.

It is written apart from the stage that hides them and imports nothing of the pipeline: it knows what any reader knows,
the published folder and the public methods. The private table is opened by the scoring alone.
"""

from __future__ import annotations

from pathlib import Path

from tests.attack.answers import read
from tests.attack.axes import finer
from tests.attack.counts import of_marks
from tests.attack.files import of_files
from tests.attack.limits import narrowed
from tests.attack.links import of_changes, of_means, of_pages, of_sums
from tests.attack.masses import Found, attack, published_masses, published_weights
from tests.attack.published import Row, read_rows


def on(site: Path) -> tuple[list[Row], list[Found]]:
    """Return the rows of a site and all that can be found of those it hides."""
    rows = finer(narrowed(read_rows(site)))
    found = [
        *of_changes(rows),
        *of_sums(rows),
        *of_means(rows),
        *of_pages(rows, site),
        *of_marks(rows),
        *of_files(rows, site),
    ]
    for (population, wave, method), readings in read(rows).items():
        masses = {} if method else published_masses(rows, population, wave)
        weights = None if method else published_weights(rows, population, wave)
        found += attack(readings, masses, weights)
    return rows, found
