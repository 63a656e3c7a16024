"""Running the cells of a document in an IPython shell inside the process."""

from __future__ import annotations

import contextlib
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from pipeline.errors import NotPublished, PipelineError, PublishError
from pipeline.render.features import unsupported
from pipeline.render.qmd import Cell, Document, Markdown, Places, inline_code
from pipeline.wording import withheld
from pipeline.wording.markdown import literal

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def run(document: Document, shell: InteractiveShell, places: Places) -> str:
    """Return the Markdown of a document whose cells and inline code have been run in order.

    Parameters
    ----------
    document : the document to run, in its own folder.
    shell : an IPython shell, whose names are cleared first (:func:`new_shell`).
    places : where the document's lines stand for the author, for errors.

    Raises
    ------
    PublishError
        Naming file and line of the cell, when a cell fails or displays what is not Markdown.
    """
    execute = document.settings.get("execute") or {}
    parts: list[str] = []
    with _main_kept(), contextlib.chdir(document.path.parent), _warnings(execute.get("warning", True)):
        sys.modules["__main__"] = shell.user_module
        shell.reset(new_session=False)
        for block in document.blocks:
            if isinstance(block, Cell):
                parts.append(_run_cell(block, shell, places, bool(execute.get("echo", True))))
            else:
                parts.append(_fill_inline(block, shell, places))
    return "\n".join(parts) + "\n"


def new_shell(folder: Path) -> InteractiveShell:
    """Return an IPython shell that keeps no history and whose profile is in ``folder``, not in the user's home."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class Collecting(DisplayHook):
        """Keep what the last expression of a cell displays, instead of printing it."""

        collected: ClassVar[list[dict[str, Any]]] = []

        def write_output_prompt(self) -> None:
            pass

        def write_format_data(self, format_dict: dict[str, Any], md_dict: object = None) -> None:
            self.collected.append(format_dict)

        def finish_displayhook(self) -> None:
            pass

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.cache_size = 0
    with _main_kept():
        return InteractiveShell.instance(config=config, displayhook_class=Collecting, ipython_dir=str(folder))


@contextlib.contextmanager
def _main_kept() -> Iterator[None]:
    # a shell makes its own namespace the main module, and then no worker process can be started any more
    main = sys.modules["__main__"]
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextlib.contextmanager
def _warnings(shown: object) -> Iterator[None]:
    import warnings

    with warnings.catch_warnings():
        if shown is False:
            warnings.simplefilter("ignore")
        yield


def _run_cell(cell: Cell, shell: InteractiveShell, places: Places, echo_all: bool) -> str:
    shown = ""
    if cell.option("echo", echo_all) and cell.option("include", True) and cell.source.strip():
        shown = f"```python\n{cell.source}\n```\n"
    if cell.option("eval", True) is False:
        return shown
    outputs, printed = _execute(cell, shell, places)
    if cell.option("include", True) is False or cell.option("output", True) is False:
        return shown
    where = places.of(cell.path, cell.line)
    asis = cell.option("output", True) == "asis"
    if printed and not asis:
        raise unsupported("a cell that prints without '#| output: asis'", where, found=printed.strip()[:80])
    texts = [printed] if printed else []
    for data in outputs:
        if "text/markdown" not in data:
            raise unsupported(
                "a cell that displays something else than Markdown",
                where,
                str(data.get("text/plain", sorted(data)))[:80],
                "IPython.display.Markdown",
            )
        text = str(data["text/markdown"])
        texts.append(text if asis else f"::: {{.cell-output}}\n{text}\n:::\n")
    return shown + "\n\n" + "\n\n".join(texts) + "\n\n"


def _execute(cell: Cell, shell: InteractiveShell, places: Places) -> tuple[list[dict[str, Any]], str]:
    from IPython.utils.capture import capture_output

    showtraceback = shell.showtraceback
    last = cast("Any", shell.displayhook).collected
    last.clear()
    shell.showtraceback = lambda *a, **k: None  # type: ignore[method-assign]
    try:
        with capture_output() as captured:
            outcome = shell.run_cell(cell.source, store_history=False, silent=False)
    finally:
        shell.showtraceback = showtraceback  # type: ignore[method-assign]
    error = outcome.error_before_exec or outcome.error_in_exec
    if isinstance(error, NotPublished):
        return [{"text/markdown": _passage(error, shell)}], captured.stdout
    if error is not None:
        raise _failed(error, places, cell.path, cell.first) from error
    return [*[o.data for o in captured.outputs], *last], captured.stdout


def _passage(error: NotPublished, shell: InteractiveShell) -> str:
    """Return what stands in place of a passage that concludes from a hidden number: no document stops for one."""
    return literal(withheld.passage(error, str(shell.user_ns.get("lang", "fr"))))


def _failed(error: BaseException, places: Places, path: Path, first: int) -> PublishError:
    """Return what went wrong in a cell, in the words of the pipeline when it is one of its errors."""
    where = places.of(path, first + _line_within(error) - 1)
    if isinstance(error, PipelineError):
        return PublishError(error.problem, where=where, found=error.found, allowed=error.allowed, action=error.action)
    return PublishError("a cell failed", where=where, found=f"{type(error).__name__}: {error}")


def _line_within(error: BaseException) -> int:
    if isinstance(error, SyntaxError) and error.lineno:
        return error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    own = [f.lineno for f in frames if f.filename.startswith(("<ipython-input", "/tmp/ipykernel", "<cell"))]
    return (own[0] or 1) if own else 1


def _fill_inline(block: Markdown, shell: InteractiveShell, places: Places) -> str:
    pieces: list[str] = []
    at = 0
    for start, end, _, expression in inline_code(block.text):
        pieces += [block.text[at:start], _evaluate(expression, block, start, shell, places)]
        at = end
    return "".join([*pieces, block.text[at:]])


def _evaluate(expression: str, block: Markdown, start: int, shell: InteractiveShell, places: Places) -> str:
    line = block.line + block.text.count("\n", 0, start)
    try:
        value = eval(compile(expression, "<cell>", "eval"), shell.user_ns)
    except NotPublished as error:
        return _passage(error, shell)
    except Exception as error:
        raise _failed(error, places, block.path, line) from error
    markdown = getattr(value, "_repr_markdown_", None)
    if markdown is not None:
        return str(markdown())
    if isinstance(value, str):
        return literal(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    raise unsupported(
        "inline code that gives neither Markdown nor text", places.of(block.path, line), type(value).__name__
    )
