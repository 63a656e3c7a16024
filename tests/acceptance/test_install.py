"""The wheel carries all a run needs: installed alone, it makes a project whose tutorial ends in a report."""

from __future__ import annotations

import os
import site
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


def run(*arguments: str | Path, at: Path, path: Path | None = None) -> str:
    """Run a command without this checkout on the way to modules, and return what it printed."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    kept["PATH"] = os.pathsep.join([*([str(path)] if path else []), kept["PATH"]])
    done = subprocess.run(
        list(map(str, arguments)), cwd=at, env=kept, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the commands of an environment that holds the built wheel, and the libraries of this one."""
    base = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", base, at=ROOT)
    venv.create(base / "env", with_pip=False)
    own = Path(run(base / "env/bin/python", "-c", "import site; print(site.getsitepackages()[0])", at=base).strip())
    # libraries, and not this checkout: files .pth of a folder that a .pth names are not read
    (own / "libraries.pth").write_text("\n".join(site.getsitepackages()) + "\n", encoding="utf-8")
    pip = (sys.executable, "-m", "pip", "--python", base / "env/bin/python", "install", "--quiet")
    run(*pip, "--no-deps", "--no-index", *base.glob("*.whl"), at=base)
    return base / "env" / "bin"


def test_the_tutorial_ends_in_a_report_from_the_wheel_alone(installed: Path, tmp_path: Path) -> None:
    where = run(installed / "python", "-c", "import pipeline; print(pipeline.__file__)", at=tmp_path)
    assert Path(where.strip()).is_relative_to(installed.parent)
    run(installed / "evaluation", "init", "project", at=tmp_path)
    project = tmp_path / "project"
    assert (project / "schemas" / "evaluation.json").is_file()
    for line in commands("tutorial.md"):
        run("bash", "-c", line, at=project, path=installed)
    page = (project / "reports/_site/tutorial/report.html").read_text(encoding="utf-8")
    # as the tutorial says it
    assert "70" in page.partition("Satisfaits")[2][:400]
    assert (project / "reports/_site/tutorial/report.pdf").stat().st_size > 10_000


def commands(tutorial: str) -> list[str]:
    """Return the commands of a tutorial as it prints them, after the project has been made."""
    told = (ROOT / "docs" / tutorial).read_text(encoding="utf-8")
    blocks = told.split("```sh\n")[1:]
    lines = [line for block in blocks for line in block.partition("```")[0].splitlines()]
    made = next(i for i, line in enumerate(lines) if line.startswith("evaluation init"))
    return lines[made + 1 :]


def test_both_tutorials_give_the_same_commands() -> None:
    assert len(commands("tutorial.md")) == 6
    assert commands("tutorial.md") == commands("tutoriel.md")


def test_a_project_is_brought_up_to_date_without_what_was_changed(installed: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    run(installed / "evaluation", "init", project, at=tmp_path)
    changed, spoiled = project / "reports/fr/report.qmd", project / "reports/en/report.qmd"
    mine = changed.read_text(encoding="utf-8") + "\nUne phrase de plus.\n"
    changed.write_text(mine, encoding="utf-8")
    spoiled.unlink()
    told = run(installed / "evaluation", "init", project, at=tmp_path)
    assert "left as you changed it: reports/fr/report.qmd" in told
    assert changed.read_text(encoding="utf-8") == mine
    assert spoiled.is_file()
