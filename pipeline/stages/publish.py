"""The publish stage: documents, data annex and manifest, put together as one site."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline import provenance
from pipeline.evaluation import Evaluation
from pipeline.results import LEDGER
from pipeline.stages import freshness, grounds
from pipeline.stages.archive import MANIFEST, earlier_sites, homes
from pipeline.stages.options import Options
from pipeline.stages.progress import Progress

#: Where official tables stand, and how columns of inhabitants begin, which some of them hold beside other things.
_REFERENCE, _INHABITANTS = "data/reference/", "population"


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
    from pipeline.publish.documents.links import check_links
    from pipeline.publish.render.quarto import choose_renderer
    from pipeline.stages.annex import tables_beside
    from pipeline.stages.cache import Cache
    from pipeline.stages.documents import publish_documents

    name, _ = choose_renderer(renderer)
    site = out / "site"
    (site / "data").mkdir(parents=True)
    shutil.copyfile(evaluation.stage("protect") / LEDGER, site / "data" / LEDGER)
    cache = Cache(evaluation.build / "cache")
    with tables_beside(evaluation, site / "data", workers, cache) as stand:
        pages = publish_documents(evaluation, out, site, name, workers, step, cache, stand)
    cache.drop_others()
    provenance.write_json(site / MANIFEST, manifest_of(evaluation, site, name))
    check_links(site, {home for name, each in earlier_sites(evaluation).items() for home in homes(name, each).values()})
    html, pdf = len(list(site.rglob("*.html"))), len(list(site.rglob("*.pdf")))
    return f"{html} HTML pages and {pdf} PDFs from {pages} documents ({name} renderer)"


def made_of(evaluation: Evaluation) -> dict[str, Any]:
    """Return what the pages of an evaluation are made of: digests of every input, of the code, and the settings.

    Of reference tables that hold inhabitants beside other things, the digest of the other things too.
    """
    root = evaluation.root
    # what the stages read is told by their stamps: a file may have changed since
    inputs = freshness.read_by(evaluation, ("ingest", "weight", "analyse", "protect", "state", "draw"))
    own = [*grounds.files_read("publish", evaluation), *evaluation.declaration_files()]
    inputs = {grounds.name_of(p, evaluation): provenance.file_digest(p) for p in own} | inputs
    lock = root / "requirements.lock"
    if lock.is_file():
        inputs["requirements.lock"] = provenance.file_digest(lock)
    tables = {name: root / name for name in inputs if name.startswith(_REFERENCE) and name.endswith(".csv")}
    others = {name: provenance.digest_without(path, _INHABITANTS) for name, path in tables.items() if path.is_file()}
    return {
        "inputs": inputs,
        "beside_population": {name: digest for name, digest in others.items() if digest is not None},
        "code": code_digests(),
        "settings": evaluation.settings.model_dump(mode="json"),
    }


def code_digests() -> dict[str, str]:
    """Return the digest of every file of the program, by its path in the package."""
    return provenance.tree_digests(Path(__file__).parents[1], ["."], (".py", ".lua", ".typ", ".html"))


def manifest_of(evaluation: Evaluation, site: Path, renderer: str) -> dict[str, object]:
    """Return digests of every input, the code, the lock file, the settings, the renderer and every output of a site."""
    from pipeline.publish.render.quarto import made_by

    outputs = provenance.tree_digests(site, ["."])
    outputs.pop(MANIFEST, None)
    return provenance.manifest(
        evaluation=evaluation.name,
        renderer=made_by(renderer),
        outputs=outputs,
        git=provenance.git_state(evaluation.root),
        **made_of(evaluation),
    )


def run(evaluation: Evaluation, out: Path, options: Options, progress: Progress) -> str:
    """Do the work of the stage as the command line asked for it, and say what was made."""
    return publish(evaluation, out, renderer=options.renderer, workers=options.jobs, step=progress.step)
