"""Rebuilding a site in a scratch folder and comparing it with its manifest.

The scratch folder is a project of its own that links to the declarations, documents and received files.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

from pipeline import provenance
from pipeline.errors import PublishError
from pipeline.evaluation import Evaluation
from pipeline.stages import freshness, grounds
from pipeline.stages.loading import load_planned
from pipeline.stages.order import STAGES, Options, settle_environment
from pipeline.stages.progress import Progress
from pipeline.stages.publish import MANIFEST


def verify(evaluation: Evaluation, options: Options, progress: Progress) -> str:
    """Rebuild every stage from the received files and return what the comparison found.

    Raises
    ------
    PublishError
        When there is no published site, or when inputs or outputs differ from its manifest; each is named.
    """
    path = evaluation.site / MANIFEST
    if not path.is_file():
        raise PublishError(
            "there is no published site to verify", where=str(path), action=f"run: make report EVAL={evaluation.name}"
        )
    published = json.loads(path.read_text(encoding="utf-8"))
    options = _as_published(published.get("renderer", {}), options, path)
    scratch = evaluation.root / "build" / f".verify-{evaluation.name}"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        for name in ("surveys", "reports", "data", "questions", "pyproject.toml", "requirements.lock"):
            if (evaluation.root / name).exists():
                (scratch / name).symlink_to(evaluation.root / name)
        again = load_planned(evaluation.name, scratch, evaluation.data)
        settle_environment(scratch)
        for name, function in STAGES.items():
            folder = again.stage(name)
            folder.mkdir(parents=True)
            made_from = grounds.grounds(name, again, "", "")
            said = function(again, folder, options, progress)
            freshness.stamp(folder, made_from, said)
            progress.say(f"{name:<8} {said}")
        rebuilt = json.loads((again.stage("publish") / "site" / MANIFEST).read_text(encoding="utf-8"))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    standing = {k: v for k, v in _digests(evaluation.site).items() if k != MANIFEST}
    faults = [
        *(f"input {k}" for k in provenance.differing(published["inputs"], rebuilt["inputs"])),
        *(f"code {k}" for k in provenance.differing(published["code"], rebuilt["code"])),
        *(f"output {k}" for k in provenance.differing(published["outputs"], rebuilt["outputs"])),
        *(f"published file {k} (changed since)" for k in provenance.differing(published["outputs"], standing)),
    ]
    if faults:
        raise PublishError(
            f"{len(faults)} digests differ from the published manifest",
            where=str(path),
            found=faults[:12],
            action=f"run: make report EVAL={evaluation.name}",
        )
    return f"verified: {len(published['outputs'])} files rebuilt from {len(published['inputs'])} inputs, all equal"


def _as_published(told: dict[str, str], options: Options, path: Path) -> Options:
    """Return the options with the renderer that made the site.

    Raises
    ------
    PublishError
        When that renderer, or its version, is not the one here: the site cannot be rebuilt to the byte.
    """
    from pipeline.publish.render.quarto import choose_renderer, made_by

    asked = told.get("name", "embedded") if options.renderer == "auto" else options.renderer
    here = made_by(choose_renderer(asked)[0])
    if told and told != here:
        raise PublishError(
            "the site was rendered by other tools than those here, so that it cannot be rebuilt to the byte",
            where=f"{path}, key renderer",
            found=", ".join(f"{k} {v}" for k, v in here.items()),
            allowed=", ".join(f"{k} {v}" for k, v in told.items()),
            action="install those versions (make quarto; requirements.lock), then verify again",
        )
    return replace(options, renderer=asked)


def _digests(folder: Path) -> dict[str, str]:
    return provenance.tree_digests(folder, ["."])
