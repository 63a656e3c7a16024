"""A document while it is written: staged, rendered and served on this machine, again when what it is made of changes.

Only the page that is looked at is rendered, in HTML; the published site is never touched.
"""

from __future__ import annotations

import errno
import functools
import http.server
import re
import stat
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.errors import PipelineError, PublishError
from pipeline.evaluation import Evaluation
from pipeline.stages import internal
from pipeline.stages.options import Options
from pipeline.stages.order import alone, only_new, run
from pipeline.stages.progress import Progress
from pipeline.stages.typefaces import THEME

#: Only this machine can see it.
LOOPBACK = "127.0.0.1"
#: Seconds between two looks at the files.
PAUSE = 0.5
#: What editors and spreadsheets write beside a file while it is open: hidden files, copies, locks.
_BESIDE = re.compile(r"\A[.#~]|[~#]\Z|\.(?:tmp|bak|swp|part|lock)\Z|\A4913\Z")
#: What a page asks for to learn whether it was rendered again.
_ASKED = "/preview-version"
#: Asks every second, and loads the page again when the answer is another one.
_RELOAD = (
    f"<script>let was; setInterval(async () => {{ const now = await (await fetch('{_ASKED}')).text();"
    " if (was && was !== now) location.reload(); was = now; }, 1000)</script></body>"
)


@dataclass
class Shown:
    """What the server shows: the folder of the site, and how often the page was rendered."""

    folder: Path
    version: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def tell_again(self) -> None:
        """Have open pages load again."""
        with self.lock:
            self.version += 1


def render_page(evaluation: Evaluation, name: str, lang: str, out: Path, progress: Progress) -> Path:
    """Bring the stages before up to date, then stage and render one page; return its HTML file.

    Parameters
    ----------
    evaluation : what is published.
    name : of a staged document: report, brief, methods, territory-<code>...
    lang : one of its languages.
    out : folder for the staged document and the site.
    progress : where to report.

    Raises
    ------
    PublishError
        When there is no such page, or with the author's file and line.
    """
    from pipeline.publish.render import embedded
    from pipeline.stages import documents

    run(evaluation, Options(), progress, last="draw")
    library = documents.Library(evaluation, lang, evaluation.site / "data")
    pages = {page.name: page for page in library.pages}
    if name not in pages:
        raise PublishError(
            "there is no such document", where=evaluation.name, found=name, allowed=sorted(pages), action="name one"
        )
    page = documents.staged_page(evaluation, library, pages[name])
    edition = evaluation.settings.edition
    with alone(evaluation):
        staged = documents.stage_language(
            [page],
            set(pages),
            out / lang,
            [evaluation.root / "reports" / "theme", evaluation.stage("draw") / THEME],
            documents.planned(evaluation),
            edition,
        )
        target = out / "site" / pages[name].outputs["html"]
        target.parent.mkdir(parents=True, exist_ok=True)
        embedded.render([(each, {"html": target}) for each in staged])
    return target


def preview(
    load: Callable[[], Evaluation],
    name: str,
    lang: str | None,
    port: int,
    progress: Progress,
    rounds: int | None = None,
) -> None:
    """Render a page, serve it, and render it again whenever what it is made of changes, until Ctrl-C.

    A mistake, whatever it is, is told on the terminal, and the last good page stays.

    Parameters
    ----------
    load : reads the evaluation again: its declarations may have changed.
    name, lang : of the page; the first language unless told.
    port : of this machine; 0 takes one that is free.
    progress : where to report.
    rounds : looks at the files after which it ends.

    Raises
    ------
    PublishError
        When there is no such page or language, or the port is taken.
    """
    evaluation = load()
    out = evaluation.build / "preview"
    languages = evaluation.settings.languages
    lang = lang or languages[0]
    if lang not in languages:
        raise PublishError(
            "the evaluation is not published in this language",
            where=str(evaluation.folder / "evaluation.yaml"),
            found=lang,
            allowed=languages,
            action="name one of them, or add the language under `languages:`",
        )
    shown = Shown(out / "site")
    page = render_page(evaluation, name, lang, out, progress)
    with _served(shown, port) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        progress.say(
            f"http://{LOOPBACK}:{server.server_port}/{page.relative_to(shown.folder).as_posix()}  (Ctrl-C ends)"
        )
        made = replace(progress, say=only_new(progress.say))
        for changed in _changes(evaluation, rounds):
            progress.say(f"changed: {', '.join(changed)}")
            start = time.monotonic()
            if mistake := _mistake(lambda: render_page(load(), name, lang, out, made)):
                progress.say(f"not rendered {mistake}")
            else:
                shown.tell_again()
                progress.say(f"rendered again in {time.monotonic() - start:.1f} s")
        server.shutdown()


def _mistake(render: Callable[[], object]) -> str:
    """Return what went wrong, nothing where nothing did: whatever it is, the next change may mend it."""
    try:
        render()
    except PipelineError as fault:
        return f"({fault.stage}): {fault}"
    except OSError as fault:
        return f"(machine): {fault.filename or ''}: {fault.strerror or fault}"
    except Exception as fault:
        return f"(internal error): {internal.summary(fault)}"
    return ""


def _changes(evaluation: Evaluation, rounds: int | None) -> Iterator[list[str]]:
    """Yield the names of files that changed since the last look."""
    before = _watched(evaluation)
    while rounds is None or rounds > 0:
        time.sleep(PAUSE)
        rounds = None if rounds is None else rounds - 1
        now = _watched(evaluation)
        changed = sorted(p for p in {*before, *now} if before.get(p) != now.get(p))
        before = now
        if changed:
            yield [path.relative_to(evaluation.root).as_posix() for path in changed]


def _watched(evaluation: Evaluation) -> dict[Path, tuple[int, int]]:
    """Return path -> time and size of every file that documents are written in."""
    folders = (*(evaluation.root / "reports" / lang for lang in evaluation.settings.languages), evaluation.folder)
    found = (path for folder in (*folders, evaluation.root / "reports" / "theme") for path in folder.rglob("*"))
    states = {path: _state(path) for path in found if not _BESIDE.search(path.name)}
    return {path: state for path, state in states.items() if state is not None}


def _state(path: Path) -> tuple[int, int] | None:
    """Return time and size of a file; None of a folder, and of what an editor took away meanwhile."""
    try:
        state = path.stat()
    except OSError:
        return None
    return (state.st_mtime_ns, state.st_size) if stat.S_ISREG(state.st_mode) else None


def _served(shown: Shown, port: int) -> http.server.ThreadingHTTPServer:
    """Return the server of a folder.

    Raises
    ------
    PublishError
        When the port is taken, or not for users.
    """
    try:
        return http.server.ThreadingHTTPServer((LOOPBACK, port), functools.partial(_Handler, shown))
    except OSError as fault:
        problem = "the port is taken" if fault.errno == errno.EADDRINUSE else f"the port is refused: {fault.strerror}"
        raise PublishError(problem, found=port, action="give another one: --port 0 takes one that is free") from None


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the rendered page, which asks whether it was rendered again."""

    def __init__(self, shown: Shown, *arguments: object) -> None:
        self.shown = shown
        super().__init__(*arguments, directory=str(shown.folder))  # type: ignore[arg-type]

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if self.path == _ASKED:
            self._answer(str(self.shown.version).encode(), "text/plain")
        elif path.suffix == ".html" and path.is_file():
            self._answer(path.read_bytes().replace(b"</body>", _RELOAD.encode()), "text/html; charset=utf-8")
        else:
            super().do_GET()

    def _answer(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing of requests."""
