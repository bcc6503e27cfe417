"""What pages read about offers, their versions and their drafts."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from contracts.enums import ContractStatus
from contracts.models import Contract, Offer, OfferDraft, OfferVersion
from providers.models import AuditEntry
from providers.queries import names_of

SIGNED = Q(status__in=(ContractStatus.SIGNED, ContractStatus.ENDED))


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A published version, with who published it and how many contracts were signed on it."""

    version: OfferVersion
    contracts: int
    publisher: str


def latest_version(offer: Offer) -> OfferVersion:
    return OfferVersion.objects.filter(offer=offer).select_related("offer").latest("number")


def versions_of(offer: Offer) -> list[VersionRow]:
    """The versions of an offer, latest first: four queries whatever their number."""
    versions = list(OfferVersion.objects.filter(offer=offer).order_by("-number"))
    counts = dict(
        Contract.objects.filter(SIGNED, offer_version__offer=offer)
        .order_by()
        .values("offer_version")
        .annotate(count=Count("pk"))
        .values_list("offer_version", "count")
    )
    people = publishers(version.pk for version in versions)
    return [
        VersionRow(version, counts.get(version.pk, 0), people.get(version.pk, ""))
        for version in versions
    ]


def publishers(versions: Iterable[UUID]) -> dict[UUID, str]:
    """Who published each version; nobody for those of a preset."""
    acts = AuditEntry.objects.filter(
        act="offer.published", subject_id__in=list(versions), actor_id__isnull=False
    )
    pairs = acts.values_list("subject_id", "actor_id")
    actors = {subject: actor for subject, actor in pairs if subject and actor}
    names = names_of(actors.values())
    return {version: names.get(actor, "") for version, actor in actors.items()}


def contracts_signed_on(version: OfferVersion) -> QuerySet[Contract]:
    found = Contract.objects.filter(SIGNED, offer_version=version).select_related("customer")
    return found.defer("terms").order_by("-signed_on", "-id")


def signed_on_offer(offer_id: UUID) -> int:
    return Contract.objects.filter(SIGNED, offer_version__offer=offer_id).count()


def open_drafts() -> QuerySet[OfferDraft]:
    return OfferDraft.objects.filter(version=None).defer("terms").order_by("name", "code")


def retired_offers() -> QuerySet[Offer]:
    return Offer.objects.filter(is_active=False).order_by("name", "code")


def latest_versions() -> QuerySet[OfferVersion]:
    """The latest version of every offer, sold or not: what a new one can be copied from."""
    rows = OfferVersion.objects.select_related("offer").order_by("offer", "-number")
    return rows.distinct("offer")
