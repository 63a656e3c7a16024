"""What the command line says: the opening lines, and the table of `check`."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.evaluation import Evaluation
from pipeline.stages.order import Options


def opening_lines(evaluation: Evaluation, options: Options) -> str:
    """Return what is evaluated, from which files, and which renderer is used and why."""
    from pipeline.render.quarto import choose_renderer

    renderer, why = choose_renderer(options.renderer)
    kind = "synthetic data" if evaluation.settings.synthetic else "received data"
    title = evaluation.settings.title.in_language("en")
    return f"{title} ({kind} in {_short(evaluation.data, evaluation.root)})\nrenderer: {renderer} ({why})"


def _short(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def check_table(evaluation: Evaluation) -> str:
    """Return what came in, what was accepted and what was set aside and why, as a plain table.

    Requires the ingest stage to have run.
    """
    account = pd.read_parquet(evaluation.stage("ingest") / "account.parquet")
    rules = pd.read_parquet(evaluation.stage("ingest") / "rules.parquet")
    lines = [f"{'source':<14}{'wave':<8}{'file':<26}{'received':>10}{'accepted':>10}{'set aside':>11}"]
    main = account[account["kind"].isin(["received", "accepted", "set_aside"])]
    main = main.assign(wave=main["wave"].fillna("").astype(str))
    for (source, wave, file), rows in main.groupby(["source", "wave", "file"], sort=False, dropna=False):
        n = rows.groupby("kind")["n"].sum()
        counts = [int(n.get(k, 0)) for k in ("received", "accepted", "set_aside")]
        lines.append(f"{source:<14}{wave:<8}{file:<26}{counts[0]:>10,}{counts[1]:>10,}{counts[2]:>11,}")
    reasons = account[(account["kind"] == "reason") & (account["n"] > 0)]
    if len(reasons):
        lines += ["", f"{'set aside because':<40}{'source':<14}{'rows':>8}"]
        counted = reasons.groupby(["source", "reason"])[["n"]].sum().reset_index()
        lines += [f"{r['reason']:<40}{r['source']:<14}{int(r['n']):>8,}" for r in counted.to_dict("records")]
    failing = rules[rules["failing"] > 0]
    lines += ["", f"{len(rules)} rules checked, {len(failing)} with failing rows"]
    for rule in failing.itertuples():
        lines.append(f"  {rule.source}: {rule.description_en} — {rule.failing:,} of {rule.checked:,} ({rule.severity})")
    return "\n".join(lines)
