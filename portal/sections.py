"""The sections of a space: what its navigation shows and its help page explains."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from portal.components import NavigationItem
from providers.models import Membership
from providers.permissions import Capability, may


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the navigation, for those who may read what it leads to."""

    code: str
    label: Promise
    icon: str
    capability: Capability
    holds: Promise  # what one finds there, for the help page
    page: str = ""  # the page it leads to, where that is not named like the section

    @property
    def target(self) -> str:
        return self.page or self.code


def open_to(member: Membership, sections: Sequence[Section]) -> Iterator[Section]:
    return (section for section in sections if may(member.role, section.capability))


def items_of(
    member: Membership,
    sections: Sequence[Section],
    url: Callable[..., str],
    current: str = "",
    counts: Mapping[str, int] | None = None,
) -> list[NavigationItem]:
    """The entries of a navigation; `counts` are of acts that are due, by section."""
    due = counts or {}
    return [
        NavigationItem(
            section.label,
            url(member, section.target),
            is_current=section.code == current,
            count=due.get(section.code),
            icon=section.icon,
        )
        for section in open_to(member, sections)
    ]
