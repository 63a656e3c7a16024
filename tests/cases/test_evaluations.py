"""Evaluations of other programmes end in a published report, or in one clear message of `check`; `report` never stops.

The shared ones (slow; skipped aloud where they are absent) are declared in `cases/evaluations`; of each kind a small
twin stands here, made up and checked in this process.
"""

from __future__ import annotations

import csv
import io
import random
import shutil
import textwrap
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

from pipeline.errors import PipelineError
from pipeline.stages.check import check
from pipeline.stages.loading import load_planned
from pipeline.stages.progress import Progress
from tests.acceptance.conftest import copy_project
from tests.acceptance.in_process import run_here
from tests.cases.received import FOLDER, Ended, orderly

EVALUATIONS, PROGRAMMES = FOLDER / "evaluations", FOLDER.parent / "programmes"
SILENT = Progress(say=lambda text: None)


# --- small twins ----------------------------------------------------------------------------------------------------


class Twin:
    """A project with one evaluation, written from texts."""

    def __init__(self, root: Path) -> None:
        self.root, self.name = root, "essai"
        reference = Path(__file__).parents[2]
        for place in ("data/reference", "reports"):
            (root / place).parent.mkdir(parents=True, exist_ok=True)
            (root / place).symlink_to(reference / place)

    def write(self, **files: str) -> None:
        """Write declarations (`evaluation`, instruments) and received files (whose name ends with `_csv`)."""
        for name, text in files.items():
            data = name.endswith("_csv")
            folder = self.root / ("data/raw" if data else "surveys") / self.name
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / (f"{name.removesuffix('_csv')}.csv" if data else f"{name}.yaml")
            path.write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")

    def check(self) -> tuple[bool, str]:
        """Return whether `check` passes, and what it says, without its line breaks."""
        out = io.StringIO()
        try:
            fit = check(load_planned(self.name, self.root), SILENT, Console(file=out, width=200, highlight=False))
        except PipelineError as fault:
            return False, str(fault)
        return fit, " ".join(out.getvalue().split())

    def results(self) -> pd.DataFrame:
        """Return the publishable results."""
        return pd.read_parquet(self.root / "build" / self.name / "protect" / "results.parquet")


@pytest.fixture
def twin(tmp_path: Path) -> Twin:
    return Twin(tmp_path)


NETWORK = """
    title: {{fr: Réseau}}
    edition: 2006
    territory: {{region: FR, level: area}}
    waves: [{{name: "2006", field: [2006-11-13, 2006-12-08]}}]
    sources:
      - {{name: actors, kind: network, instrument: actors.yaml, files: {{"2006": {{path: actors.csv}}}}}}
      - {{name: ties, kind: network, instrument: ties.yaml, files: {{"2006": {{path: ties.csv}}}},
         ties: {{actors: actors, sender: de, receiver: vers}}}}
    plan: [{{question: networks, settings: {settings}}}]
"""
TIES = """
    name: ties
    title: {fr: Liens}
    questions:
      - {name: de, type: key, role: identifier, required: true, wording: {fr: De}}
      - {name: vers, type: key, role: identifier, required: true, wording: {fr: Vers}}
"""
ACTORS = """
    name: actors
    title: {{fr: Acteurs}}
    questions:
      - {{name: qui, type: key, role: identifier, required: true, wording: {{fr: Qui}}}}
      - {{name: type, type: single, role: actor_type, wording: {{fr: Type}}, codes: {{a: {{fr: a}}, b: {{fr: b}}}}}}
      - {{name: repondu, type: single, role: participated, wording: {{fr: Répondu}}, codes: {codes}}}
"""


def network(yes: str, no: str) -> dict[str, str]:
    """Return forty actors of whom thirty answered, and their ties."""
    rng = random.Random(1)
    actors = "qui;type;repondu\n" + "".join(f"P{i:02d};{'ab'[i % 2]};{yes if i < 30 else no}\n" for i in range(40))
    told = {(i, j) for i in range(30) for j in rng.sample(range(40), 5) if i != j}
    return {"actors_csv": actors, "ties_csv": "de;vers\n" + "".join(f"P{i:02d};P{j:02d}\n" for i, j in sorted(told))}


