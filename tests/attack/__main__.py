"""``python -m tests.attack SITE --truth RESULTS.parquet``: attack a published folder and print what was found."""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.attack import on
from tests.attack.score import judged, scores


def main() -> None:
    """Attack a site, score what was found, print the figures and the first numbers that were found."""
    parser = argparse.ArgumentParser(prog="python -m tests.attack")
    parser.add_argument("site", type=Path)
    parser.add_argument("--truth", type=Path, required=True, help="the private table, opened by the scoring alone")
    parser.add_argument("--out", type=Path, help="where the judged numbers are written (CSV)")
    given = parser.parse_args()
    rows, found = on(given.site)
    table = judged(rows, found, given.truth)
    for kind, score in scores(table).items():
        print(f"{kind}: {score}")
    worst = table[table["primary"].astype(bool) & (table["exact"] | table["near"] | table["few"])]
    print(worst[["id", "value", "n", "low", "high", "way"]].head(20).to_string())
    if given.out:
        table.to_csv(given.out, index=False)


if __name__ == "__main__":
    main()
