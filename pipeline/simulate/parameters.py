"""truth.yaml: the parameters of a synthetic evaluation, checked, with the override of a scenario."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from pipeline.errors import SimulateError
from pipeline.evaluation import Evaluation, Wave
from pipeline.instrument import read_yaml, validate

ByWave = dict[str, float]
Share = float


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SpaceType(_Strict):
    """Means of one type of space."""

    posts: float
    hours_week: float
    broadband: ByWave
    users_4w: float


class Closures(_Strict):
    """Closures by type between two dates."""

    first: dt.date
    last: dt.date
    by_type: dict[str, int]


class RegisterNoise(_Strict):
    """How many register entries are wrong in each known way."""

    duplicates: int = 0
    renamed_aliases: int = 0
    closed_still_listed: int = 0
    old_insee_code: int = 0


class Spaces(_Strict):
    """The spaces of the programme."""

    per_pays: dict[str, int]
    keep_share: float = 1.0
    type_share: dict[str, Share]
    types: dict[str, SpaceType]
    between_space_sd_log: float
    several_sites: int = 0
    opened_by_end_of: dict[int, int]
    closures: Closures
    closure_slope: float = 0.0
    equipment_year: dict[int, Share]
    facilitator_status: dict[str, dict[str, Share]]
    register_noise: RegisterNoise = RegisterNoise()


class Users(_Strict):
    """The finite population of users of each wave."""

    total: dict[str, int]
    age_share: dict[str, dict[str, Share]]
    age_tilt_sd: float
    aged_75: Share
    female_share: dict[str, Share]
    occupation: dict[str, dict[str, Share]]
    visits_4w: dict[str, list[Share]]
    second_space: Share
    home_computer: dict[str, dict[str, Share]]
    home_internet_given_computer: ByWave


class DemandLogit(_Strict):
    """Coefficients of wanting any elaborate service."""

    home_computer: float
    log_visits_centred: float
    space_sd: float
    space_shift_sd: float
    pays_first_wave_sd: float


class Demand(_Strict):
    """Services wanted."""

    basic: list[str]
    elaborate: list[str]
    neutral: list[str]
    any_elaborate: dict[str, dict[str, Share]]
    logit: DemandLogit
    pays_shift_logit: dict[str, float]
    items_persons: dict[str, ByWave]
    item_age_logit: dict[str, float]
    offered_from: dict[str, str] = {}

    @property
    def items(self) -> list[str]:
        """Return every service, basic first."""
        return [*self.basic, *self.elaborate, *self.neutral]


class Satisfaction(_Strict):
    """Satisfaction notes from 1 to 5."""

    overall: dict[str, list[Share]]
    top_two: dict[str, ByWave]
    not_concerned: dict[str, Share] = {}
    equipment_over_5_years_logit: float
    labelled_logit: float
    space_sd_logit: float
    halo_sd_logit: float
    straightlining: Share


class WillingnessToPay(_Strict):
    """Yearly subscription to open access."""

    bids: list[float]
    median: ByWave
    shape: float
    covariates_log_median: dict[str, float]
    protest: Share
    dont_know: Share
    true_zeros: Share = 0.0
    second_answer_shift: float = 0.0


class ActivityShift(_Strict):
    """Change of the activity profile from the first to the last year, in points."""

    ages: list[str]
    points: list[float]


class Attendance(_Strict):
    """Monthly counts."""

    first_month: str
    last_month: str
    negative_binomial_size: float
    season: list[float] = Field(min_length=12, max_length=12)
    season_coast: list[float] = Field(min_length=12, max_length=12)
    trend_by_age: dict[str, float]
    under_15_share: Share
    activity: dict[str, list[float]]
    activity_shift: ActivityShift
    space_slope_sd: float = 0.0
    missing_months: Share


class Label(_Strict):
    """The label and its effect."""

    n: int
    projects: int
    cohorts: dict[str, int]
    selection: dict[str, int]
    effect_log_visits: float
    effect_log_hours: float
    pays_year_shock_sd: float
    pretrend: float = 0.0


class ModeEffect(_Strict):
    """How the mode of the last wave changes answers."""

    satisfaction_lower: Share = 0.0
    extra_tick: Share = 0.0


class Sampling(_Strict):
    """The design and the response of both stages."""

    spaces: dict[str, int]
    min_per_pays: int
    overlap: Share
    space_participation: ByWave
    days: int
    returned_usable: ByWave
    returned_by_age: dict[str, Share]
    partial: Share
    item_nonresponse: dict[str, Share] = {}
    comment: Share = 0.0
    mode_effect: ModeEffect = ModeEffect()


class PlantedErrors(_Strict):
    """Share of received rows that carry an error of each kind."""

    age_impossible: Share = 0.0
    unknown_space: Share = 0.0
    duplicated_sign_in: Share = 0.0
    date_outside_field: Share = 0.0
    encoding: Share = 0.0
    age_sum_differs: Share = 0.0
    attended_over_enrolled: Share = 0.0


class NonUsers(_Strict):
    """A telephone survey of inhabitants who use no space, in some pays (a simulated addition)."""

    wave: str
    pays: list[str] = Field(min_length=1)
    n: int = Field(ge=1)
    female_share: Share = 0.52
    answering_by_age: dict[str, Share]
    knows_a_space: Share
    reasons: dict[str, Share]
    expected_services: dict[str, Share]


class Facilitators(_Strict):
    """The survey of facilitators, one questionnaire a space; every table is by type of space.

    ``answers``: question -> type -> code -> share. ``boxes``: question -> item -> type -> share who tick it.
    """

    wave: str
    undeliverable: int = Field(ge=0)
    returned: dict[str, Share]
    item_nonresponse: Share = 0.0
    answers: dict[str, dict[str, dict[str, Share]]]
    boxes: dict[str, dict[str, dict[str, Share]]]


class Cooperation(_Strict):
    """The network of facilitators and local actors of some pays, asked in every wave with whom they cooperate.

    ``actors``: type -> how many, dealt to the pays in proportion to ``pays``, more or less (``mix_sd``, in logs).
    ``mean_partners``: others that an actor names, by wave. ``same_pays``, ``from_type``, ``to_type``: what moves a tie,
    in standard deviations of its noise; ``activity_sd`` and ``fame_sd``: how actors differ. ``mutual``: correlation of
    the two directions of a pair, ``persistence``: of the waves. ``answered``: type -> wave -> share. ``kinds``: wave ->
    kind -> share of ties. ``skills``: item -> wave -> share of the actors of type ``skilled``. The last three: wrong
    records planted.
    """

    pays: dict[str, float] = Field(min_length=1)
    actors: dict[str, int]
    mix_sd: float = Field(default=0.0, ge=0)
    mean_partners: dict[str, float]
    same_pays: float = 0.0
    from_type: dict[str, float] = {}
    to_type: dict[str, float] = {}
    activity_sd: float = Field(default=0.0, ge=0)
    fame_sd: float = Field(default=0.0, ge=0)
    mutual: Share = 0.0
    persistence: Share = 0.0
    answered: dict[str, ByWave]
    kinds: dict[str, dict[str, Share]]
    skilled: str
    skills: dict[str, ByWave]
    unknown_actor: int = Field(default=0, ge=0)
    self_tie: int = Field(default=0, ge=0)
    tie_without_answer: int = Field(default=0, ge=0)


class Costs(_Strict):
    """The accounts of the programme: euros before tax, rules of aid to investment, who pays the rest.

    ``region_total``: what the region paid from ``first`` to ``region_until``, all aid together.
    """

    first: int
    last: int
    region_total: int = Field(ge=0)
    region_until: int
    price_per_post: float = Field(gt=0)
    running_per_post: float = Field(ge=0)
    group_share: Share = 0.0
    group_of: int = 3
    rate: Share
    ceiling: float
    ceiling_large: float
    size_threshold: float
    rate_label: Share
    ceiling_label: float
    europe_share: Share = 0.0
    department_share: Share = 0.0
    receipts_share: Share = 0.0
    state_share: Share = 0.0
    full_time_hours: float = Field(default=35, gt=0)
    staff: dict[str, float]


class Workshops(_Strict):
    """Cycles of workshops and nominal lists of enrolments; shares by year where they are a mapping.

    ``places``: most places of a cycle, ``least_places`` the fewest; ``present``: share of the meetings that an enrolled
    person attends; ``came``: share who come at least once; ``lists``: share of the spaces of a type that send nominal
    lists; ``re_enrolment``: share of those who completed a cycle that begins another; ``slowest``: days it may take.
    """

    years: list[int] = Field(min_length=1)
    meetings: int = Field(ge=1)
    hours_per_meeting: float = Field(gt=0)
    places: int = Field(ge=1)
    least_places: int = Field(default=1, ge=1)
    fill: Share
    present: Share
    came: Share
    themes: dict[str, dict[str, Share]]
    lists: dict[str, Share]
    completed: Share
    re_enrolment: ByWave
    age_logit: dict[str, float] = {}
    space_sd_logit: float = Field(default=0.0, ge=0)
    slowest: int = Field(default=150, ge=2)


class Truth(_Strict):
    """Every parameter of a synthetic evaluation."""

    synthetic: bool
    population_seed: int
    sample_seed: int
    draw_vintage: int
    spaces: Spaces
    users: Users
    demand: Demand
    satisfaction: Satisfaction
    recommend: dict[str, dict[str, Share]] = {}
    willingness_to_pay: WillingnessToPay
    attendance: Attendance
    label: Label
    sampling: Sampling
    planted_errors: PlantedErrors = PlantedErrors()
    non_users: NonUsers | None = None
    costs: Costs | None = None
    facilitators: Facilitators | None = None
    cooperation: Cooperation | None = None
    workshops: Workshops | None = None
    scenarios: dict[str, dict[str, Any]] = {"default": {}}
    _waves: tuple[Wave, ...] = PrivateAttr(default=())

    def year(self, wave: str) -> str:
        """Return the year that a wave stands for: draws and columns follow it, so that a wave may be renamed."""
        return next(str(w.year) for w in self._waves if w.name == wave)

    def offers(self, item: str, wave: str) -> bool:
        """Return whether a service is among the boxes of a wave: from a wave on, in their declared order."""
        waves = [w.name for w in self._waves]
        return waves.index(self.demand.offered_from.get(item, wave)) <= waves.index(wave)

    @model_validator(mode="after")
    def _adds_up(self) -> Truth:
        if not self.synthetic:
            raise ValueError("truth.yaml must say 'synthetic: true': only synthetic evaluations are simulated")
        shares: dict[str, Any] = {"spaces.type_share": self.spaces.type_share.values()}
        shares["spaces.equipment_year"] = self.spaces.equipment_year.values()
        shares |= {f"users.age_share.{w}": s.values() for w, s in self.users.age_share.items()}
        shares |= {f"users.occupation.{w}": s.values() for w, s in self.users.occupation.items()}
        shares |= {f"users.visits_4w.{a}": s for a, s in self.users.visits_4w.items()}
        shares |= {f"satisfaction.overall.{w}": s for w, s in self.satisfaction.overall.items()}
        shares |= {f"recommend.{w}": s.values() for w, s in self.recommend.items()}
        shares |= {
            f"workshops.themes.{y}": s.values() for y, s in (self.workshops.themes if self.workshops else {}).items()
        }
        kinds = self.cooperation.kinds if self.cooperation else {}
        shares |= {f"cooperation.kinds.{w}": s.values() for w, s in kinds.items()}
        asked = self.facilitators.answers if self.facilitators else {}
        shares |= {f"facilitators.answers.{q}.{k}": s.values() for q, t in asked.items() for k, s in t.items()}
        for key, values in shares.items():
            if abs(sum(values) - 1) > 1e-6:
                raise ValueError(f"{key} adds up to {sum(values):.4f}, not to 1")
        return self


def load_truth(evaluation: Evaluation, scenario: str = "default") -> Truth:
    """Read truth.yaml of a synthetic evaluation and lay the override of ``scenario`` over it.

    Raises
    ------
    SimulateError
        If the evaluation is not synthetic, the file is missing or wrong, or the scenario is unknown.
    """
    path = evaluation.folder / "truth.yaml"
    if not evaluation.settings.synthetic:
        raise SimulateError(
            "this evaluation holds real data, so nothing is simulated",
            where=str(evaluation.folder / "evaluation.yaml"),
            found="synthetic: false",
            action="give the folder of the received files with --data",
        )
    content, node = read_yaml(path, SimulateError)
    content = _text_keys(content)
    known = content.get("scenarios") or {"default": {}} if isinstance(content, dict) else {}
    if isinstance(content, dict) and scenario not in known:
        raise SimulateError("unknown scenario", where=f"{path}, key scenarios", found=scenario, allowed=sorted(known))
    truth = validate(Truth, _laid_over(content, known.get(scenario) or {}), node, path, SimulateError)
    _check_waves(evaluation, truth, str(path))
    truth._waves = tuple(evaluation.settings.waves)
    return truth


def _check_waves(evaluation: Evaluation, truth: Truth, path: str) -> None:
    waves = [w.name for w in evaluation.settings.waves]
    for key, table in (
        ("users.total", truth.users.total),
        ("users.age_share", truth.users.age_share),
        ("demand.any_elaborate", truth.demand.any_elaborate),
        ("sampling.spaces", truth.sampling.spaces),
    ):
        lost = [w for w in waves if w not in table]
        if lost:
            raise SimulateError(
                "the truth says nothing of a wave", where=f"{path}, key {key}", found=sorted(table), allowed=waves
            )
    for item, wave_name in truth.demand.offered_from.items():
        if wave_name not in waves:
            raise SimulateError(
                "a service is offered from a wave that the evaluation does not declare",
                where=f"{path}, key demand.offered_from.{item}",
                found=wave_name,
                allowed=waves,
            )
    for wave in evaluation.settings.waves:
        if wave.attendance_month is None or wave.opening_days is None:
            raise SimulateError(
                "a simulated wave needs attendance_month and opening_days",
                where=f"{evaluation.folder / 'evaluation.yaml'}, wave {wave.name}",
            )


def _text_keys(value: Any) -> Any:
    """Return ``value`` with keys as text: YAML reads 2003 as a number and a month as text."""
    if isinstance(value, dict):
        return {str(k): _text_keys(v) for k, v in value.items()}
    return value


def _laid_over(base: Any, override: dict[str, Any]) -> Any:
    if not isinstance(base, dict):
        return base
    merged = dict(base)
    for key, value in override.items():
        merged[key] = _laid_over(merged.get(key), value) if isinstance(value, dict) and key in merged else value
    return merged
