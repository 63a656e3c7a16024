"""Rendering the documents of a site: one job a document, several at once, the same bytes every time."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import PipelineError, PublishError, working_on
from pipeline.render import cells, embedded, features, qmd, quarto
from pipeline.render.publishable import PROJECT
from pipeline.render.staging import Content, Staged, stage, stage_theme
from pipeline.render.unfinished import refuse_unfinished

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Job:
    """A document to render.

    ``document`` names its staged folder; ``source`` is the author's .qmd; ``territory`` is ``region`` or a unit's
    code; ``outputs`` are target files by format (``html``, ``pdf``). ``settings`` go over the front matter.
    """

    document: str
    source: Path
    territory: str
    outputs: Mapping[str, Path]
    settings: Mapping[str, Any] = field(default_factory=dict)


def render_documents(
    evaluation: Evaluation,
    lang: str,
    jobs: Iterable[Job],
    *,
    renderer: str = "embedded",
    workers: int = 2,
    progress: Progress | None = None,
    folder: Path | None = None,
) -> list[Staged]:
    """Stage and render documents; each staged one stays in its own folder below ``folder``.

    Parameters
    ----------
    evaluation, lang : the evaluation and the language of the documents.
    jobs : documents, each with its outputs.
    renderer : ``quarto`` or ``embedded`` (see :func:`pipeline.render.quarto.choose_renderer`).
    workers : processes, or runs of Quarto, at once.
    progress : called with a document's name when it is done.
    folder : where documents are staged; ``build/<evaluation>/publish/<lang>`` by default.

    Raises
    ------
    PublishError
        Of the first document that fails, with its file and line; nothing is left running.
    """
    todo = list(jobs)
    documents = {source: qmd.read(source) for source in dict.fromkeys(job.source for job in todo)}
    if renderer == "embedded":
        for document in documents.values():
            features.check(document)
    folder = folder or evaluation.stage("publish") / lang
    stage_theme(evaluation.root / "reports" / "theme", folder)
    staged = [_staged(evaluation, lang, job, folder / job.document, documents[job.source]) for job in todo]
    tasks = [(s, dict(job.outputs), str(evaluation.root), renderer) for s, job in zip(staged, todo, strict=True)]
    tell = progress or (lambda name: None)
    if workers <= 1 or len(tasks) <= 1:
        for job, task in zip(todo, tasks, strict=True):
            _render_one(*task)
            tell(job.document)
        return staged
    # forking this process, which holds threads (Arrow, rich), could hang; a server forks the workers instead
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(min(workers, len(tasks)), mp_context=context) as pool:
        futures = {pool.submit(_render_one, *task): job.document for job, task in zip(todo, tasks, strict=True)}
        _collect(futures, pool, tell)
    return staged


def _staged(evaluation: Evaluation, lang: str, job: Job, folder: Path, document: qmd.Document) -> Staged:
    with working_on(f"the document '{job.document}' ({lang})"):
        return stage(job.source, folder, _content(evaluation, lang, job), document)


def _collect(futures: dict[Future[None], str], pool: ProcessPoolExecutor, tell: Progress) -> None:
    try:
        for future in as_completed(futures):
            future.result()
            tell(futures[future])
    except BaseException:
        pool.shutdown(cancel_futures=True)
        raise


_shell: Any = None


def _render_one(staged: Staged, outputs: dict[str, Path], root: str, renderer: str) -> None:
    global _shell
    os.environ[PROJECT] = root
    try:
        if renderer == "quarto":
            quarto.render(staged, outputs, Path(root))
        else:
            _shell = _shell or cells.new_shell(Path(root) / "build" / ".ipython")
            embedded.render(staged, outputs, _shell)
        if "html" in outputs:
            refuse_unfinished(outputs["html"], staged.origin, staged.path)
    except PipelineError:
        raise
    except Exception as error:
        problem = f"rendering failed ({type(error).__name__})"
        raise PublishError(problem, where=str(staged.origin), found=error) from error


def _content(evaluation: Evaluation, lang: str, job: Job) -> Content:
    drawn = evaluation.stage("draw") / lang / job.territory
    figures: list[Path] = []
    if (drawn / "figures.json").is_file():
        records = json.loads((drawn / "figures.json").read_text(encoding="utf-8"))
        figures = [drawn / r["file"] for name, r in records.items() if name != "absent" and r.get("file")]
    settings = {"lang": lang, **job.settings}
    parameters = {"evaluation": evaluation.name, "territory": job.territory, "lang": lang}
    return Content(parameters, settings, figures, evaluation.settings.edition, lang)
