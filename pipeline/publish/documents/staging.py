"""Staging the documents of a language: one Quarto project of plain Markdown, which either renderer takes as it is.

Beside every document stand ``<document>.map.json``, the author's place of each of its lines, and
``<document>.trace.json``, what it says: languages say the same when their traces are equal.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import PublishError
from pipeline.publish.documents.chapters import Planned, assemble
from pipeline.publish.documents.expansion import Expanded, Shelf, expand
from pipeline.publish.documents.site import DOCUMENTS, FRONT
from pipeline.publish.render import features, qmd
from pipeline.publish.render.staging import Staged, copy_whole, defaults, merge, stage_theme
from pipeline.wording import typography

#: libyaml where PyYAML was built with it: as safe as the emitter in Python, and four times faster.
_Emitter: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
#: Front matter that staging itself reads.
_OURS = ("part", "parts", "order", "document", "once", *FRONT)
#: What follows the name of a document in the names of the files that staging writes of it.
TEXT, PLACES, TRACE = ".qmd", ".map.json", ".trace.json"
#: A link to a document of the site, and a line of a list that begins with one.
_LINK = re.compile(rf"\[([^\]]*)\]\((?:\.\./)?({'|'.join(DOCUMENTS)})\.html(?:#[^)]*)?\)")
_ITEM = re.compile(rf"\s*[-*]\s+{_LINK.pattern}")


@dataclass(frozen=True)
class Page:
    """One document to stage.

    name : of the staged file, without ``.qmd``.   source : the author's document in ``reports/<lang>/``.
    settings : over its front matter.   own : the folder of the evaluation's own chapters.
    figures : files to stand beside it, by the path that the document gives them.   formats : of Quarto, those it has.
    """

    name: str
    source: Path
    shelf: Shelf
    settings: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, Path] = field(default_factory=dict)
    own: Path | None = None
    formats: tuple[str, ...] = ("html", "typst")


@dataclass(frozen=True)
class Before:
    """A document that was staged before, of all the same.

    name, source, figures : as of a page.   files : those that staging wrote, by what follows the document's name.
    shift : the lines before its body.
    """

    name: str
    source: Path
    figures: Mapping[str, Path]
    files: Mapping[str, Path]
    shift: int


def stage_language(
    pages: Iterable[Page | Before],
    names: Collection[str],
    folder: Path,
    themes: Sequence[Path],
    plan: Sequence[Planned],
    edition: int,
) -> Iterator[Staged]:
    """Stage documents into ``folder``, emptied first, and yield each in order once it is staged.

    Parameters
    ----------
    names : of all documents of the language, which links may lead to.

    Raises
    ------
    PublishError
        With the author's file and line, for what a document asks that does not exist.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # the settings of a page name ../theme, which stands beside the languages
    stage_theme(themes, folder.parent)
    (folder / "_quarto.yml").write_text("project: {type: default}\n", encoding="utf-8")
    shown: set[str] = set()
    for page in pages:
        # a name of a figure is that of one file, in whatever document it stands
        _show({name: source for name, source in page.figures.items() if name not in shown}, folder)
        shown |= page.figures.keys()
        yield _again(page, folder, edition) if isinstance(page, Before) else _staged(page, names, folder, plan, edition)


def _again(page: Before, folder: Path, edition: int) -> Staged:
    for ending, path in page.files.items():
        shutil.copyfile(path, folder / f"{page.name}{ending}")
    places = json.loads(page.files[PLACES].read_text(encoding="utf-8"))
    return Staged(folder / f"{page.name}{TEXT}", page.source, page.shift, edition, tuple(places))


def _staged(page: Page, names: Collection[str], folder: Path, plan: Sequence[Planned], edition: int) -> Staged:
    document = assemble(page.source, plan, page.own)
    expanded = expand(document, page.shelf)
    lines = [_linked(line, names) for line in expanded.lines]
    return _write(page, document.settings, replace(expanded, lines=tuple(lines)), folder, edition)


def _linked(line: str, names: Collection[str]) -> str:
    """Return a line whose links lead to documents that the site has: an evaluation chooses some.

    A line of a list that presents another one is empty; elsewhere the text of the link stays.
    """
    item = _ITEM.match(line)
    if item and item.group(2) not in names:
        return ""
    return _LINK.sub(lambda link: link.group() if link.group(2) in names else link.group(1), line)


def _write(page: Page, front: dict[str, Any], expanded: Expanded, folder: Path, edition: int) -> Staged:
    own = {k: v for k, v in front.items() if k not in _OURS}
    settings = merge(merge(defaults(page.source), own), dict(page.settings))
    settings["format"] = {k: v for k, v in settings.get("format", {}).items() if k in page.formats}
    head = yaml.dump(settings, Dumper=_Emitter, allow_unicode=True, sort_keys=False, width=10_000).splitlines()
    body = typography.apply("\n".join(expanded.lines) + "\n", page.shelf.lang)
    text = "\n".join(["---", *head, "---", body])
    written = {
        TEXT: text,
        PLACES: _json(list(expanded.places)),
        TRACE: _json([asdict(told) for told in expanded.told]),
    }
    for ending, content in written.items():
        (folder / f"{page.name}{ending}").write_text(content, encoding="utf-8")
    return Staged(folder / f"{page.name}{TEXT}", page.source, len(head) + 2, edition, expanded.places)


def _show(figures: Mapping[str, Path], folder: Path) -> None:
    for name, source in figures.items():
        # the home shows figures of a report that is rendered meanwhile
        copy_whole(source, folder / name)


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def check_staged(staged: Staged) -> None:
    """Refuse a staged document that still holds a shortcode or what the embedded renderer does not have.

    Raises
    ------
    PublishError
        With the author's file and line.
    """
    try:
        features.check(qmd.read(staged.path))
    except PublishError as fault:
        file, _, line = str(fault.where).rpartition(":")
        where = staged.places.of(Path(file), int(line)) if line.isdigit() else fault.where
        raise PublishError(
            fault.problem, where=where, found=fault.found, allowed=fault.allowed, action=fault.action
        ) from None