@pytest.mark.parametrize(
    ("yes", "no", "codes"),
    [
        ("yes", "no", "{'yes': {fr: oui}, 'no': {fr: non}}"),
        ("oui", "non", "{oui: {fr: oui}, non: {fr: non}}"),
        ("O", "N", "{O: {fr: Oui}, N: {fr: Non}}"),
        ("1", "2", "{1: {fr: oui}, 2: {fr: non}}"),
        ("2", "1", "{2: {fr: Oui}, 1: {fr: Non}}"),
    ],
)
def test_who_answered_is_read_whatever_yes_and_no_are_called(twin: Twin, yes: str, no: str, codes: str) -> None:
    twin.write(evaluation=NETWORK.format(settings="{permutations: 99}"), ties=TIES, actors=ACTORS.format(codes=codes))
    twin.write(**network(yes, no))
    fit, said = twin.check()
    assert fit, said
    table = twin.results().set_index("result_id")
    assert table.loc["networks.actors.answered/records/wave=2006/region=FR", "estimate"] == 0.75


def test_codes_that_say_neither_yes_nor_no_are_refused_by_name_and_the_advice_works(twin: Twin) -> None:
    codes = "{rendu: {fr: rendu}, silence: {fr: sans réponse}}"
    twin.write(evaluation=NETWORK.format(settings="{permutations: 99}"), ties=TIES, actors=ACTORS.format(codes=codes))
    twin.write(**network("rendu", "silence"))
    fit, said = twin.check()
    assert not fit
    for words in ("actors.yaml", "repondu", "participated", "rendu", "silence", "recode"):
        assert words in said
    recoded = "{'yes': {fr: oui}, 'no': {fr: non}}, waves: {'2006': {recode: {rendu: 'yes', silence: 'no'}}}"
    twin.write(actors=ACTORS.format(codes=recoded))
    fit, said = twin.check()
    assert fit, said


COSTS = """
    title: {{fr: Budget}}
    edition: 2007
    territory: {{region: FR, level: area}}
    waves: [{{name: "2007", field: [2007-01-01, 2007-12-31]}}]
    sources:
      - {{name: costs, kind: costs, instrument: costs.yaml, files: {{all: {{path: costs.csv}}}}}}
      - {{name: register, kind: sites, instrument: register.yaml, files: {{all: {{path: register.csv}}}}}}
    plan:
      - question: money
        settings: {{period: [2006, 2007], payer: Région, holders: Ville, investment: Matériel{more}}}
"""
LINES = """
    name: costs
    title: {fr: Budget}
    questions:
      - {name: an, type: count, role: year, required: true, wording: {fr: Année}}
      - name: poste
        type: single
        role: cost_nature
        wording: {fr: Poste}
        codes: {Personnel: {fr: personnel}, Matériel: {fr: matériel}}
      - name: payeur
        type: single
        role: financer
        wording: {fr: Financeur}
        codes: {Région: {fr: Région}, Ville: {fr: Ville}}
      - {name: montant, type: number, role: amount, wording: {fr: Montant}}
"""
REGISTER = """
    name: register
    title: {fr: Espaces}
    questions:
      - {name: space_id, type: key, role: site, column: id, required: true, wording: {fr: Espace}}
      - {name: nom, type: text, role: site_name, wording: {fr: Nom}}
      - {name: code, type: text, role: commune, wording: {fr: Commune}}
"""
LEDGER = """
    an;poste;payeur;montant
    2006;Personnel;Ville;1000
    2006;Matériel;Région;300
    2007;Personnel;Ville;1200
    2007;Matériel;Ville;100
"""


def spaces(n: int, communes: tuple[str, ...] = ("35238",)) -> str:
    return "id;nom;code\n" + "".join(f"E{i:02d};Espace {i};{communes[i % len(communes)]}\n" for i in range(n))


def test_accounts_that_name_no_space_are_those_of_the_programme(twin: Twin) -> None:
    twin.write(evaluation=COSTS.format(more=""), costs=LINES, register=REGISTER, costs_csv=LEDGER)
    twin.write(register_csv=spaces(12))
    fit, said = twin.check()
    assert fit, said
    told = twin.results().set_index("result_id")["estimate"]
    spent = "money.spending.amount/expenditure/period=2006..2007/region=FR"
    assert told[spent] == 2600
    assert told[f"{spent}/financer=Région"] == 300
    assert told["money.remaining.share/expenditure/period=2006..2007/region=FR"] == 0.25


def test_a_table_of_who_paid_how_much_is_funding_not_expenditure(twin: Twin) -> None:
    lines = LINES.replace(next(line for line in LINES.splitlines(True) if "cost_nature" in line), "")
    twin.write(evaluation=COSTS.format(more=""), costs=lines, register=REGISTER, register_csv=spaces(12))
    twin.write(costs_csv=LEDGER)
    fit, said = twin.check()
    assert fit, said
    told = twin.results().set_index("result_id")["estimate"]
    granted = "money.funding.amount/funding/period=2006..2007/region=FR"
    assert told[granted] == 2600
    assert told["money.funding.amount/funding/period=2007/region=FR/financer=Région"] == 0
    assert not [key for key in told.index if key.startswith(("money.spending", "money.own", "money.remaining"))]


