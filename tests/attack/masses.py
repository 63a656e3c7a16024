"""The masses behind published shares: what cells, bases, domains and territories have to do with one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy as np

from tests.attack.answers import Answer, Readings
from tests.attack.cone import Cone, Programme, ratios
from tests.attack.published import Place, Row

WHOLE: Place = frozenset()
#: A target is left once its interval is known to be this many respondents wide.
ENOUGH = 3.0
#: Respondents that a base is taken to have where their number is hidden.
FEWEST = 10.0


@dataclass(frozen=True)
class Weights:
    """Least and greatest weight of a respondent, as parts of the sum of weights."""

    least: float
    greatest: float


@dataclass(frozen=True)
class Base:
    """Those of a place who answered the variables of a class (all of which the same people answered)."""

    variables: str
    among: Place


@dataclass(frozen=True)
class Found:
    """What an attack found of a hidden row: an interval, and by which way."""

    id: str
    low: float
    high: float
    way: str
    enough: bool = False


def published_masses(rows: Iterable[Row], population: str, wave: str) -> dict[Place, tuple[float, float]]:
    """Return the masses of domains and territories that counts of persons print, as parts of the whole's."""
    counts = {
        r.conditions: r
        for r in rows
        if r.population == population
        and r.when == wave
        and r.measure == "count"
        and r.unit == "count"
        and r.inference in ("sample", "nonprobability")
        and not r.method
        and not r.hidden
    }
    if WHOLE not in counts:
        return {}
    whole = counts[WHOLE]
    return {p: (r.low / whole.high, r.high / whole.low) for p, r in counts.items() if p}


def published_weights(rows: Iterable[Row], population: str, wave: str) -> Weights | None:
    """Return the bounds of a respondent's weight that the weighting report prints."""
    told = {
        r.measure: r.estimate
        for r in rows
        if r.analysis == "weighting" and r.population == population and r.when == wave and not r.domain
    }
    if not {"min", "max", "sum"} <= told.keys():
        return None
    return Weights(told["min"] * 0.95 / told["sum"], told["max"] * 1.05 / told["sum"])


def second_moment(row: Row) -> tuple[float, float] | None:
    """Return the bounds of the mean square of a variable that mean, standard error, design effect and n give back.

    The design effect sets the variance of the mean against that of a simple sample, s² / n.
    """
    se, deff = row.printed.get("se", (np.nan, np.nan)), row.printed.get("deff", (np.nan, np.nan))
    if not (row.n > 1 and se[0] > 0 and deff[0] > 0):
        return None
    least, most = ((row.n - 1) * s**2 / d for s, d in ((se[0], deff[1]), (se[1], deff[0])))
    return min(row.low**2, row.high**2) + least, max(row.low**2, row.high**2) + most


def attack(readings: Readings, masses: dict[Place, tuple[float, float]], weights: Weights | None) -> list[Found]:
    """Return what can be found of the hidden shares of one population in one wave."""
    classes = _base_classes(readings)
    conditions = {name for a in readings.answers for name, _ in a.among}
    system = System(readings, classes, weights)
    hub = [a for a in readings.answers if a.variable in conditions]
    found: list[Found] = []
    known = dict(masses)
    hub_found, bounds = system.solve(hub, known, inner=True)
    found += hub_found
    known.update(bounds)
    for one in sorted({classes[a.variable] for a in readings.answers if a.variable not in conditions}):
        part = [a for a in readings.answers if a.variable not in conditions and classes[a.variable] == one]
        found += system.solve(part, known, inner=False)[0]
    return found


def _base_classes(readings: Readings) -> dict[str, str]:
    """Return the class of every variable: variables that the same people answered, wherever both are asked."""
    found: dict[str, str] = {}
    heads: list[str] = []
    for variable in sorted(readings.codes, key=lambda v: (-len(readings.n.get(v, {})), v)):
        mine = readings.n.get(variable, {})
        same = [h for h in heads if _same(mine, readings.n.get(h, {}))]
        found[variable] = same[0] if same else variable
        heads += [] if same else [variable]
    return found


