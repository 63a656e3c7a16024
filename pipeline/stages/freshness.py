"""What is out of date: one digest of everything a stage's output depends on."""

from __future__ import annotations

import json
import re
from pathlib import Path

from pipeline import provenance
from pipeline.errors import IngestError
from pipeline.evaluation import Evaluation
from pipeline.stages.dependence import code_of

STAMP = "stage.json"
#: What the folder of a question says about its pages; its numbers do not depend on it.
_SAID = re.compile(r"questions/(labelling|\w+/(__init__|labels))\.py")


def code_digest(stage: str, evaluation: Evaluation) -> str:
    """Return one digest of the package's files that a stage depends on: what it imports, and the questions it calls."""
    package = Path(__file__).parents[1]
    files = {p.relative_to(package).as_posix(): p for p in code_of(stage, called(stage, evaluation))}
    if stage == "analyse":
        files = {name: path for name, path in files.items() if not _SAID.fullmatch(name)}
    return provenance.digest_of(f"{name} {provenance.file_digest(path)}" for name, path in sorted(files.items()))


def called(stage: str, evaluation: Evaluation) -> list[str]:
    """Return the modules of questions that a stage calls by name: to answer the planned, or to say what all tell."""
    folder = Path(__file__).parents[1] / "questions"
    if stage == "analyse":
        planned = sorted({entry.question for entry in evaluation.settings.plan})
        return [f"{name}.{path.stem}" for name in planned for path in sorted((folder / name).glob("*.py"))]
    if stage in ("state", "draw", "publish"):
        said = [path.parent.name for path in sorted(folder.glob("*/__init__.py"))]
        return said + [f"{path.parent.name}.labels" for path in sorted(folder.glob("*/labels.py"))]
    return []


def stage_digest(stage: str, evaluation: Evaluation, settings: str, before: str) -> str:
    """Return the digest of code, settings and files that ``stage`` reads; ``before`` is of what stages before it made.

    Raises
    ------
    IngestError
        When a received file is missing.
    """
    parts = [stage, code_digest(stage, evaluation), settings, before, *_lock(evaluation)]
    for path in files_read(stage, evaluation):
        if not path.is_file() and stage == "ingest" and _ingest_tells(path, evaluation):
            parts += [path.name, "absent"]
            continue
        if not path.is_file():
            raise IngestError(
                "a received file is missing",
                where=str(path),
                allowed=f"the files that {evaluation.folder / 'evaluation.yaml'} names under sources",
                action=_remedy(path, evaluation),
            )
        parts += [path.name, provenance.file_digest(path)]
    return provenance.digest_of(parts)


def files_read(stage: str, evaluation: Evaluation) -> list[Path]:
    """Return the files that a stage reads besides the output of earlier stages."""
    declared = [p for p in evaluation.declaration_files() if p.name != "truth.yaml"]
    if stage == "ingest":
        corrections = [p for p in (evaluation.corrections,) if p.is_file()]
        return [*evaluation.received_files(), *corrections, *declared, *reference_files(evaluation)]
    # what is said of a question changes no number
    own = [p for p in own_questions(evaluation) if stage != "analyse" or p.name != "__init__.py"]
    if stage == "state":
        return [*declared, *own, *reference_files(evaluation), *words_files(evaluation)]
    if stage in ("analyse", "draw"):
        return [*declared, *own, *reference_files(evaluation)]
    if stage == "protect":
        return [*declared, *evaluation.ledgers()]
    if stage == "publish":
        return [*declared, *own, *document_files(evaluation)]
    return declared


def _ingest_tells(path: Path, evaluation: Evaluation) -> bool:
    """Return whether an absent file is one of several received ones: ingest tells it along with all other faults."""
    received = [evaluation.received(f) for s in evaluation.settings.sources for f in s.files.values()]
    forgotten = (evaluation.build / "forgotten.json").is_file()
    return path in received and not forgotten and any(p.is_file() for p in received)