def test_receipts_are_told_as_such_where_the_plan_says_so(twin: Twin) -> None:
    more = ", amounts: receipts"
    twin.write(evaluation=COSTS.format(more=more), costs=LINES, register=REGISTER, register_csv=spaces(12))
    twin.write(costs_csv=LEDGER)
    fit, said = twin.check()
    assert fit, said
    told = twin.results().set_index("result_id")["estimate"]
    assert told["money.receipts.amount/receipts/period=2006..2007/region=FR"] == 2600
    assert not [key for key in told.index if "leverage" in key or "spending" in key]


def test_a_cost_per_visit_asks_for_the_running_costs_and_for_visits(twin: Twin) -> None:
    twin.write(costs=LINES, register=REGISTER, costs_csv=LEDGER, register_csv=spaces(12))
    twin.write(evaluation=COSTS.format(more=", unit_costs: {year: 2007}"))
    fit, said = twin.check()
    assert not fit
    for words in ("1 thing stops", "plan.0.settings.unit_costs.current", "Matériel", "Personnel", "under `current:`"):
        assert words in said
    twin.write(evaluation=COSTS.format(more=", unit_costs: {year: 2007, current: [Personnel]}"))
    fit, said = twin.check()
    assert not fit
    for words in ("1 thing stops", "costs (costs), register (sites)", "`kind: attendance`"):
        assert words in said


REACH = """
    title: {fr: Proximité}
    edition: 2006
    territory: {region: "53", level: LEVEL, vintage: 2023}
    waves: [{name: "2006", field: [2006-11-13, 2006-12-08]}]
    sources:
      - {name: register, kind: sites, instrument: register.yaml, files: {all: {path: register.csv}}}
    plan:
      - {question: reach, settings: {dates: [DATE], distances: [5, 20], locations: 0}}
      - {question: spaces, settings: {dates: [DATE], yearly: []}}
"""


@pytest.mark.parametrize("level", ["epci", "commune"])
def test_a_register_without_dates_of_opening_has_all_its_spaces_open(twin: Twin, level: str) -> None:
    text = REACH.replace("LEVEL", level).replace("DATE", "2006-12-31")
    twin.write(evaluation=text, register=REGISTER, register_csv=spaces(12, ("35238", "29019", "22278")))
    fit, said = twin.check()
    assert fit, said
    told = twin.results().set_index("result_id")["estimate"]
    assert told["spaces.open.count/spaces/period=2006-12-31/region=53"] == 12


def test_a_year_without_population_is_that_of_the_nearest_and_the_rows_say_so(twin: Twin) -> None:
    text = REACH.replace("LEVEL", "epci").replace("DATE", "2041-12-31")
    twin.write(evaluation=text, register=REGISTER, register_csv=spaces(12))
    fit, said = twin.check()
    assert fit, said
    table = twin.results()
    noted = table.loc[table["analysis"] == "reach", "boundaries"].dropna()
    assert noted.str.contains("population=2023;asked=2041").all()
    assert len(noted)


ANSWERS = """
    title: {fr: Réponses}
    edition: 2006
    territory: {region: FR, level: area}
    waves:
      - {name: "2005", field: [2005-01-01, 2005-12-31]}
      - {name: "2006", field: [2006-01-01, 2006-12-31]}
    sources:
      - {name: users, kind: survey, instrument: users.yaml, sampled: person, by: volunteer,
         files: {all: {path: users.csv, wave_column: an, waves: {"2005": 2005, "2006": 2006}}}}
    plan:
      - {question: prevalence, settings: {indicators: [{name: age, question: age, mean: true}], by: [],
         contrasts: [["2005", "2006"]]}}
"""


def test_a_wave_of_one_respondent_has_no_precision_and_stops_nothing(twin: Twin) -> None:
    asked = """
        name: users
        title: {fr: Réponses}
        questions:
          - {name: id, type: key, role: respondent, wording: {fr: Numéro}}
          - {name: age, type: number, wording: {fr: Âge}}
    """
    rows = "id;an;age\n1;2005;40\n" + "".join(f"{i};2006;{20 + i % 50}\n" for i in range(2, 120))
    twin.write(evaluation=ANSWERS, users=asked, users_csv=rows)
    fit, said = twin.check()
    assert fit, said
    analysed = pd.read_parquet(twin.root / "build" / twin.name / "analyse" / "results.parquet")
    age = analysed[(analysed["indicator"] == "age") & (analysed["analysis"] == "prevalence")].set_index("wave")
    assert age.loc["2005", ["se", "lower", "upper"]].isna().all()
    assert age.loc["2005..2006", ["se", "lower", "upper"]].isna().all()
    assert age.loc["2006", "se"] > 0
    told = twin.results().set_index("result_id")["estimate"]
    assert told.filter(like="wave=2005").isna().all()


