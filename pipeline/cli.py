"""The commands, nothing else. Exit codes: 0 done, 1 bad input, 2 usage, 3 internal fault."""

from __future__ import annotations

import errno
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.errors import PipelineError, trace
from pipeline.interruption import forget_unhandled

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="From received files to a published evaluation.",
)

Name = Annotated[str, typer.Argument(help="Evaluation: a folder below surveys/.")]
Data = Annotated[Path | None, typer.Option("--data", help="Folder of the received files (default data/raw/NAME).")]
Project = Annotated[Path, typer.Option("--project", help="The project's folder (default: the working directory).")]


def _evaluation(name: str, project: Path, data: Path | None) -> Evaluation:
    from pipeline.stages.loading import load_planned

    return load_planned(name, project.resolve(), data.resolve() if data else None)


@app.command()
def report(
    name: Name,
    data: Data = None,
    renderer: Annotated[str, typer.Option(help="auto, quarto or embedded.")] = "auto",
    jobs: Annotated[int, typer.Option(min=1, help="Processes for drawing and rendering.")] = 2,
    again: Annotated[bool, typer.Option("--again", help="Run every stage, up to date or not.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Say of each stage that runs what changed.")] = False,
    research_file: Annotated[
        bool, typer.Option("--research-file", help="Write microdata for other researchers too, refused under k.")
    ] = False,
    docx: Annotated[
        bool, typer.Option("--docx", help="Write brief and report for a word processor too, under build/NAME/docx.")
    ] = False,
    project: Project = Path(),
) -> None:
    """Run every stage that is out of date and publish the site."""
    from pipeline.stages.warm import warm_at_once

    if jobs > 1:
        warm_at_once(project.resolve(), name)
    from pipeline.stages import commands as stages

    evaluation = _evaluation(name, project, data)
    options = stages.Options(renderer=renderer, jobs=jobs, explain=explain)
    print(stages.opening_lines(evaluation, options), flush=True)
    with stages.reporting() as progress:
        stages.run(evaluation, options, progress, again=again)
    print(evaluation.site / "index.html")
    if research_file:
        print(stages.research_file(evaluation))
    if docx:
        print(*stages.write_editable(evaluation), sep="\n")
    if reminder := stages.retention_reminder(evaluation):
        print(reminder)


@app.command()
def index(project: Project = Path()) -> None:
    """Write the page that leads to the published sites of a project."""
    from pipeline.stages import commands as stages

    print(stages.index_of_sites(project.resolve()))


@app.command()
def check(name: Name, data: Data = None, project: Project = Path()) -> None:
    """Read and validate the received files only; exit 1 if anything blocks."""
    from pipeline.stages import commands as stages

    evaluation = _evaluation(name, project, data)
    with stages.reporting() as progress:
        fit = stages.check(evaluation, progress)
    if not fit:
        raise SystemExit(1)


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Name of the new evaluation.")],
    files: Annotated[list[Path], typer.Argument(help="Received files, and the questionnaires that go with them.")],
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing; replace files that exist.")] = False,
    project: Project = Path(),
) -> None:
    """Write a first evaluation from received files, guesses marked for review; it runs at once."""
    from pipeline.stages import commands as stages

    print(stages.new(name, files, project.resolve(), yes))


