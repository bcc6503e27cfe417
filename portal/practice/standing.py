"""Where a practice stands on a day: its contracts in force, else those about to start."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import cast

from contracts.enums import ContractStatus
from contracts.models import Contract
from contracts.queries import terms_by_hash
from contracts.rules.terms import Terms
from portal import plain_words
from portal.practice.frame import today, url
from portal.shell import face_of
from providers.doors import MemberRequest
from providers.models import Membership, ProviderProfile


@dataclass(frozen=True, slots=True)
class Standing:
    """A practice as its contracts stand on a day: those in force, else those about to start."""

    member: Membership
    profile: ProviderProfile
    day: date
    in_force: list[Contract]
    to_come: list[Contract]
    terms: dict[str, Terms]

    @property
    def signed(self) -> list[Contract]:
        return self.in_force + self.to_come

    @property
    def current(self) -> list[Contract]:
        return self.in_force or self.to_come

    def terms_of(self, contract: Contract) -> Terms:
        return self.terms[contract.terms_hash]

    def address(self, contract: Contract, place: str = "") -> str:
        return url(self.member, "contract", contract.pk) + place


def standing_of(request: MemberRequest, contracts: list[Contract]) -> Standing:
    member, day = request.member, today(request.member)
    in_force, to_come = in_force_and_to_come(contracts, day)
    return Standing(
        member=member,
        profile=cast("ProviderProfile", face_of(request)),
        day=day,
        in_force=in_force,
        to_come=to_come,
        terms=terms_by_hash({row.terms_hash for row in in_force + to_come}),
    )


def in_force_and_to_come(
    contracts: list[Contract], day: date
) -> tuple[list[Contract], list[Contract]]:
    signed = [row for row in contracts if row.status == ContractStatus.SIGNED]
    return (
        [row for row in signed if row.starts_on <= day],
        [row for row in signed if row.starts_on > day],
    )


def weeks(standing: Standing) -> Iterator[tuple[str, list[plain_words.OpenDays]]]:
    """The support hours of each offer; contracts of the same terms have the same."""
    for row in {row.terms_hash: row for row in standing.current}.values():
        if hours := standing.terms_of(row).hours:
            yield row.offer_name, plain_words.week(hours)