def _same(one: dict[Place, float], other: dict[Place, float]) -> bool:
    common = one.keys() & other.keys()
    return len(common) >= 3 and all(one[p] == other[p] for p in common)


@dataclass
class System:
    """Builds and solves the cone of a set of readings."""

    readings: Readings
    classes: dict[str, str]
    weights: Weights | None

    def solve(
        self, answers: list[Answer], known: dict[Place, tuple[float, float]], *, inner: bool
    ) -> tuple[list[Found], dict[Place, tuple[float, float]]]:
        """Return what is found of the hidden rows among ``answers`` and, of a hub, the bounds of its places."""
        if not answers:
            return [], {}
        cone = self._cone(answers, known)
        programme = Programme(cone)
        whole = cone.mass(WHOLE)
        programme._build()
        programme.reconcile(whole)
        hidden = [a for a in answers if a.row.hidden]
        for a in hidden:
            self._target(cone, a)
        programme._build()
        targets = [(("sum", a.row.id), self._base(a)) for a in hidden]
        n = np.array([a.row.n for a in hidden], dtype=np.float64)
        enough = np.minimum(ENOUGH / np.where(np.isnan(n), FEWEST, n), 0.5)
        seen = ratios(programme, targets, enough, WHOLE) if targets else np.zeros((0, 2))
        found = [
            Found(a.row.id, low, high, "shares", bool(high - low >= e))
            for a, (low, high), e in zip(hidden, seen, enough, strict=True)
        ]
        if not inner:
            return found, {}
        places = sorted({c for k in cone.index if isinstance(k, Base) for c in [k.among] if c}, key=sorted)
        places = [p for p in places if p in cone.index and p not in known]
        bounds = ratios(programme, [(p, WHOLE) for p in places], np.full(len(places), 9.0), WHOLE)
        return found, {p: (float(lo), float(hi)) for p, (lo, hi) in zip(places, bounds, strict=True)}

    def _base(self, answer: Answer) -> Base:
        return Base(self.classes[answer.variable], answer.among)

    def _target(self, cone: Cone, answer: Answer) -> None:
        cone.add({("sum", answer.row.id): -1.0, **dict.fromkeys(answer.cells, 1.0)}, equal=True)

    def _cone(self, answers: list[Answer], known: dict[Place, tuple[float, float]]) -> Cone:
        cone = Cone()
        cone.mass(WHOLE)
        for a in answers:
            self._printed(cone, a)
        variables = {a.variable for a in answers}
        for mean in self.readings.means:
            if mean.variable in variables and not mean.row.hidden:
                self._mean(cone, mean.variable, mean.among, mean.row)
        self._answers(cone, variables)
        self._places(cone)
        self._known(cone, known)
        self._weighed(cone)
        return cone

    def _printed(self, cone: Cone, answer: Answer) -> None:
        base, row = self._base(answer), answer.row
        for cell in answer.cells:
            cone.mass(cell)
        cone.mass(base)
        if row.hidden:
            return
        low, high = max(row.low, 0.0), min(row.high, 1.0)
        cells: dict[Hashable, float] = dict.fromkeys(answer.cells, 1.0)
        cone.add({**cells, base: -low}, tag=row.id)
        cone.add({**dict.fromkeys(cells, -1.0), base: high}, tag=row.id)

    def _mean(self, cone: Cone, variable: str, among: Place, row: Row) -> None:
        base = Base(self.classes[variable], among)
        scores: dict[Hashable, float] = {
            among | {(variable, c)}: float(c) for c in sorted(self.readings.codes[variable])
        }
        cone.add({**scores, base: -row.low}, tag=row.id)
        cone.add({**{c: -s for c, s in scores.items()}, base: row.high}, tag=row.id)
        spread = second_moment(row)
        if spread is not None:
            squares: dict[Hashable, float] = {c: s**2 for c, s in scores.items()}
            cone.add({**squares, base: -spread[0]}, tag=f"spread {row.id}")
            cone.add({**{c: -s for c, s in squares.items()}, base: spread[1]}, tag=f"spread {row.id}")

    def _answers(self, cone: Cone, variables: set[str]) -> None:
        """Answers to a question make up those who answered it; an answer alone is at most that."""
        for base in [k for k in cone.index if isinstance(k, Base)]:
            for variable in sorted(v for v in variables if self.classes[v] == base.variables):
                codes = sorted(self.readings.codes[variable])
                parts = [base.among | {(variable, c)} for c in codes]
                if variable in self.readings.complete:
                    cone.partition(parts, base, equal=True, tag=f"answers {variable}")
                elif parts[0] in cone.index or len(parts) > 1:
                    cone.partition([p for p in parts if p in cone.index], base, equal=False, tag="")

    def _places(self, cone: Cone) -> None:
        """Domains and territories make up what they divide, less those of whom the domain is not known."""
        keys = [k for k in cone.index if isinstance(k, Base | frozenset)]
        parts: dict[tuple[Hashable, str], list[tuple[Hashable, Place]]] = defaultdict(list)
        for key in keys:
            place = key.among if isinstance(key, Base) else key
            for name, code in sorted(place):
                rest = place - {(name, code)}
                whole: Hashable = Base(key.variables, rest) if isinstance(key, Base) else rest
                if whole in cone.index:
                    parts[whole, name].append((key, place))
        for (whole, name), found in parts.items():
            self._divided(cone, whole, name, found)
        for key in keys:
            if isinstance(key, Base):
                cone.add({key.among: 1.0, key: -1.0})

    def _divided(self, cone: Cone, whole: Hashable, name: str, found: list[tuple[Hashable, Place]]) -> None:
        codes = self._all_codes(name)
        members = {c for _, place in found for n, c in place if n == name}
        rest = ("rest", whole, name)
        cone.partition([*[k for k, _ in found], rest], whole, equal=True, tag="")
        missing = self._missing(whole, name) if members == codes else None
        if isinstance(whole, Base):
            if missing == 0:
                cone.add({rest: -1.0})
            elif missing is not None and self.weights is not None:
                cone.share(rest, WHOLE, missing * self.weights.least, missing * self.weights.greatest, "")
        else:
            for variable, code in sorted(whole if isinstance(whole, frozenset) else ()):
                base = Base(self.classes.get(variable, ""), whole - {(variable, code)})
                if ("rest", base, name) in cone.index:
                    cone.add({("rest", base, name): 1.0, rest: -1.0})

    def _all_codes(self, name: str) -> set[str]:
        return {c for a in self.readings.answers for n, c in a.among if n == name}

    def _missing(self, whole: Hashable, name: str) -> float | None:
        """Return how many respondents of a base are in none of the domains called ``name``."""
        if not isinstance(whole, Base):
            return None
        people: dict[Place, float] = {}
        for variable, of in self.classes.items():
            if of == whole.variables:
                people.update(self.readings.n.get(variable, {}))
        parts = [whole.among | {(name, c)} for c in self._all_codes(name)]
        if whole.among not in people or not all(p in people for p in parts):
            return None
        return people[whole.among] - sum(people[p] for p in parts)

    def _known(self, cone: Cone, known: dict[Place, tuple[float, float]]) -> None:
        for place, (low, high) in known.items():
            if place in cone.index:
                cone.share(place, WHOLE, low, high, "counts of persons")

    def _weighed(self, cone: Cone) -> None:
        if self.weights is None:
            return
        for key in [k for k in cone.index if isinstance(k, Base)]:
            n = [
                self.readings.n[v].get(key.among)
                for v, of in self.classes.items()
                if of == key.variables and v in self.readings.n
            ]
            told = next((x for x in n if x is not None), None)
            if told is not None:
                cone.share(key, WHOLE, told * self.weights.least, told * self.weights.greatest, "")