@app.command()
def add(
    name: Name,
    files: Annotated[list[str], typer.Argument(help="Received files, each FILE or SOURCE=FILE.")],
    wave: Annotated[str | None, typer.Option(help="Name of their wave (default: the year in their names).")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    data: Data = None,
    project: Project = Path(),
) -> None:
    """Add next year's files to an evaluation: its declarations are extended, and nothing that stands is rewritten."""
    from pipeline.stages import commands as stages

    evaluation = _evaluation(name, project, data)
    with stages.reporting() as progress:
        for line in stages.add(evaluation, files, wave, yes, progress):
            print(line)


@app.command()
def simulate(
    name: Name,
    scale: Annotated[float, typer.Option(min=0.01, help="Factor on the number of users.")] = 1.0,
    seed: Annotated[int | None, typer.Option(help="Seed of the fieldwork (default: that of truth.yaml).")] = None,
    scenario: Annotated[str, typer.Option(help="One of the scenarios of truth.yaml.")] = "default",
    data: Data = None,
    project: Project = Path(),
) -> None:
    """Write the received files of a synthetic evaluation again, over those that are there."""
    from pipeline.stages import commands as stages

    evaluation = _evaluation(name, project, data)
    print(stages.simulate_again(evaluation, scale=scale, seed=seed, scenario=scenario))


@app.command()
def comments(name: Name, data: Data = None, project: Project = Path()) -> None:
    """Write the open comments to a local sheet, to be coded into themes (personal data: it stays on this machine)."""
    from pipeline.stages import commands as stages

    print(stages.write_comments(_evaluation(name, project, data)))


@app.command()
def corrections(
    name: Name,
    returned: Annotated[
        list[Path] | None, typer.Argument(help="Sheets that came back; none writes the sheets.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Put corrections.csv beside the received files at once.")] = False,
    data: Data = None,
    project: Project = Path(),
) -> None:
    """Write a sheet a space of what was set aside, to be corrected; or corrections.csv of those that came back."""
    from pipeline.stages import commands as stages

    evaluation = _evaluation(name, project, data)
    with stages.reporting() as progress:
        said = stages.corrections(evaluation, returned or [], progress, yes)
    print(said)


@app.command()
def forget(
    name: Name,
    data: Data = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    project: Project = Path(),
) -> None:
    """Destroy the pseudonym key, the identifying received files and the tables by person; the site stays."""
    from pipeline.stages import commands as stages

    print(stages.forget(_evaluation(name, project, data), yes, typer.confirm))


@app.command()
def proof(
    name: Name,
    languages: Annotated[list[str] | None, typer.Argument(help="Languages (default: those of the chapters).")] = None,
    project: Project = Path(),
) -> None:
    """Print every text of the chapters with values at their edges, to be read before any result exists."""
    from pipeline.stages import commands as stages

    for line in stages.proof(_evaluation(name, project, None), languages or ()):
        print(line)


@app.command()
def export(
    name: Name,
    tool: Annotated[str, typer.Option("--for", help="r: data, design and a script for R's package survey.")],
    data: Data = None,
    project: Project = Path(),
) -> None:
    """Hand a survey over to another tool, which reproduces the published levels (personal data: keep it here)."""
    from pipeline.stages import commands as stages

    evaluation = _evaluation(name, project, data)
    with stages.reporting() as progress:
        told = stages.export(evaluation, tool, progress)
    for line in told:
        print(line)


@app.command()
def preview(
    name: Name,
    document: Annotated[str, typer.Argument(help="report, brief, methods, territory-CODE...")] = "report",
    language: Annotated[
        str | None, typer.Option("--language", help="One of the evaluation's (default: the first).")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of this machine; 0: one that is free.")] = 0,
    data: Data = None,
    project: Project = Path(),
) -> None:
    """Show one document while it is written: rendered again when its chapters, words or declarations change."""
    from pipeline.stages import commands as stages

    stages.preview(lambda: _evaluation(name, project, data), document, language, port, stages.Progress())


@app.command()
def verify(
    name: Name,
    edition: Annotated[
        str | None, typer.Option(help="One that the site keeps (2005, 2006-2): is it intact, what would rebuild it.")
    ] = None,
    data: Data = None,
    project: Project = Path(),
) -> None:
    """Rebuild in a scratch folder and compare with the published manifest; or look at an edition that is kept."""
    from pipeline.stages import commands as stages

    evaluation = _evaluation(name, project, data)
    if edition:
        for line in stages.verify_archived(evaluation, edition):
            print(line)
        return
    stages.settle_environment(evaluation.root)
    with stages.reporting() as progress:
        said = stages.verify(evaluation, stages.Options(), progress)
    print(said)


@app.command()
def compare(
    name: Name,
    earlier: Annotated[Path, typer.Argument(help="Folder of an earlier published site, as it was archived.")],
    project: Project = Path(),
) -> None:
    """Tell which published numbers differ from an earlier publication, and what it was made of that differs."""
    from pipeline.stages import commands as stages

    for line in stages.compare(_evaluation(name, project, None), earlier):
        print(line)


@app.command()
def init(
    folder: Annotated[
        Path, typer.Argument(help="The project's folder: a new one, or one to bring up to this version.")
    ],
    examples: Annotated[bool, typer.Option("--examples", help="Copy every shipped evaluation.")] = False,
) -> None:
    """Make a project of one's own: documents, words, reference tables and a small example, with `make report`."""
    from pipeline.stages import commands as stages

    for line in stages.init(folder, examples):
        print(line)


@app.command()
def schemas(project: Project = Path()) -> None:
    """Write schemas/: by them an editor completes and checks evaluation.yaml and instruments."""
    from pipeline.stages import commands as stages

    for line in stages.write_schemas(project.resolve()):
        print(line)


#: The exit code of what Ctrl-C stopped (128 + SIGINT), and what is said of it.
INTERRUPTED = 130
STOPPED = "stopped; the last good output is in place"


def main() -> None:
    """Run the command line and turn every failure into one message and an exit code."""
    try:
        # without a mode of its own the command line gives the exit code back, that of an interruption among others
        code = app(standalone_mode=False)
    except PipelineError as fault:
        print(f"error ({fault.stage}): {fault}", file=sys.stderr)
        raise SystemExit(1) from None
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except Exception as fault:
        refusal = _refusal(fault)
        raise SystemExit(_machine(refusal) if refusal else _fault(fault)) from None
    if code == INTERRUPTED:
        print(STOPPED, file=sys.stderr)
        forget_unhandled()
    if isinstance(code, int) and code:
        raise SystemExit(code)


#: What a machine refuses, and what to do about it.
_ROOM = "make room on the disk; then run again"
_RIGHT = "ask for the right to use that file or folder; then run again"
_REFUSED = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), _ROOM),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), _RIGHT),
}


def _refusal(fault: object) -> OSError | None:
    """Return what the machine refused, which libraries put into errors of their own, or None."""
    if isinstance(fault, OSError) and fault.errno in _REFUSED:
        return fault
    if not isinstance(fault, BaseException):
        return None
    inner = (*fault.args, fault.__cause__, fault.__context__)
    return next((found for each in inner if (found := _refusal(each))), None)


def _machine(fault: OSError) -> int:
    """Say what the machine refuses to write or to read."""
    where = f"{fault.filename}: " if fault.filename else ""
    print(f"error (machine): {where}{fault.strerror}\n  do: {_REFUSED[fault.errno or 0]}", file=sys.stderr)
    return 1


def _fault(fault: Exception) -> int:
    usage = getattr(fault, "format_message", None)
    if usage is not None:
        asked = getattr(getattr(fault, "ctx", None), "command_path", None) or "python -m pipeline"
        print(f"usage: {usage()}\n  do: {asked} --help", file=sys.stderr)
        return 2
    from pipeline.stages import internal

    log = Path("build") / "internal-error.log"
    try:
        log.parent.mkdir(exist_ok=True)
        log.write_text(trace(fault), encoding="utf-8")
        place = f"; details in {log}"
    except OSError:
        place = ""
    print(f"internal error: {internal.summary(fault)}{place}\n  do: report it with that file", file=sys.stderr)
    return 3
