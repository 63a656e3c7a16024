"""Words for the warnings of the checks of quality: what each looks for, and what to bear in mind when it is raised."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Caution:
    """A warning in words, by language: its short ``name``, what it is ``looking`` for, and what it then ``means``."""

    name: dict[str, str]
    looking: dict[str, str]
    means: dict[str, str]


CAUTIONS = {
    "mode_effect": Caution(
        {"fr": "mode de collecte", "en": "mode of collection"},
        {
            "fr": "des notes ou des cases cochées qui évoluent comme le veut un changement de mode de collecte",
            "en": "notes or ticked boxes that move as a change of mode moves them",
        },
        {
            "fr": "Le mode de collecte a changé entre les vagues et les réponses en portent la trace : "
            "une part des évolutions peut venir du questionnaire lui-même.",
            "en": "The mode of collection changed and the answers show it: part of the changes may come from it.",
        },
    ),
    "new_items": Caution(
        {"fr": "services proposés à une seule vague", "en": "services offered in one wave only"},
        {
            "fr": "des services proposés à une vague et pas à l'autre",
            "en": "services offered in one wave and not in the other",
        },
        {
            "fr": "La liste des services proposés n'est pas la même aux deux vagues : l'évolution de la demande ne "
            "porte que sur les services communs.",
            "en": "The list of services differs between the waves: changes of demand are about common services only.",
        },
    ),
    "sparse": Caution(
        {"fr": "échantillon réduit", "en": "small sample"},
        {
            "fr": "des territoires trop peu enquêtés pour que la plupart aient une estimation propre",
            "en": "territories too thinly surveyed for most to have an estimate of their own",
        },
        {
            "fr": "Trop peu d'espaces ont été enquêtés : la plupart des territoires n'ont pas d'estimation propre et "
            "les évolutions sont moins précises.",
            "en": "Too few spaces were surveyed: most territories have no estimate and changes are less precise.",
        },
    ),
    "pretrend": Caution(
        {"fr": "évolutions antérieures au label", "en": "trends before the label"},
        {
            "fr": "une fréquentation des futurs labellisés qui s'écartait déjà de celle des autres avant le label",
            "en": "attendance of future labelled spaces that already diverged before the label",
        },
        {
            "fr": "Les espaces labellisés évoluaient déjà autrement que les autres avant le label : l'écart mesuré "
            "ensuite ne peut pas lui être attribué.",
            "en": "Labelled spaces already moved differently before the label: the gap cannot be put down to it.",
        },
    ),
    "informative_closure": Caution(
        {"fr": "fermetures liées à la fréquentation", "en": "closures related to attendance"},
        {
            "fr": "des espaces fermés qui perdaient leurs visiteurs avant de fermer",
            "en": "closed spaces that were losing visitors before they closed",
        },
        {
            "fr": "Les espaces qui ont fermé perdaient déjà des visiteurs : ceux qui restent ouverts donnent une image "
            "trop favorable de la fréquentation.",
            "en": "Spaces that closed were losing visitors: those that stay open draw too favourable a picture.",
        },
    ),
    "refusal_of_payment": Caution(
        {"fr": "refus de payer", "en": "refusal of payment"},
        {
            "fr": "des usagers nombreux qui ne paieraient rien ou refusent l'idée d'un tarif",
            "en": "many users who would pay nothing or refuse the idea of a price",
        },
        {
            "fr": "Une part notable des usagers ne paierait rien : le montant médian ne suffit pas à fixer un tarif.",
            "en": "A notable share of users would pay nothing: the median amount is not enough to set a price.",
        },
    ),
}
