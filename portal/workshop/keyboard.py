"""The keys that lead somewhere, for those who may go there: « g » then a letter, or one letter."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from portal.components import Text
from portal.workshop.frame import SECTIONS, url
from portal.workshop.searching import ACTS
from providers.models import Membership
from providers.permissions import may

# After « g » (aller à): the letter of the French name of each page.
LETTERS: Final = {
    "home": "a",
    "customers": "c",
    "contracts": "k",
    "invoicing": "p",
    "invoices": "f",
    "offers": "o",
    "index": "i",
    "settings": "r",
}
OF_ACTS: Final = {"customer_new": "c", "contract_prepare": "n"}


@dataclass(frozen=True, slots=True)
class Shortcut:
    keys: str
    label: Text
    url: str


def shortcuts_of(member: Membership) -> Iterator[Shortcut]:
    for section in SECTIONS:
        if section.code in LETTERS and may(member.role, section.capability):
            keys = f"g {LETTERS[section.code]}"
            yield Shortcut(keys, section.label, url(member, section.code))
    for act in ACTS:
        if act.name in OF_ACTS and may(member.role, act.capability, act.level):
            yield Shortcut(OF_ACTS[act.name], act.label, url(member, act.name))


@dataclass(frozen=True, slots=True)
class Palette:
    """What the search and the sheet of shortcuts need on every page of a member."""

    search_url: str
    shortcuts_url: str
    shortcuts: tuple[Shortcut, ...]
    has_shortcuts: bool


def palette_of(member: Membership, *, has_shortcuts: bool) -> Palette:
    return Palette(
        url(member, "search"), url(member, "shortcuts"), tuple(shortcuts_of(member)), has_shortcuts
    )