# --- the shared ones ------------------------------------------------------------------------------------------------

Prepare = Callable[[Path, Path], None]


def _received(*programmes: str) -> Prepare:
    def prepare(folder: Path, project: Path) -> None:
        for name in programmes:
            shutil.copytree(PROGRAMMES / name, folder, dirs_exist_ok=True)

    return prepare


def _answered(folder: Path, project: Path) -> None:
    """Give the actors of Brest the column that says who answered: those who name somebody, but for every sixth."""
    _received("brest")(folder, project)
    for name in ("animateurs.csv", "liens.csv"):
        with (folder / name).open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle, delimiter=";"))
        silent = {f"P{i:02d}" for i in range(0, 60, 6)}
        if name == "animateurs.csv":
            rows = [{**r, "repondu": "non" if r["personne"] in silent else "oui"} for r in rows]
        else:
            rows = [r for r in rows if r["cite_par"] not in silent]
        with (folder / name).open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, rows[0], delimiter=";")
            writer.writeheader()
            writer.writerows(rows)


def _miniature(folder: Path, project: Path) -> None:
    run_here(project, "simulate", "miniature")
    shutil.copytree(project / "data" / "raw" / "miniature", folder, dirs_exist_ok=True)


#: name: (declarations, further ones beside them, received files, words of the refusal by `check`; none: a report)
SHARED: dict[str, tuple[str, str | None, Prepare, tuple[str, ...]]] = {
    "brest-draft": ("brest-draft", None, _received("brest"), ()),
    "reseau35-draft": ("reseau35-draft", None, _received("coop"), ()),
    # a year without population takes the nearest one, and the rows say so (see the twin)
    "reseau35-reach": ("fail-reseau35-reach.yaml", "reseau35-draft", _received("coop"), ()),
    "costs-no-site": (
        "costs-no-site",
        "mb-full-report-qmd",
        _received("mb"),
        ("ateliers-2006-complet.xlsx", "file is missing"),
    ),
    "network-ouinon": ("network-ouinon", None, _answered, ()),
    "no-survey-default-docs": ("no-survey-default-docs", None, _answered, ()),
    "mini07-newspace": ("mini07-newspace", None, _miniature, ("users-2007.csv", "missing")),
    "mb-full-report-qmd": ("mb-full-report-qmd", None, _received("mb"), ("budget-reparti.csv", "file is missing")),
    "late-errors": (
        "late-errors.yaml",
        "miniature",
        _miniature,
        ("questions.0.statements.0.about", "questions.3.statements.2.about", "wave=2003..2007", "wave=2003..2006"),
    ),
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not EVALUATIONS.is_dir():
        pytest.skip(f"no shared cases in {EVALUATIONS} (PIPELINE_CASES gives their folder)")
    return copy_project(tmp_path_factory.mktemp("evaluations"))


@pytest.mark.slow
@pytest.mark.parametrize("name", SHARED)
def test_a_shared_evaluation_ends_in_a_report_or_in_one_clear_message(shared: Path, name: str) -> None:
    declared, beside, prepare, words = SHARED[name]
    folder = shared / "surveys" / name
    base = shared / "surveys" / "miniature" if beside == "miniature" else EVALUATIONS / str(beside)
    if beside:
        shutil.copytree(base, folder, ignore=shutil.ignore_patterns("truth.yaml"))
    if declared.endswith(".yaml"):
        shutil.copy(EVALUATIONS / declared, folder / "evaluation.yaml")
    else:
        shutil.copytree(EVALUATIONS / declared, folder, dirs_exist_ok=True)
    prepare(shared / "data" / "raw" / name, shared)
    said: dict[str, str] = {}
    for command in ("check", "report"):
        more = ["--renderer", "embedded"] if command == "report" else []
        run = run_here(shared, command, name, *more)
        said[command] = run.out + run.err
        if run.code:
            break
    ended = Ended(command, run.code, said, shared, name)
    assert orderly(ended) is None
    assert bool(ended.code) == bool(words), ended.everything[-900:]
    told = "".join(ended.everything.split())
    assert [w for w in words if "".join(w.split()) not in told] == [], ended.everything[-900:]
    assert "faultoftheprogram" not in told
