"""Rendering staged documents beside the staging of others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from pipeline.errors import working_on
from pipeline.publish.documents.staging import check_staged
from pipeline.publish.render import embedded, paragraphs, quarto
from pipeline.publish.render.paragraphs import Changed
from pipeline.publish.render.ready_programs import ReadyPrograms
from pipeline.publish.render.staging import Staged
from pipeline.publish.render.unfinished import refuse_unfinished
from pipeline.stages.render_cache import RenderCache

#: A staged document and its target file by format.
Rendering = tuple[Staged, Mapping[str, Path]]
#: What Pandoc takes at once, in characters, a run of it going on: some sheets, or one report. Less of them, and the
#: renderers begin while others are staged, and end together.
BATCH = 60_000


class Renderer:
    """Renders documents as they come, several at once; those that were rendered before are taken from the cache."""

    def __init__(self, pool: ThreadPoolExecutor, name: str, cache: RenderCache | None, programs: ReadyPrograms) -> None:
        self._pool, self._name, self._cache, self._programs = pool, name, cache, programs
        self._waiting: list[Rendering] = []
        self._changed: list[Changed] = []
        self._running: list[tuple[list[Rendering], Future[None]]] = []
        self._restored = 0

    def take(self, each: Rendering) -> None:
        """Have a document rendered, with others once there are enough of them."""
        if self._cache and self._cache.restore(*each):
            self._restored += 1
            return
        if self._cache and (changed := self._cache.changed(*each)):
            self._changed.append(changed)
        else:
            self._waiting.append(each)
        # a renderer that is a run of its own for every document has nothing to gain by waiting
        if self._cache is None or sum(map(_size, (*self._waiting, *map(_rendering, self._changed)))) > BATCH:
            self.begin()

    def begin(self) -> None:
        """Have those rendered that wait for others."""
        if self._waiting:
            self._running.append((self._waiting, self._pool.submit(_render, self._waiting, self._name, self._programs)))
        if self._changed:
            running = self._pool.submit(_render_changed, self._changed, self._name, self._programs)
            self._running.append((list(map(_rendering, self._changed)), running))
        self._waiting, self._changed = [], []

    def finish(self, step: Callable[[str, int, int], None]) -> int:
        """Return how many documents there are, once all are rendered."""
        self.begin()
        done = self._restored
        total = done + sum(len(batch) for batch, _ in self._running)
        for batch, running in self._running:
            running.result()
            done += len(batch)
            step(batch[-1][0].path.stem, done, total)
            if self._cache:
                for each in batch:
                    self._cache.keep(*each)
        return total


def _size(rendering: Rendering) -> int:
    return rendering[0].path.stat().st_size


def _rendering(changed: Changed) -> Rendering:
    return changed.staged, changed.targets


def _render_changed(batch: Sequence[Changed], renderer: str, programs: ReadyPrograms) -> None:
    """Render what changed of documents, and those whole of which that cannot be."""
    if left := paragraphs.render(batch, programs):
        _render(list(map(_rendering, left)), renderer, programs)


def _render(batch: Sequence[Rendering], renderer: str, programs: ReadyPrograms) -> None:
    for _, targets in batch:
        for target in targets.values():
            target.parent.mkdir(parents=True, exist_ok=True)
    if renderer == "quarto":
        for staged, targets in batch:
            with working_on(f"the document {staged.origin.name}"):
                quarto.render(staged, targets)
    else:
        for staged, _ in batch:
            check_staged(staged)
        embedded.render(batch, programs)
    for staged, targets in batch:
        if "html" in targets:
            refuse_unfinished(targets["html"], staged.origin, staged.path)
