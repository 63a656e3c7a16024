"""Rebuilding a site in a scratch folder and comparing it with its manifest.

The scratch folder is a project of its own that links to the declarations, documents and received files.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline import provenance
from pipeline.errors import PipelineError, PublishError
from pipeline.evaluation import Evaluation
from pipeline.stages import freshness, grounds
from pipeline.stages.archive import FOLDER, MANIFEST, Publication, digests, earlier_sites
from pipeline.stages.environment import settle_environment
from pipeline.stages.loading import load_planned
from pipeline.stages.order import STAGES, Options
from pipeline.stages.progress import Progress
from pipeline.stages.publications import differences
from pipeline.stages.publish import code_digests, made_of

#: What a site is rebuilt from.
_NAMED = "what the manifest names: received files, declarations, reference tables, settings, code, tools"


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
        rebuilt = _rebuilt(again, options, progress)
    except PipelineError as fault:
        refuse_failing(evaluation, published, fault)
        raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    standing = {k: v for k, v in digests(evaluation.site).items() if k != MANIFEST}
    refuse_differing(evaluation, published, rebuilt, standing)
    return f"verified: {len(published['outputs'])} files rebuilt from {len(published['inputs'])} inputs, all equal"


def _rebuilt(evaluation: Evaluation, options: Options, progress: Progress) -> dict[str, Any]:
    """Run every stage and return the manifest of the site that they make."""
    for name, function in STAGES.items():
        folder = evaluation.stage(name)
        folder.mkdir(parents=True)
        made_from = grounds.grounds(name, evaluation, "", "")
        said = function(evaluation, folder, options, progress)
        freshness.stamp(folder, made_from, said)
        progress.say(f"{name:<8} {said}")
    made: dict[str, Any] = json.loads((evaluation.stage("publish") / "site" / MANIFEST).read_text(encoding="utf-8"))
    return made


def refuse_failing(evaluation: Evaluation, published: Mapping[str, Any], fault: PipelineError) -> None:
    """Say of a site that cannot be made again what differs of all it was made of, beside the ``fault`` met.

    Raises
    ------
    PublishError
        Naming both; nothing is raised where what stands here is what the manifest names.
    """
    places = {name: (evaluation.data / name, evaluation.root / name) for name in published["inputs"]}
    standing = {name: next((p for p in found if p.is_file()), None) for name, found in places.items()}
    here = {
        **published,
        "inputs": {name: provenance.file_digest(path) for name, path in standing.items() if path is not None},
        "code": code_digests(),
        "settings": evaluation.settings.model_dump(mode="json"),
    }
    causes = [f"{kind}: {_some(names)}" for kind, names in differences(published, here)]
    if causes:
        raise PublishError(
            f"the site cannot be rebuilt, for what stands here is not what it was made of: {fault.problem}",
            where=fault.where or str(evaluation.site / MANIFEST),
            found="; ".join([*causes, *([fault.found] if isinstance(fault.found, str) else [])]),
            allowed=_NAMED,
            action=_to_rebuild(published),
        )


def refuse_differing(
    evaluation: Evaluation, published: Mapping[str, Any], rebuilt: Mapping[str, Any], standing: Mapping[str, str]
) -> None:
    """Refuse a site that is not what is made of what stands here, and say why.

    Parameters
    ----------
    published, rebuilt : manifests of the site, and of what was made again.   standing : digests of the site's files.

    Raises
    ------
    PublishError
        Naming what the site was made of that differs, and files of it that differ; or files that were changed since.
    """
    path, whole = evaluation.site / MANIFEST, len(published["outputs"])
    again = f"make report EVAL={evaluation.name}"
    others = provenance.differing(published["outputs"], rebuilt["outputs"])
    causes = [f"{kind}: {_some(names)}" for kind, names in differences(published, rebuilt)]
    if others or causes:
        put_back = f"{_to_rebuild(published)}; or publish what stands here: {again}"
        raise PublishError(
            f"the site cannot be rebuilt to the byte: {len(others)} files of {whole} would be others"
            if others
            else f"all {whole} files of the site are rebuilt to the byte, but of other things than its manifest names",
            where=str(path),
            found="; ".join([*causes, *([f"files: {_some(others)}"] if others else [])]),
            allowed=_NAMED,
            action=put_back if causes else f"install requirements.lock anew, which alone may differ, then {again}",
        )
    if spoiled := provenance.differing(published["outputs"], standing):
        raise PublishError(
            f"{len(spoiled)} files of the site are not as they were published; all {whole} can be rebuilt",
            where=str(evaluation.site),
            found=_some(spoiled),
            action=f"put the files back: {again}",
        )


def _some(names: Sequence[str]) -> str:
    """Return the first of many names, and how many more there are."""
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")


def _to_rebuild(told: Mapping[str, Any], then: str = "") -> str:
    """Return what it takes to rebuild a site whose manifest is told; ``then`` follows where it names a commit."""
    state = told.get("git") or {}
    if "commit" not in state:
        return "put back the project as it was then; the manifest names no commit of it"
    clean = "" if state["clean"] else " (files were changed beside it: they are in no commit)"
    return f"git worktree add FOLDER {state['commit']}{clean}, with the received files of then{then}"


def verify_archived(evaluation: Evaluation, name: str) -> Iterator[str]:
    """Yield what is found of a printing that the site keeps: whether it stands as published, and what to rebuild it.

    Raises
    ------
    PublishError
        When no such printing is kept, or a file of it is not as it was published.
    """
    beside = earlier_sites(evaluation)
    if name not in beside:
        raise PublishError(
            "this edition is not kept here",
            where=str(evaluation.site / FOLDER),
            found=name,
            allowed=sorted(beside) or "no edition is kept: the first that is replaced will be",
        )
    publication = beside[name]
    outputs = publication.manifest["outputs"]
    standing = {k: v for k, v in digests(publication.folder).items() if k != MANIFEST}
    if spoiled := provenance.differing(outputs, standing):
        raise PublishError(
            f"{len(spoiled)} files of edition {name} are not as they were published",
            where=str(publication.folder),
            found=spoiled[:12],
            action="put them back from a copy of the site as it was published",
        )
    yield f"edition {name}: {len(outputs)} files, all as they were published"
    yield from _hindrances(evaluation, publication)


def _hindrances(evaluation: Evaluation, publication: Publication) -> Iterator[str]:
    """Yield why a printing cannot be rebuilt from what stands here, and from what it can."""
    from pipeline.publish.render.quarto import choose_renderer, made_by

    told = publication.manifest
    asked = told["renderer"].get("name", "embedded")
    here = provenance.manifest(
        evaluation=evaluation.name,
        renderer=_tools(lambda: made_by(choose_renderer(asked)[0])),
        outputs={},
        git={},
        **made_of(evaluation),
    )
    found = dict(differences(told, here))
    for kind, names in found.items():
        yield f"cannot be rebuilt here: {kind} differ: {_some(names)}"
    if not found:
        yield "all that it was made of stands here"
        return
    then = f" and this folder as reports/_site/{evaluation.name}; then `verify {evaluation.name}` there"
    yield f"to rebuild it: {_to_rebuild(told, then)}"


def _tools(made: Callable[[], dict[str, str]]) -> dict[str, str]:
    """Return the renderer's tools and their versions; nothing where the renderer is not installed."""
    try:
        return made()
    except PublishError:
        return {}


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