def _remedy(path: Path, evaluation: Evaluation) -> str:
    """Return what to do about a received file that is not there."""
    name = evaluation.name
    if (evaluation.build / "forgotten.json").is_file():
        return f"nothing: its individual data were destroyed (build/{name}/forgotten.json); the published site stands"
    if evaluation.settings.synthetic:
        return f"run `python -m pipeline simulate {name}`, which writes the files of a synthetic evaluation anew"
    if path in {evaluation.data / s.comments.codes for s in evaluation.settings.sources if s.comments}:
        return f"`python -m pipeline comments {name}` writes the sheet to code; code it and save it there"
    return "put the file there, correct its path in evaluation.yaml, or give its folder with --data DIR"


def reference_files(evaluation: Evaluation) -> list[Path]:
    """Return the tables of data/reference that stages may read."""
    folder = evaluation.root / "data" / "reference"
    return sorted(p for p in folder.rglob("*") if p.suffix in (".csv", ".gz", ".geojson"))


def own_questions(evaluation: Evaluation) -> list[Path]:
    """Return the code of the project's own questions, which the stages import as they do the package's."""
    return sorted((evaluation.root / "questions").rglob("*.py"))


def document_files(evaluation: Evaluation) -> list[Path]:
    """Return the Quarto documents, the theme, and the evaluation's own passages."""
    hidden = {"_site", ".quarto", "__pycache__"}
    folders = (evaluation.root / "reports", *(evaluation.folder / name for name in ("texts", "words", "chapters")))
    return sorted(p for folder in folders for p in folder.rglob("*") if p.is_file() and not hidden & set(p.parts))


def words_files(evaluation: Evaluation) -> list[Path]:
    """Return the words of documents and questions; what figures take of them has a digest of its own."""
    return [p for p in document_files(evaluation) if p.suffix == ".yaml"]


def of_words(evaluation: Evaluation) -> str:
    """Return the digest of all that figures take of words; words are read only when their files are others than before.

    What was found last is kept in ``build/<evaluation>/figure-words.json``, beside the digest of what it was made of.
    """
    read = [*words_files(evaluation), *(p for p in evaluation.declaration_files() if p.suffix == ".yaml")]
    code = code_digest("language", evaluation)
    files = provenance.digest_of([code, *(f"{path} {provenance.file_digest(path)}" for path in read)])
    kept = evaluation.build / "figure-words.json"
    try:
        found = json.loads(kept.read_text(encoding="utf-8"))
        if found["files"] == files:
            return str(found["words"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    from pipeline.stages.language import figure_digest

    words = figure_digest(evaluation)
    provenance.write_json(kept, {"files": files, "words": words})
    return words


def _lock(evaluation: Evaluation) -> list[str]:
    lock = evaluation.root / "requirements.lock"
    return [provenance.file_digest(lock)] if lock.is_file() else []


def up_to_date(folder: Path, digest: str) -> bool:
    """Return whether a stage's folder was made from exactly these inputs and still holds all it wrote."""
    try:
        stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return stamp.get("digest") == digest and stamp.get("files") == file_sizes(folder)


def summary(folder: Path) -> str:
    """Return what a stage said of its last good run; empty when it never ran."""
    try:
        return str(json.loads((folder / STAMP).read_text(encoding="utf-8"))["summary"])
    except (OSError, ValueError, KeyError):
        return ""


def content(folder: Path) -> str:
    """Return the digest of all that a stage made in its last good run: what stages after it see of it."""
    return str(json.loads((folder / STAMP).read_text(encoding="utf-8"))["content"])


def stamp(folder: Path, digest: str, said: str) -> None:
    """Mark a finished stage folder with its digest, its files and what the stage said."""
    made = provenance.digest_of(f"{k} {v}" for k, v in provenance.tree_digests(folder, ["."]).items())
    content = {"digest": digest, "files": file_sizes(folder), "content": made, "summary": said}
    provenance.write_json(folder / STAMP, content)


def file_sizes(folder: Path) -> dict[str, int]:
    """Return relative path -> size of every file of a folder, the stamp aside."""
    files = (p for p in sorted(folder.rglob("*")) if p.is_file() and p.name != STAMP)
    return {p.relative_to(folder).as_posix(): p.stat().st_size for p in files}
