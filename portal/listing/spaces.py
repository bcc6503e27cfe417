"""The two spaces that show lists: behind whose door, with whose addresses and page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse

from portal.practice import frame as practice
from portal.workshop import frame as workshop
from providers.doors import MemberView, View, practice_page, workshop_page


@dataclass(frozen=True, slots=True)
class Space:
    """What a list asks of the space it stands in."""

    door: Callable[..., Callable[[MemberView], View]]
    url: Callable[..., str]
    page: Callable[..., HttpResponse]
    keeps_readings: bool  # what a practice's own members read is theirs, and is not noted


WORKSHOP: Final = Space(workshop_page, workshop.url, workshop.page, keeps_readings=True)
PRACTICE: Final = Space(practice_page, practice.url, practice.page, keeps_readings=False)
