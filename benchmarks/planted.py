"""Fifty-four kinds of error planted in the received files of the default evaluation, and which of them ingest notices.

    python -m benchmarks.planted

Each kind touches records of its own. It is noticed where a record of it is flagged or set aside that was not before.
Prints a line a kind with the reason given, and the number noticed. Then what the same rules say of files in which
nothing is planted: those received by each evaluation of the project, and three other draws of the default one.
Bars: 45 of 54; no flag on files in which nothing is planted.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.evaluation import Evaluation, load
from pipeline.ingest.checks.kinds import KINDS
from pipeline.ingest.stage import Refused, read_sources
from pipeline.simulate import simulate

ROOT = Path(__file__).parents[1]
NAME, BAR = "bretagne-cybercommunes", 45
FILES = {
    "attendance": "attendance.csv", "costs": "costs.csv", "workshops": "workshops.csv", "enrolments": "enrolments.csv",
    "users": "users-2006.csv", "non_users": "non-users-2006.csv", "register": "register.csv",
    "fieldwork": "fieldwork.csv",
}  # fmt: skip
ENCODED = {"users": "cp1252", "register": "cp1252"}


@dataclass
class Planted:
    """Received tables as text, what was done to them, and where: source and rows of a kind."""

    tables: dict[str, pd.DataFrame]
    where: dict[str, tuple[str, set[int]]] = field(default_factory=dict)
    spaces: list[str] = field(default_factory=list)

    def note(self, kind: str, source: str, rows: object) -> None:
        """Remember the rows of a kind."""
        self.where[kind] = (source, {int(r) for r in np.atleast_1d(np.asarray(rows))})

    def some(self, source: str, n: int = 1, **having: str) -> np.ndarray:
        """Return rows of a source that no kind has taken, with these values."""
        table = self.tables[source]
        taken = {r for s, rows in self.where.values() if s == source for r in rows}
        fit = np.ones(len(table), dtype=bool)
        for column, value in having.items():
            fit &= (table[column] == value).to_numpy()
        free = [r for r in np.flatnonzero(fit) if r not in taken]
        return np.array(free[len(free) // 3 : len(free) // 3 + n])

    def copy(self, source: str, row: int, **changed: str) -> int:
        """Add a copy of a record at the end, and return its row."""
        table = self.tables[source]
        new = table.iloc[[row]].assign(**changed)
        self.tables[source] = pd.concat([table, new], ignore_index=True)
        return len(table)


def usual_spaces(attendance: pd.DataFrame) -> list[str]:
    """Return the spaces with a return for every month, the smallest third left out."""
    counted = attendance.assign(n=pd.to_numeric(attendance["visites"])).dropna(subset="n")
    by_space = counted.groupby("id_espace").agg(months=("mois", "nunique"), n=("n", "sum"))
    whole = by_space[by_space["months"] == by_space["months"].max()].sort_values("n")
    return list(whole.index[len(whole) // 3 :])


def written(counts: np.ndarray) -> list[str]:
    """Return counts as text, blank where there is none."""
    return ["" if np.isnan(v) else f"{v:.0f}" for v in counts]


def plant_in_attendance(p: Planted) -> None:
    """Plant what happens to the returns of spaces."""
    table = p.tables["attendance"]
    every = iter(p.spaces)
    space, month = table["id_espace"].to_numpy(), table["mois"].to_numpy()
    counts = pd.to_numeric(table["visites"]).to_numpy().copy()
    totals = pd.to_numeric(table["total_activite"]).to_numpy().copy()

    def rows(s: str, start: str, end: str | None = None) -> np.ndarray:
        return np.flatnonzero((space == s) & (month >= start) & (month <= (end or start)))

    year, one = ("2005-01", "2005-12"), ("2005-03", None)
    for kind, times, when in (
        ("a month doubled", 2, one),
        ("a year doubled", 2, year),
        ("a month tripled", 3, one),
        ("a month times ten", 10, one),
    ):
        at = rows(next(every), *when)
        counts[at], totals[at] = counts[at] * times, totals[at] * times
        p.note(kind, "attendance", at)
    for kind, when, before in (
        ("a month copied from the one before", one, ("2005-02", None)),
        ("a year copied from the one before", year, ("2004-01", "2004-12")),
    ):
        s = next(every)
        at, of = rows(s, *when), rows(s, *before)
        counts[at], totals[at] = counts[of], totals[of]
        p.note(kind, "attendance", at)
    a, b = next(every), next(every)
    counts[rows(a, *one)], totals[rows(a, *one)] = counts[rows(b, *one)], totals[rows(b, *one)]
    p.note("the return of another space", "attendance", np.r_[rows(a, *one), rows(b, *one)])
    at = rows(next(every), *one)
    counts[at], totals[at] = 0, 0
    p.note("all zeros while open", "attendance", at)
    band = table["tranche_age"].to_numpy()
    for kind, when in (("age bands swapped for a month", one), ("age bands swapped for a year", year)):
        at = rows(next(every), *when)
        young, old = at[band[at] == "15-24"], at[band[at] == "75+"]
        counts[young], counts[old] = counts[old], counts[young].copy()
        p.note(kind, "attendance", at)
    small, large = iter(p.spaces[len(p.spaces) // 2 :]), iter(reversed(p.spaces))
    exchanges = (("two spaces exchanged for a month", ("2004-09", None)), ("two spaces exchanged for a year", year))
    for kind, when in exchanges:
        ra, rb = rows(next(small), *when), rows(next(large), *when)
        counts[ra], counts[rb] = counts[rb], counts[ra].copy()
        totals[ra], totals[rb] = totals[rb], totals[ra].copy()
        p.note(kind, "attendance", np.r_[ra, rb])
    at = rows(next(every), *one)[:1]
    totals[at] += 40
    p.note("a total that is not the sum", "attendance", at)
    at = rows(next(every), *one)[:1]
    counts[at] = -5
    p.note("a negative count", "attendance", at)
    p.tables["attendance"] = table = table.assign(visites=written(counts), total_activite=written(totals))
    at = rows(next(every), *one)[0]
    table.loc[at, "visites"] = "12,5"
    p.note("half a visit", "attendance", at)
    at = rows(next(every), *one)[0]
    p.note("a count sent twice", "attendance", p.copy("attendance", int(at)))
    register = p.tables["register"]
    shut = register[register["date_fermeture"].between("2003", "2006-03")]["id_espace"].iloc[0]
    some = int(rows(p.spaces[0], "2006-10")[0])
    after = p.copy("attendance", some, id_espace=shut, visites="40", total_activite="40")
    p.note("visits after the closing", "attendance", after)
    gone = rows(next(every), "2005-06")
    p.note("a month not sent", "attendance", gone)
    # last: rows keep their places
    p.tables["attendance"] = p.tables["attendance"].drop(index=gone)


def plant_in_accounts(p: Planted) -> None:
    """Plant what happens to amounts, cycles and lists of enrolments."""

    def change(kind: str, source: str, row: int, **to: str) -> None:
        for column, value in to.items():
            p.tables[source].loc[row, column] = value
        p.note(kind, source, row)

    def number(source: str, row: int, column: str) -> float:
        return float(p.tables[source].loc[row, column].replace(",", "."))

    costs = p.tables["costs"]
    large = costs[(costs["nature"] == "staff") & (costs["montant_ht"].str.replace(",", ".").astype(float) > 5000)]
    rows = [int(r) for r in large.index[100:160:10]] if len(large) > 200 else [int(r) for r in costs.index[50:110:10]]
    thousands = f"{number('costs', rows[0], 'montant_ht') / 1000:.2f}".replace(".", ",")
    change("an amount in thousands", "costs", rows[0], montant_ht=thousands)
    change(
        "a comma lost in an amount", "costs", rows[1], montant_ht=f"{number('costs', rows[1], 'montant_ht') * 100:.0f}"
    )
    p.note("the same expenditure twice", "costs", p.copy("costs", rows[2]))
    change("an unknown financer", "costs", rows[4], financeur="mecene")
    shops = p.tables["workshops"]
    full = [int(r) for r in shops[shops["presents"].astype(int) > 2].index[500:600:10]]
    hours = number("workshops", full[0], "heures_stagiaires")
    change("hours in minutes", "workshops", full[0], heures_stagiaires=f"{hours * 60:g}")
    change("hours with nobody present", "workshops", full[1], presents="0")
    change("more present than enrolled", "workshops", full[2], presents=str(int(shops.loc[full[2], "inscrits"]) + 3))
    change("more enrolled than places", "workshops", full[3], inscrits=str(int(shops.loc[full[3], "places"]) + 5))
    change("a cycle that ends before it starts", "workshops", full[4], fin="01/01/2001")
    p.note("an enrolment twice", "enrolments", p.copy("enrolments", 300))


def plant_in_answers(p: Planted) -> None:
    """Plant what happens to questionnaires and weights."""
    users = p.tables["users"]
    scales = [f"Q08[SQ{i:03d}]" for i in range(1, 9)]
    boxes = [c for c in users if c.startswith("Q09[")]
    whole = users[(users[[*scales, "Q11A", "Q10"]] != "").all(axis=1) & users["submitdate"].ne("")]
    days = pd.to_datetime(whole["Q00B"], errors="coerce")
    whole = whole[(days >= "2006-11-15") & (days <= "2006-12-06")]
    rows = iter([int(r) for r in whole.index[200:900:8]])

    def change(kind: str, **to: str) -> None:
        row = next(rows)
        for column, value in to.items():
            p.tables["users"].loc[row, column] = value
        p.note(kind, "users", row)

    change("a bid off the list", Q11A="7,00")
    change("decimals on a whole scale", Q10="7.5")
    change("submitted before the visit", submitdate="2006-11-13 08:00:00")
    change("submitted long after the field", submitdate="2007-06-20 10:00:00")
    change("every box ticked", **dict.fromkeys(boxes, "Y"))
    change("all answered with the last page 1", lastpage="1")
    change("one answer to all scales", **dict.fromkeys(scales, "A5"))
    change("an age of 199", Q01="199")
    change("an unknown code", Q02="A7")
    change("an unknown space", Q00A="CYB99-999")
    change("a visit out of the field", Q00B="2006-03-01")
    change("a pupil aged 80", Q01="80", Q03="A1")
    row = next(rows)
    p.note("a questionnaire entered twice under two numbers", "users", p.copy("users", row, id="900001"))
    row = next(rows)
    copies = []
    for i in range(5):
        other = {"Q01": str(int(float(users.loc[row, "Q01"])) + i), "Q04": "N" if users.loc[row, "Q04"] == "Y" else "Y"}
        copies.append(p.copy("users", row, id=str(900100 + i), **other))
    p.note("many near-identical questionnaires", "users", copies)
    weights = p.tables["non_users"]
    heavy = float(weights.loc[200, "POIDS"].replace(",", ".")) * 1000
    p.tables["non_users"].loc[200, "POIDS"] = f"{heavy:.4f}".replace(".", ",")
    p.note("a weight a thousand times the others", "non_users", 200)


def plant_in_register(p: Planted) -> None:
    """Plant what happens to the facts of spaces and to the fieldwork record."""
    register = p.tables["register"]
    labelled = register[(register["date_label"] != "") & (register["date_fermeture"] == "")]
    open_still = register[(register["date_fermeture"] == "") & (register["situation"] == "open")]
    rows = iter([int(r) for r in open_still.index if r not in set(labelled.index)][20:160:9])

    def change(kind: str, row: int, **to: str) -> None:
        for column, value in to.items():
            p.tables["register"].loc[row, column] = value
        p.note(kind, "register", row)

    opened = pd.Timestamp(register.loc[labelled.index[3], "date_ouverture"])
    change("a label before the opening", int(labelled.index[3]), date_label=f"{opened.year - 2}-05-01")
    change("closed without a date", next(rows), situation="closed")
    row = next(rows)
    change("closed before the opening", row, date_fermeture=f"{int(register.loc[row, 'date_ouverture'][:4]) - 2}-01-15")
    change("open 84 hours a week and more", next(rows), heures_semaine="120")
    change("sixty posts in a small space", next(rows), postes="60")
    row, other = next(rows), next(rows)
    change("a name of another commune than the code", row, code_insee=register.loc[other, "code_insee"])
    change(
        "the stratum of another pays", other, pays_tirage="03" if register.loc[other, "pays_tirage"] != "03" else "05"
    )
    change("an unknown commune", next(rows), code_insee="22999")
    change("a space entered twice", p.copy("register", next(rows)))
    fieldwork = p.tables["fieldwork"]
    took = [int(r) for r in fieldwork[fieldwork["questionnaires_exploitables"] != ""].index[5:60:5]]
    for kind, column, value in (
        ("a probability over one", "proba_espace", "1,4"),
        ("more questionnaires than entries", "questionnaires_exploitables", "1900"),
    ):
        row = took.pop()
        fieldwork.loc[row, column] = value
        p.note(kind, "fieldwork", row)


def failures(root: Path, data: Path) -> pd.DataFrame:
    """Return what ingest flags or sets aside of the files of a folder, for the evaluation of a project."""
    return _failures(load(NAME, root, data))


def _failures(evaluation: Evaluation) -> pd.DataFrame:
    try:
        return read_sources(evaluation).failures
    except Refused as refused:
        return refused.ingested.failures


def noticed(p: Planted, before: pd.DataFrame, after: pd.DataFrame) -> dict[str, str]:
    """Return kind -> the reasons given for it, "" where nothing is newly flagged of it."""
    known = set(map(tuple, before[["source", "rule", "line", "found"]].astype(str).to_numpy().tolist()))
    told = after[["source", "rule", "line", "found"]].astype(str)
    fresh = after[[tuple(r) not in known for r in told.to_numpy().tolist()]]
    out: dict[str, str] = {}
    for kind, (source, rows) in p.where.items():
        own = fresh[fresh["source"] == source]
        if kind == "a month not sent":
            hit = own[own["rule"] == "missing_month"]
            hit = hit[hit["found"].str.contains("2005-06")]
        else:
            lines = line_of(p.tables[source], rows)
            hit = own[own["line"].isin(lines) & (own["rule"] != "missing_month")]
        out[kind] = "; ".join(f"{r.rule}: {r.found}" for r in hit.drop_duplicates("rule").itertuples())
    return out


def line_of(table: pd.DataFrame, rows: set[int]) -> set[int]:
    """Return the lines on which records start, line breaks in remarks counted."""
    breaks = sum(table[c].str.count("\n") for c in table)
    start = 2 + np.arange(len(table)) + np.r_[0, np.cumsum(breaks.to_numpy(dtype=np.int64))[:-1]]
    return set(start[np.isin(table.index.to_numpy(), list(rows))].tolist())


def plant(data: Path) -> Planted:
    """Return the received files of a folder with every kind planted."""
    tables = {
        s: pd.read_csv(data / f, sep=";", dtype=str, keep_default_na=False, encoding=ENCODED.get(s, "utf-8"))
        for s, f in FILES.items()
    }
    planted = Planted(tables, spaces=usual_spaces(tables["attendance"]))
    plant_in_register(planted)
    plant_in_accounts(planted)
    plant_in_answers(planted)
    plant_in_attendance(planted)
    return planted


def tried(root: Path) -> tuple[dict[str, str], pd.DataFrame]:
    """Return the reasons given for each kind, and what is flagged or set aside of the files as they are."""
    data = load(NAME, root).data
    planted = plant(data)
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / NAME
        shutil.copytree(data, copy)
        for source, table in planted.tables.items():
            table.to_csv(copy / FILES[source], sep=";", index=False, encoding=ENCODED.get(source, "utf-8"))
        before, after = failures(root, data), failures(root, copy)
        return noticed(planted, before, after), before


#: Rules that flag what is likelier mistaken than true.
_LIKELY = [*KINDS][[*KINDS].index("near_same_answers") : [*KINDS].index("year_apart") + 1]
#: Seeds of other draws of the default evaluation.
SEEDS = (11, 2024, 987654)


def likely(found: pd.DataFrame) -> pd.DataFrame:
    """Return what is flagged as likely mistaken among failures, a row a value."""
    return found[found["rule"].isin(_LIKELY) & (found["severity"] == "flag")]


def unplanted(root: Path) -> dict[str, pd.DataFrame]:
    """Return name -> what is flagged as likely mistaken in files as they were received, or drawn with another seed."""
    names = sorted(p.parent.name for p in (root / "surveys").glob("*/evaluation.yaml"))
    told = {}
    for name in names:
        evaluation = load(name, root)
        if all(path.is_file() for path in evaluation.received_files()):
            told[name] = likely(_failures(evaluation))
        else:
            print(f"not received: {name}")
    with tempfile.TemporaryDirectory() as scratch:
        project = Path(scratch)
        (project / "data").mkdir()
        for linked in ("surveys", "reports", "data/reference"):
            (project / linked).symlink_to(root / linked)
        for seed in SEEDS:
            drawn = load(NAME, project)
            simulate(drawn, seed=seed)
            told[f"{NAME}, seed {seed}"] = likely(_failures(drawn))
    return told


def main() -> int:
    """Plant, ingest both, and print what is noticed, and what where nothing is planted; 1 where a bar is missed."""
    found, _ = tried(ROOT)
    for kind, why in found.items():
        print(f"{'noticed' if why else 'MISSED ':8}{kind}: {why}"[:200])
    n = sum(map(bool, found.values()))
    print(f"{n} of {len(found)} kinds noticed (bar {BAR} of 54)")
    flags = unplanted(ROOT)
    for name, told in flags.items():
        print(f"{len(told)} flags where nothing is planted: {name}")
        for row in told.itertuples():
            print(f"        {row.source}:{row.line} {row.rule}: {row.found}"[:200])
    return 0 if n >= BAR and not sum(map(len, flags.values())) else 1


if __name__ == "__main__":
    raise SystemExit(main())
