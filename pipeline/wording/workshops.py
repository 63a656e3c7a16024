"""Words of workshops: indicators, populations and what cuts them."""

from __future__ import annotations

PAIRS: dict[str, tuple[str, str]] = {
    "population=workshops": ("cycles d'ateliers", "cycles of workshops"),
    "population=trainees": (
        "stagiaires des espaces qui tiennent une liste nominative",
        "trainees of the spaces that keep nominal lists",
    ),
    "population=trainees:all": ("Ensemble des stagiaires", "All trainees"),
    "group=workshops": ("cycles d'ateliers", "cycles of workshops"),
    "group=trainees": ("stagiaires", "trainees"),
    "by=theme": ("Thème de l'atelier", "Theme of the workshop"),
    "workshops.spaces": ("Espaces qui ont tenu des ateliers", "Spaces that held workshops"),
    "workshops.cycles": ("Cycles d'ateliers", "Cycles of workshops"),
    "workshops.places": ("Places proposées", "Places offered"),
    "workshops.enrolled": ("Inscriptions", "Enrolments"),
    "workshops.fill": ("Taux de remplissage des ateliers", "Fill rate of workshops"),
    "workshops.hours": ("Heures-stagiaires", "Trainee hours"),
    "workshops.hours.evolution": (
        "Évolution des heures-stagiaires, à espaces constants",
        "Change of trainee hours in the same spaces",
    ),
    "workshops.re_enrolment": (
        "Part des stagiaires qui se réinscrivent après un cycle",
        "Share of trainees who enrol again after a cycle",
    ),
    "workshops.re_enrolment:verb": (
        "qui ont suivi un cycle jusqu'au bout se réinscrivent à un autre",
        "who completed a cycle enrol in another",
    ),
    "workshops.followed": (
        "Part des stagiaires suivis jusqu'au terme du délai",
        "Share of trainees followed to the end of the window",
    ),
    "workshops.lists": ("Espaces dont la liste est nominative", "Spaces with nominal lists"),
    "workshops.trainees": ("Stagiaires, comptés une fois", "Trainees, counted once"),
    "workshops.trainees.share": ("Part des stagiaires", "Share of trainees"),
    "workshops.enrolments_each": ("Inscriptions par stagiaire dans l'année", "Enrolments per trainee in the year"),
    "method=closed_window": ("Stagiaires suivis jusqu'au terme du délai", "Trainees followed to the end of the window"),
    "money.training_hours.per_workshop_visit": (
        "Heures-stagiaires par visite en atelier",
        "Trainee hours per visit to a workshop",
    ),
}
