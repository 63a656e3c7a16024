"""What the register says of the criteria of the label: project of the pays, quality, partners, full-time post."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.simulate.draws import stream
from pipeline.simulate.parameters import Truth

#: Share of spaces without the label that meet each criterion.
_OTHERS = {"pays_project": 0.25, "quality_facilitation": 0.45, "full_time": 0.30}
_PARTNERS_LABELLED, _PARTNERS_OTHERS = 3.0, 1.2
#: Labelled spaces whose post is no longer full time by the end, a share.
_NO_LONGER = 0.10


def with_criteria(rows: pd.DataFrame, truth: Truth) -> pd.DataFrame:
    """Return the register with what the criteria are read from; labelled spaces met them when they were labelled."""
    rng, n = stream(truth.population_seed, "label criteria"), len(rows)
    labelled = rows["label_date"].notna().to_numpy()
    answers = {}
    for name, share in _OTHERS.items():
        answers[name] = labelled | (rng.random(n) < share)
    answers["full_time"] &= ~(labelled & (rng.random(n) < _NO_LONGER))
    partners = np.where(labelled, 1 + rng.poisson(_PARTNERS_LABELLED - 1, n), rng.poisson(_PARTNERS_OTHERS, n))
    said = {name: np.where(yes, "yes", "no") for name, yes in answers.items()}
    return rows.assign(**said, partners=partners)
