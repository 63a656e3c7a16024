"""Write data/evaluation.csv: two simulated waves of visits to spaces, 12 of 24 spaces common (synthetic).

Run from the root of the repository: python -m tests.reference.survey.make_evaluation
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from tests.survey.populations import population, sample


def main() -> None:
    """Draw both waves with a fixed seed and write the sample and its margins."""
    rng = np.random.default_rng(20061231)
    visits = population(2)
    later = visits.assign(y=visits["y"] + 0.4)
    waves = [sample(visits, np.arange(24), 3, rng, 2003), sample(later, np.arange(12, 36), 3, rng, 2006)]
    frame = pd.concat(waves, ignore_index=True)
    frame["wants"] = (frame["y"] > 0.8).astype(int)
    frame["y"] = frame["y"].round(6)
    folder = Path(__file__).parent / "data"
    frame.to_csv(folder / "evaluation.csv", index=False)
    margins = pd.concat(
        [
            visits.groupby(name).size().rename("total").rename_axis("category").reset_index().assign(margin=name)
            for name in ("stratum", "age")
        ]
    )
    margins.to_csv(folder / "evaluation_margins.csv", index=False)


if __name__ == "__main__":
    main()
