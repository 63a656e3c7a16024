"""The data annex of a site, in the words of the first language.

Its tables of results are dear to write: they are written beside other work, and held for the next publication, which
takes them as long as results, labels and the texts that they take are the same.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import metadata
from pathlib import Path

from pipeline import provenance, results
from pipeline.errors import working_on
from pipeline.evaluation import Evaluation
from pipeline.publish.annex.behind import FILES, write_figure_files
from pipeline.publish.annex.findings import write_findings
from pipeline.publish.annex.key_figures import write_key_figures
from pipeline.publish.annex.printings import FILE as REVISIONS
from pipeline.publish.documents.site import REGION, folder_of
from pipeline.results.statement import Statement
from pipeline.stages.cache import Cache
from pipeline.stages.freshness import content
from pipeline.stages.grounds import code_digest, words_files
from pipeline.stages.language import words_of
from pipeline.stages.state import LEXICON
from pipeline.wording.markdown import plain
from pipeline.wording.speaking import Speaker
from pipeline.wording.words import Words
from pipeline.workers import processes

_WORK = "the data annex"


@contextlib.contextmanager
def tables_beside(evaluation: Evaluation, folder: Path, workers: int, cache: Cache) -> Iterator[Callable[[], None]]:
    """Have the tables of the annex in ``folder``, written beside other work where there are processes for it.

    What is yielded returns once they stand.
    """
    digest = _digest(evaluation)
    if _restored(cache, digest, folder):
        yield lambda: None
        return
    if workers < 2:
        _keep(cache, digest, folder, write_tables(evaluation, folder))
        yield lambda: None
        return
    with processes(1) as pool:
        writing = pool.submit(write_tables, evaluation, folder)
        yield lambda: _keep(cache, digest, folder, writing.result())


def _restored(cache: Cache, digest: str, folder: Path) -> bool:
    """Put the files of an entry in their places; return False where it is not held."""
    held = cache.held(digest)
    for name, path in held.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / name)
    return bool(held)


def _keep(cache: Cache, digest: str, folder: Path, written: list[Path]) -> None:
    cache.keep(digest, {path.relative_to(folder).as_posix(): path for path in written})


def write_tables(evaluation: Evaluation, folder: Path) -> list[Path]:
    """Write the results of an evaluation, and the files of its figures, into ``folder`` and return the files."""
    from pipeline.publish.annex import annex

    with working_on(_WORK):
        labels = json.loads(_labels(evaluation).read_text(encoding="utf-8"))
        table = results.read_once(_results(evaluation))
        written = annex.write_tables(evaluation, table, labels, folder, _words(evaluation))
        for lang in evaluation.settings.languages:
            files = folder / figure_folder(evaluation, lang)
            written += write_figure_files(evaluation.stage("draw") / lang / REGION, table, labels, lang, files)
        return written


def figure_folder(evaluation: Evaluation, lang: str) -> str:
    """Return the folder of the files of figures in a language, below the data annex."""
    return f"{FILES}/{folder_of(lang, evaluation.settings.languages)}".rstrip("/")


def describe(evaluation: Evaluation, folder: Path, made: list[Statement], speaker: Speaker, cache: Cache) -> None:
    """Have findings, key figures, records set aside and what the files of ``folder`` hold; the tables stand there."""
    from pipeline.publish.annex.annex import write_descriptions

    digest = _described(evaluation, folder)
    if _restored(cache, digest, folder):
        return
    with working_on(_WORK):
        plainly = speaker.plainly()
        written = write_findings(made, plainly.rows, lambda each: plain(plainly.say([each])), folder)
        written.append(write_key_figures(made, plainly, folder / "key-figures.csv"))
        _keep(cache, digest, folder, written + write_descriptions(evaluation, folder, plainly.words))


def _described(evaluation: Evaluation, folder: Path) -> str:
    """Return the digest of all that findings and descriptions are made of: the tables, words, and records received."""
    files = [*words_files(evaluation), *folder.glob(REVISIONS)]
    return provenance.digest_of(
        [
            "descriptions of the data annex",
            _digest(evaluation),
            *(content(evaluation.stage(name)) for name in ("ingest", "weight", "analyse", "state")),
            *(f"{path} {provenance.file_digest(path)}" for path in files),
        ]
    )


def _digest(evaluation: Evaluation) -> str:
    """Return the digest of all that the tables are made of."""
    words = _words(evaluation)
    files = [_results(evaluation), _labels(evaluation), *evaluation.declaration_files()]
    return provenance.digest_of(
        [
            "tables of the data annex",
            code_digest("publish", evaluation),
            metadata.version("xlsxwriter"),
            content(evaluation.stage("draw")),
            words.lang,
            *(f"{name} {noun}" for name, noun in words.vocabulary.items()),
            *(f"{key} {entry.text}" for key, entry in words.texts.items()),
            *(f"{path.name} {provenance.file_digest(path)}" for path in files if path.is_file()),
        ]
    )


def _words(evaluation: Evaluation) -> Words:
    """Return the words that the tables take: nouns, and the texts that no question has."""
    words = words_of(evaluation, evaluation.settings.languages[0])
    texts = {key: entry for key, entry in words.texts.items() if key.startswith("_")}
    return replace(words, texts=texts, populations={})


def _results(evaluation: Evaluation) -> Path:
    return evaluation.stage("protect") / "results.parquet"


def _labels(evaluation: Evaluation) -> Path:
    return evaluation.stage("state") / LEXICON
