"""A project of one's own: documents, words, reference tables and an example, copied from what was installed.

What is copied is written down with its digest (``.evaluation-project.json``), so that a later version brings what is
new and leaves alone what was changed by hand.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import EvaluationError
from pipeline.provenance import file_digest
from pipeline.stages.schemas import write_schemas

#: Folder beside the installed package that holds what a project starts from; a checkout holds it at its root.
CARRIED = "evaluation_project"
#: What was copied: file -> digest.
LEDGER = ".evaluation-project.json"
#: The evaluation that a project starts with.
EXAMPLE = "miniature"
_FOLDERS = ("reports/{lang}", "reports/theme", "data/reference")
_FILES = ("reports/_quarto.yml", "requirements.lock")
#: What else lies at the root of a project.
_STARTER = "starter"
#: What is called otherwise there, where it would count for the checkout itself.
_NAMED = {"gitignore": ".gitignore"}


def init(folder: Path, every_example: bool = False) -> list[str]:
    """Make a project, or bring one up to this version, and say what was done.

    Parameters
    ----------
    folder : the project; it is made where it is not there.
    every_example : whether all shipped evaluations are copied, and not only the small one.

    Raises
    ------
    EvaluationError
        When a folder that is no project of this kind holds files already, or none can be made there.
    """
    _make(folder)
    carried = _carried()
    ledger = _ledger(folder)
    files = dict(_to_copy(carried, every_example))
    if ledger is None and any(folder.iterdir()):
        raise EvaluationError(
            "this folder holds other files already, and was left as it is",
            where=str(folder),
            found=sorted(p.name for p in folder.iterdir())[:5],
            allowed="a new folder, an empty one, or a project that `evaluation init` made",
            action="give another folder",
        )
    before = ledger or {}
    changed = [name for name in files if _is_changed(folder / name, before.get(name))]
    new = {name: path for name, path in files.items() if name not in changed}
    for name, path in new.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / name)
    for name in ("data/raw", "surveys"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    write_schemas(folder)
    digests = before | {name: file_digest(path) for name, path in new.items()}
    (folder / LEDGER).write_text(json.dumps(dict(sorted(digests.items())), indent=1) + "\n", encoding="utf-8")
    return [
        f"{'made' if ledger is None else 'brought up to this version'}: {folder} ({len(new)} files)",
        *(f"left as you changed it: {name}" for name in changed),
        f"next: cd {folder} && make report",
    ]


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileNotFoundError, FileExistsError, NotADirectoryError) as fault:
        problem, action = "no folder can be made here", "give another folder"
        found = f"{fault.filename}: {fault.strerror}"
        raise EvaluationError(problem, where=str(folder), found=found, action=action) from None


def _carried() -> Path:
    """Return the folder that holds what a project starts from."""
    beside = Path(__file__).parents[2]
    return beside / CARRIED if (beside / CARRIED).is_dir() else beside


def _ledger(folder: Path) -> dict[str, str] | None:
    path = folder / LEDGER
    try:
        read: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        raise EvaluationError(
            "the list of what was copied cannot be read",
            where=str(path),
            action="bring back the file from your versions, or make a new project beside",
        ) from None
    return read


def _is_changed(path: Path, copied: str | None) -> bool:
    """Return whether a file stands that is not as it was copied."""
    return path.is_file() and file_digest(path) != copied


def _to_copy(carried: Path, every_example: bool) -> Iterator[tuple[str, Path]]:
    """Yield the files of a new project: their place in it, and where they are taken from."""
    languages = sorted(p.parent.name for p in (carried / "reports").glob("*/_common.yaml"))
    folders = list(dict.fromkeys(f.format(lang=lang) for f in _FOLDERS for lang in languages))
    shipped = sorted(p.parent.name for p in (carried / "surveys").glob("*/evaluation.yaml"))
    folders += [f"surveys/{name}" for name in shipped if every_example or name == EXAMPLE]
    for path in (p for folder in folders for p in sorted((carried / folder).rglob("*"))):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(carried).as_posix(), path
    yield from ((name, carried / name) for name in _FILES)
    for path in sorted(p for p in (carried / _STARTER).rglob("*") if p.is_file()):
        name = path.relative_to(carried / _STARTER).as_posix()
        yield _NAMED.get(name, name), path
