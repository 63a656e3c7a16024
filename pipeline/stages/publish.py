"""The publish stage: documents, data annex and manifest, put together as one site."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from pipeline import provenance, results
from pipeline.errors import working_on
from pipeline.evaluation import Evaluation
from pipeline.protect.ledger import FILE as LEDGER
from pipeline.stages import freshness
from pipeline.stages.draw import labels_of, units_of

MANIFEST = "manifest.json"


def publish(
    evaluation: Evaluation,
    out: Path,
    *,
    renderer: str = "auto",
    workers: int = 2,
    step: Callable[[str, int, int], None] = lambda label, done, total: None,
) -> str:
    """Render every document and write the site to ``out/site``; staged documents stay in ``out/<lang>``.

    Raises
    ------
    PublishError
        Naming the document, its line and what it asks for; nothing of the old site is touched.
    """
    from pipeline.publish.links import check_links
    from pipeline.render.quarto import choose_renderer

    name, _ = choose_renderer(renderer)
    site = out / "site"
    table = results.read_once(evaluation.stage("protect") / "results.parquet")
    units = units_of(evaluation)
    labels = labels_of(evaluation, units)
    (site / "data").mkdir(parents=True)
    shutil.copyfile(evaluation.stage("protect") / LEDGER, site / "data" / LEDGER)
    # the home lists the files of the annex with their sizes
    _annex(evaluation, table, labels, site / "data")
    pages = _documents(evaluation, out, name, workers, step)
    provenance.write_json(site / MANIFEST, manifest_of(evaluation, site, name))
    check_links(site)
    html, pdf = len(list(site.rglob("*.html"))), len(list(site.rglob("*.pdf")))
    return f"{html} HTML pages and {pdf} PDFs from {pages} documents ({name} renderer)"


def _annex(evaluation: Evaluation, table: pd.DataFrame, labels: dict[str, dict[str, str]], folder: Path) -> None:
    from pipeline.export import write_annex
    from pipeline.stages.language import words_of

    with working_on("the data annex"):
        write_annex(evaluation, table, labels, folder, words_of(evaluation, evaluation.settings.languages[0]))


def _documents(
    evaluation: Evaluation, out: Path, renderer: str, workers: int, step: Callable[[str, int, int], None]
) -> int:
    """Render every document of every language and return how many there are."""
    from pipeline.stages.documents import publish_documents

    site = out / "site"
    total = len(evaluation.settings.languages)
    done = 0

    def tell(document: str) -> None:
        nonlocal done
        done += 1
        step(document, done, max(done, total))

    pages = publish_documents(evaluation, out, site, renderer, workers, tell)
    return pages + _with_cells(evaluation, out, renderer, workers, tell)


def _with_cells(evaluation: Evaluation, out: Path, renderer: str, workers: int, tell: Callable[[str], None]) -> int:
    """Render the documents that hold cells, and return how many there are."""
    from pipeline.publish.site import folder_of
    from pipeline.render.publishing import Job, render_documents
    from pipeline.stages.documents import Library, has_cells

    languages, count = evaluation.settings.languages, 0
    for lang in languages:
        library = Library(evaluation, lang)
        place = out / "site" / folder_of(lang, languages)
        jobs = [
            Job(
                page.name,
                page.document.path,
                page.territory,
                {kind: place / target for kind, target in page.outputs.items()},
                settings=library.settings(page),
            )
            for page in library.pages
            if has_cells(page.document)
        ]
        for folder in {target.parent for job in jobs for target in job.outputs.values()}:
            folder.mkdir(parents=True, exist_ok=True)
        render_documents(evaluation, lang, jobs, renderer=renderer, workers=workers, progress=tell, folder=out / lang)
        count += len(jobs)
    return count


def manifest_of(evaluation: Evaluation, site: Path, renderer: str) -> dict[str, object]:
    """Return digests of every input, the code, the lock file, the settings, the renderer and every output of a site."""
    from pipeline.render.quarto import made_by

    root = evaluation.root
    package = Path(__file__).parents[1]
    inputs = {p.name: provenance.file_digest(p) for p in evaluation.received_files()}
    declared = [*evaluation.declaration_files(), *freshness.reference_files(evaluation), *evaluation.ledgers()]
    declared += freshness.document_files(evaluation)
    inputs |= {p.relative_to(root).as_posix(): provenance.file_digest(p) for p in declared}
    lock = root / "requirements.lock"
    if lock.is_file():
        inputs["requirements.lock"] = provenance.file_digest(lock)
    outputs = provenance.tree_digests(site, ["."])
    outputs.pop(MANIFEST, None)
    return provenance.manifest(
        evaluation=evaluation.name,
        settings=evaluation.settings.model_dump(mode="json"),
        renderer=made_by(renderer),
        inputs=inputs,
        code=provenance.tree_digests(package, ["."], (".py", ".lua", ".typ", ".html")),
        outputs=outputs,
    )
