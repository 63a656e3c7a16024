"""What a stage is made from: code, locked libraries, settings and files, as one digest."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import provenance
from pipeline.errors import IngestError
from pipeline.evaluation import Evaluation
from pipeline.stages.dependence import code_of
from pipeline.stages.typefaces import typeface_folder

#: What stands for the digest of a received file that is not there, which the stage ingest says in its order.
ABSENT = "absent"
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


@dataclass(frozen=True)
class Grounds:
    """All that a stage is made from.

    code, lock : digests of the package's files that it depends on, and of the locked libraries.
    settings : of the run.   before : the digest of what the stages before it made.
    read : digest of each file that it reads, by its name in the manifest.
    """

    stage: str
    code: str
    lock: str
    settings: str
    before: str
    read: Mapping[str, str]

    @property
    def digest(self) -> str:
        """Return one digest over all."""
        files = [part for name in sorted(self.read) for part in (name, self.read[name])]
        return provenance.digest_of([self.stage, self.code, self.lock, self.settings, self.before, *files])

    def told(self) -> dict[str, Any]:
        """Return what the stamp of a stage keeps of it."""
        return {
            "code": self.code,
            "lock": self.lock,
            "settings": self.settings,
            "before": self.before,
            "read": self.read,
        }


def grounds(stage: str, evaluation: Evaluation, settings: str, before: str) -> Grounds:
    """Return code, settings and files that ``stage`` reads; ``before`` is of what stages before it made.

    Raises
    ------
    IngestError
        When a received file is missing.
    """
    read = dict(_files_digests(stage, evaluation))
    return Grounds(stage, code_digest(stage, evaluation), _lock(evaluation), settings, before, read)


def _files_digests(stage: str, evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    for path in files_read(stage, evaluation):
        if path.is_file():
            digest = provenance.file_digest(path)
            if digest != evaluation.as_read.get(path, digest):
                raise _changed(f"a declaration that {stage} takes changed since it was read", str(path))
            yield name_of(path, evaluation), digest
        elif stage == "ingest" and _ingest_tells(path, evaluation):
            yield name_of(path, evaluation), ABSENT
        else:
            raise IngestError(
                "a received file is missing",
                where=str(path),
                allowed=f"the files that {evaluation.folder / 'evaluation.yaml'} names under sources",
                action=_remedy(path, evaluation),
            )


def name_of(path: Path, evaluation: Evaluation) -> str:
    """Return the name of a file in the manifest: of received files from their folder, of others from the project's."""
    for folder in (evaluation.data, evaluation.root):
        if path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return path.name


def refuse_changed(before: Grounds, evaluation: Evaluation) -> None:
    """Refuse what a stage made of files that are others by its end: nobody can say which bytes it read.

    Raises
    ------
    IngestError
        Naming the files.
    """
    now = dict(_files_digests(before.stage, evaluation))
    if names := provenance.differing(before.read, now):
        found = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
        raise _changed(f"what the stage {before.stage} reads changed while it ran", str(evaluation.root), found)


def _changed(problem: str, where: str, found: str | None = None) -> IngestError:
    return IngestError(
        problem,
        where=where,
        found=found,
        allowed="files that nobody writes to during a run",
        action="run again once they are complete; the last good output is in place",
    )


def files_read(stage: str, evaluation: Evaluation) -> list[Path]:
    """Return the files that a stage reads besides the output of earlier stages."""
    declared = [p for p in evaluation.declaration_files() if p.name != "truth.yaml"]
    if stage == "ingest":
        corrections = [p for p in (evaluation.corrections,) if p.is_file()]
        return [*evaluation.received_files(), *corrections, *declared, *reference_files(evaluation)]
    # what is said of a question changes no number
    own = [p for p in own_questions(evaluation) if stage != "analyse" or p.name != "__init__.py"]
    if stage in ("analyse", "state"):
        return [*declared, *own, *reference_files(evaluation)]
    if stage == "draw":
        return [*declared, *own, *reference_files(evaluation), *typeface_files(evaluation)]
    if stage == "protect":
        return [*declared, *evaluation.ledgers()]
    if stage == "publish":
        return [*declared, *own, *document_files(evaluation), *evaluation.manifests()]
    return declared


def _ingest_tells(path: Path, evaluation: Evaluation) -> bool:
    """Return whether an absent file is one of several received ones: ingest tells it along with all other faults."""
    received = [evaluation.received(f) for s in evaluation.settings.sources for f in s.every_file]
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


def typeface_files(evaluation: Evaluation) -> list[Path]:
    """Return the typeface by which figures are laid out."""
    return sorted(p for p in typeface_folder(evaluation).glob("*") if p.suffix in (".ttf", ".woff2"))


def document_files(evaluation: Evaluation) -> list[Path]:
    """Return the Quarto documents, the theme, and the evaluation's own passages."""
    hidden = {"_site", ".quarto", "__pycache__"}
    folders = (evaluation.root / "reports", *(evaluation.folder / name for name in ("texts", "words", "chapters")))
    return sorted(p for folder in folders for p in folder.rglob("*") if p.is_file() and not hidden & set(p.parts))


def words_files(evaluation: Evaluation) -> list[Path]:
    """Return the words of documents and questions; what labels and figures take has a digest of its own."""
    return [p for p in document_files(evaluation) if p.suffix == ".yaml"]


def of_words(evaluation: Evaluation) -> str:
    """Return the digest of all that labels and figures take of words; these are read only when a file of them changed.

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


def _lock(evaluation: Evaluation) -> str:
    lock = evaluation.root / "requirements.lock"
    return provenance.file_digest(lock) if lock.is_file() else ""
