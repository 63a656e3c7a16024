"""The seven stages in order: running what is out of date, and failing without loss.

A stage works in a folder of its own that takes the place of the old one when the stage has succeeded. A failing stage
leaves the last good output of every stage, and the last good site, where they are.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import importlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from pipeline.errors import PipelineError, SimulateError
from pipeline.evaluation import Evaluation
from pipeline.memory import give_back
from pipeline.stages import archive, freshness, grounds
from pipeline.stages.environment import settle_environment
from pipeline.stages.grounds import Grounds
from pipeline.stages.log import RunLog, run_log
from pipeline.stages.options import Options
from pipeline.stages.progress import Progress
from pipeline.stages.swap import restore, swap_in
from pipeline.stages.warm import warm

StageFunction = Callable[[Evaluation, Path, Options, Progress], str]

#: What is said of a stage that has nothing to make.
UP_TO_DATE = "up to date"


def _stage(name: str) -> StageFunction:
    """Return the function of a stage, whose module is imported when it first runs."""

    def function(evaluation: Evaluation, out: Path, options: Options, progress: Progress) -> str:
        return cast("str", importlib.import_module(f"pipeline.stages.{name}").run(evaluation, out, options, progress))

    return function


#: Stages that see what may be published: before the first of them that runs, it is held against what was published.
_PUBLIC = ("state", "draw", "publish")

#: Stages that need no workers, or not at once: what changed a sentence alone does not wait for them.
_ALONE = ("state", "publish")

STAGES: dict[str, StageFunction] = {
    name: _stage(name) for name in ("ingest", "weight", "analyse", "protect", "state", "draw", "publish")
}


def run(
    evaluation: Evaluation, options: Options, progress: Progress, last: str = "publish", again: bool = False
) -> list[str]:
    """Run the stages up to ``last`` that are out of date and return the names of those that ran.

    Parameters
    ----------
    evaluation : what to run.
    options : renderer and number of processes.
    progress : where to report.
    last : the last stage to run.
    again : run every stage, up to date or not.

    Raises
    ------
    PipelineError
        From the stage that failed; the output of every stage stays as it was.
    """
    settle_environment(evaluation.root)
    ran: list[str] = []
    about = {"evaluation": evaluation.name, "last": last, "again": again}
    with alone(evaluation), run_log(evaluation.build, options, **about) as log:
        if again:
            shutil.rmtree(evaluation.build / "cache", ignore_errors=True)
        fresh = {} if again else _fresh(evaluation, options, last)
        under_way = _Run(evaluation, options, progress, log, last, again)
        simulated = evaluation.settings.synthetic and not any(p.exists() for p in evaluation.received_files())
        if "ingest" not in fresh:
            under_way.load_libraries("ingest")
        if simulated:
            _load_rules()
        if last not in fresh:
            if last == "publish":
                _words_hold(evaluation)
            if last != "ingest":
                _read_ledgers(evaluation)
            if last == "publish":
                _unguarded(evaluation)
        if simulated:
            _simulate(evaluation, progress)
        for name in fresh:
            under_way.pass_over(name)
        if last not in fresh:
            ran += under_way.stages_after(fresh)
        if last == "publish":
            put_site(evaluation, force="publish" in ran)
    return ran


@dataclass(frozen=True)
class _Run:
    """A run under way: of what, how, where it reports, up to which stage, and whether all is made again."""

    evaluation: Evaluation
    options: Options
    progress: Progress
    log: RunLog
    last: str
    again: bool

    def pass_over(self, name: str) -> None:
        """Say of a stage that it has nothing to make."""
        said = freshness.summary(self.evaluation.stage(name))
        self.progress.say(f"{name:<8}        –   {UP_TO_DATE}: {said}")
        self.log.tell("stage", name=name, state=UP_TO_DATE)

    def stages_after(self, fresh: Mapping[str, Grounds]) -> list[str]:
        """Run the stages after the ``fresh`` ones that are out of date and return their names."""
        ran: list[str] = []
        for made_from in _grounds(self.evaluation, self.options, self.last, fresh):
            name = made_from.stage
            if name in fresh:
                continue
            if not self.again and freshness.up_to_date(self.evaluation.stage(name), made_from.digest):
                self.pass_over(name)
                continue
            if self.last == "publish" and not (ran and ran[-1] in _PUBLIC) and name in _PUBLIC:
                _unexplained(self.evaluation)
            self.load_libraries(name)
            self._explain(made_from)
            self.progress.expect(self.log.lasted.get(name))
            with self.log.stage(name, made_from.digest) as told:
                told["said"] = _run_stage(made_from, STAGES[name], self.evaluation, self.options, self.progress)
            ran.append(name)
        return ran

    def load_libraries(self, name: str) -> None:
        """Have the server of workers load the libraries of the stages from ``name`` on, if it does not run yet."""
        if self.last == "publish" and name not in _ALONE and self.options.jobs > 1:
            warm(self.evaluation, name)

    def _explain(self, made_from: Grounds) -> None:
        """Say why a stage runs, where it was asked."""
        if self.options.explain:
            why = ["asked to run again"] if self.again else freshness.reasons(self.evaluation, made_from)
            self.progress.say(f"{made_from.stage:<8} runs: {', '.join(why[:8])}{' …' if len(why) > 8 else ''}")


def _grounds(evaluation: Evaluation, options: Options, last: str, fresh: Mapping[str, Grounds]) -> Iterator[Grounds]:
    """Yield what every stage up to ``last`` is made from, in order, those before it being made; known of the fresh."""
    asked, made = "", ""
    for name in STAGES:
        # publish tells the inputs of all stages in its manifest; the others see what was made of them alone
        before = asked + made if name == "publish" else made
        made_from = fresh.get(name)
        if made_from is None:
            made_from = grounds.grounds(name, evaluation, _settings(name, evaluation, options), before)
        yield made_from
        if name == last:
            return
        asked, made = asked + made_from.digest, made + freshness.content(evaluation.stage(name))


def _fresh(evaluation: Evaluation, options: Options, last: str) -> dict[str, Grounds]:
    """Return the first stages that are up to date, so that what they were made of held then: all, if nothing is due."""
    found: dict[str, Grounds] = {}
    try:
        for made_from in _grounds(evaluation, options, last, {}):
            if not freshness.up_to_date(evaluation.stage(made_from.stage), made_from.digest):
                break
            found[made_from.stage] = made_from
    except PipelineError:
        # a received file is missing, a text cannot be read: the run says so in its order
        return {}
    return found


def _words_hold(evaluation: Evaluation) -> None:
    """Refuse words and chapters that cannot be filled, before minutes are spent on results."""
    from pipeline.stages.words import word_faults

    for fault in word_faults(evaluation):
        raise fault


def _read_ledgers(evaluation: Evaluation) -> None:
    """Refuse ledgers of earlier editions that are not as they were published, before anything runs for minutes."""
    if evaluation.printings():
        from pipeline.protect import ledger

        ledger.read(evaluation.ledgers())


def _load_rules() -> None:
    """Have the process of the rules load its libraries while this one checks words and simulates.

    Where there is nothing to simulate, it reads first.
    """
    from pipeline.ingest.checks import engines

    engines.prepare()


def _unguarded(evaluation: Evaluation) -> None:
    """Refuse to put an edition beside one that it is not protected against, before anything runs for minutes."""
    if archive.earlier_sites(evaluation):
        from pipeline.stages.editions import refuse_unguarded

        refuse_unguarded(evaluation)


def _unexplained(evaluation: Evaluation) -> None:
    """Refuse to replace numbers that are published by others without an erratum."""
    before = archive.standing(evaluation)
    if before is not None and before.is_published:
        from pipeline.stages.editions import refuse_unexplained

        refuse_unexplained(evaluation)


def _settings(stage: str, evaluation: Evaluation, options: Options) -> str:
    if stage in ("state", "draw"):
        return grounds.of_words(evaluation)
    if stage != "publish":
        return ""
    from pipeline.publish.render.quarto import choose_renderer, made_by

    tools = str(sorted(made_by(choose_renderer(options.renderer)[0]).items()))
    # pages lead to the printings that stand beside them
    beside = archive.earlier_sites(evaluation)
    return " ".join([tools, *(home for name, each in beside.items() for home in archive.homes(name, each).values())])


def _run_stage(
    made_from: Grounds, function: StageFunction, evaluation: Evaluation, options: Options, progress: Progress
) -> str:
    name = made_from.stage
    scratch = evaluation.build / f".{name}.new"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    start = time.perf_counter()
    progress.step(name, 0, 1)
    try:
        said = function(evaluation, scratch, options, progress)
        grounds.refuse_changed(made_from, evaluation)
        freshness.stamp(scratch, made_from, said)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    swap_in(scratch, evaluation.stage(name))
    give_back()
    progress.say(f"{name:<8} {time.perf_counter() - start:6.1f} s   {said}")
    return said


def put_site(evaluation: Evaluation, force: bool) -> None:
    """Copy the finished site to reports/_site/<evaluation>, whole or not at all."""
    built = evaluation.stage("publish") / "site"
    if not force and evaluation.site.is_dir() and archive.digests(evaluation.site) == archive.digests(built):
        return
    scratch = evaluation.site.with_name(f".{evaluation.name}.new")
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        _copy(built, scratch)
        archive.put_beside(evaluation, scratch)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    swap_in(scratch, evaluation.site)


def _copy(folder: Path, target: Path) -> None:
    """Copy a folder; unlike ``copytree`` stop at the first file that cannot be written, with what the system says."""
    target.mkdir(parents=True)
    for path in sorted(folder.rglob("*")):
        copy = target / path.relative_to(folder)
        if path.is_dir():
            copy.mkdir()
        else:
            shutil.copyfile(path, copy)


@contextlib.contextmanager
def alone(evaluation: Evaluation) -> Iterator[None]:
    """Hold the evaluation's lock: two runs at once would swap each other's folders."""
    for folder in (evaluation.build, evaluation.site.parent):
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            # said before minutes are spent on results
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
    with (evaluation.build / ".lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PipelineError(
                "another run of this evaluation is under way",
                where=str(evaluation.build),
                action="wait until it has ended, then run again",
            ) from None
        for place in (evaluation.site, *map(evaluation.stage, STAGES)):
            restore(place)
        yield


def _simulate(evaluation: Evaluation, progress: Progress) -> None:
    from pipeline.simulate import simulate

    start = time.perf_counter()
    progress.step("simulate", 0, 1)
    simulate(evaluation, recorded=False)
    took = time.perf_counter() - start
    progress.say(f"simulate {took:6.1f} s   synthetic received files written to {evaluation.data} (none were there)")


def simulate_again(evaluation: Evaluation, *, scale: float, seed: int | None, scenario: str) -> str:
    """Write the received files of a synthetic evaluation again, over those that are there.

    Raises
    ------
    SimulateError
        When the evaluation is not synthetic: received files of a real one are never written to.
    """
    from pipeline.simulate import simulate

    if not evaluation.settings.synthetic:
        raise SimulateError(
            "only an evaluation marked synthetic: true can be simulated",
            where=str(evaluation.folder / "evaluation.yaml"),
        )
    settle_environment(evaluation.root)
    with alone(evaluation):
        simulate(evaluation, scenario=scenario, scale=scale, seed=seed)
    return f"synthetic received files of scenario '{scenario}' written to {evaluation.data}"


def only_new(say: Callable[[str], None]) -> Callable[[str], None]:
    """Return what says of stages only what they made: those that are up to date have been told."""

    def told(line: str) -> None:
        if UP_TO_DATE not in line:
            say(line)

    return told
