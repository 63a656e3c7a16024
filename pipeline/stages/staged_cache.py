"""Documents that were staged before, by the digest of all that they are made of: a changed chapter stages its own."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path

from pipeline import provenance
from pipeline.evaluation import Evaluation
from pipeline.publish.documents.site import SitePage
from pipeline.publish.documents.staging import PLACES, TEXT, TRACE, Before
from pipeline.publish.render.staging import Staged
from pipeline.stages import freshness, grounds
from pipeline.stages.cache import Cache
from pipeline.wording.dependence import content
from pipeline.wording.words import Words

#: What names the chapters that a document takes.
_CHAPTERS = re.compile(r"\{\{<\s*chapters\s+([\w-]+)")
#: What else is held of a document: how many lines stand before its body.
_SHIFT = "shift"
#: Which texts it asked for, and their digest.
_ASKED = "asked.json"
#: The stages whose results documents are made of.
_STAGES = ("ingest", "weight", "analyse", "protect", "state", "draw")


class StagedCache:
    """The documents of one language as they were staged.

    A text counts for the documents that asked for it when they were staged, a chapter for those that take it. What is
    neither counts for all: code, results, figures, nouns, theme, and the front matter of every document.
    """

    def __init__(self, evaluation: Evaluation, words: Words, cache: Cache) -> None:
        self.evaluation, self.words, self.cache = evaluation, words, cache
        self._new: dict[str, str] = {}

    def find(self, page: SitePage, figures: Mapping[str, Path], beside: str) -> Before | None:
        """Return a document as it was staged before, None where it is not held.

        Parameters
        ----------
        figures : those of its place.   beside : what else it is made of.
        """
        digest = self._digest(page, beside)
        held = self.cache.held(digest)
        if not held or not self._says_the_same(held.pop(_ASKED)):
            self._new[page.name] = digest
            return None
        shift = int(held.pop(_SHIFT).read_text(encoding="utf-8"))
        return Before(page.name, page.document.path, figures, held, shift)

    def keep(self, page: SitePage, staged: Staged, asked: Collection[str]) -> None:
        """Hold a document that was staged, and was not found before.

        Parameters
        ----------
        asked : keys of the texts that it asked for.
        """
        if digest := self._new.pop(page.name, None):
            files = {ending: staged.path.with_name(f"{page.name}{ending}") for ending in (TEXT, PLACES, TRACE)}
            told = json.dumps({"keys": sorted(asked), "digest": self._of_texts(asked)})
            self.cache.keep(digest, {**files, _SHIFT: str(staged.shift), _ASKED: told})

    def _says_the_same(self, asked: Path) -> bool:
        """Return whether the texts that a document asked for are as they were."""
        told = json.loads(asked.read_text(encoding="utf-8"))
        return bool(told["digest"] == self._of_texts(told["keys"]))

    def _of_texts(self, keys: Collection[str]) -> str:
        return provenance.digest_of([json.dumps(content(self.words.texts, keys))])

    def _digest(self, page: SitePage, beside: str) -> str:
        source = page.document.path
        named = set(_CHAPTERS.findall(source.read_text(encoding="utf-8")))
        chapters = [told for name, told in self._chapters if name is None or name in named]
        return provenance.digest_of([self._shared, page.name, beside, *_digests([source]), *chapters])

    @cached_property
    def _chapters(self) -> list[tuple[str | None, str]]:
        """Return name and digest of each chapter; the evaluation's own, which every document may take, have none."""
        own = self.evaluation.folder / "chapters" / self.words.lang
        found = [p for p in self._files if p.suffix == ".qmd" and (self._folder in p.parents or own in p.parents)]
        names = [None if own in p.parents else p.stem for p in found]
        return list(zip(names, _digests(found), strict=True))

    @cached_property
    def _files(self) -> list[Path]:
        return grounds.document_files(self.evaluation)

    @property
    def _folder(self) -> Path:
        return self.evaluation.root / "reports" / self.words.lang

    @cached_property
    def _shared(self) -> str:
        """Return the digest of all that every document of the language may be made of."""
        evaluation = self.evaluation
        declared = [*evaluation.declaration_files(), *grounds.own_questions(evaluation)]
        return provenance.digest_of(
            [
                f"staged in {self.words.lang} in {evaluation.root}",
                grounds.code_digest("publish", evaluation),
                *(freshness.content(evaluation.stage(name)) for name in _STAGES),
                *_digests([*declared, *grounds.reference_files(evaluation), evaluation.root / "requirements.lock"]),
                *map(str, self._files),
                *(f"{name} {noun}" for name, noun in self.words.vocabulary.items()),
                *(f"{name} {noun}" for name, noun in self.words.populations.items()),
                *_digests([p for p in self._files if p.suffix != ".qmd" and self._counts_for_all(p)]),
                *(_front(p) for p in self._files if p.parent == self._folder and p.suffix == ".qmd"),
            ]
        )

    def _counts_for_all(self, path: Path) -> bool:
        """Return whether a file counts for all documents: none of words, that of a question in another language."""
        folders = (self.evaluation.root / "reports", self.evaluation.folder / "words")
        languages = self.evaluation.settings.languages
        of = [lang for lang in languages if any(folder / lang in path.parents for folder in folders)]
        if self.words.lang in of:
            # its texts count where they are asked for
            return path.suffix != ".yaml"
        # what questions have no part in, any may take
        return path.name.startswith("_") or not of


def _digests(paths: list[Path]) -> list[str]:
    return [f"{path} {provenance.file_digest(path)}" for path in paths if path.is_file()]


def _front(path: Path) -> str:
    """Return the front matter of a document: other documents tell its title and lead to it."""
    return path.read_text(encoding="utf-8").partition("\n---")[0]
