"""The only way a page gets a contract and what hangs on it: 404 when not theirs, else 403."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from contracts.models import (
    Contract,
    ContractDocument,
    Offer,
    OfferDraft,
    OfferVersion,
    Parking,
    PriceRevision,
)
from providers.access import require
from providers.models import Membership
from providers.permissions import Capability, Level


def get_contract_for(
    member: Membership,
    contract_id: UUID,
    *,
    write: bool = False,
    capability: Capability = Capability.CONTRACTS,
) -> Contract:
    """A contract with its customer and offer; `COVERAGE` suffices where no amount is shown."""
    rows = Contract.objects.select_related("customer")
    if member.customer_id is None:  # the versions of an offer stand behind the provider's wall
        rows = rows.select_related("offer_version__offer")
    contract = get_object_or_404(rows, id=contract_id)
    require(member, capability, Level.WRITE if write else Level.READ)
    return contract


def get_document_for(member: Membership, document_id: UUID) -> ContractDocument:
    """A file of a contract, its bytes included."""
    document = get_object_or_404(
        ContractDocument.objects.select_related("contract"), id=document_id
    )
    require(member, Capability.CONTRACTS, Level.READ)
    return document


def get_offer_for(member: Membership, offer_id: UUID, *, write: bool = False) -> Offer:
    offer = get_object_or_404(Offer.objects.all(), id=offer_id)
    require(member, Capability.OFFERS, Level.WRITE if write else Level.READ)
    return offer


def get_offer_version_for(
    member: Membership, version_id: UUID, *, write: bool = False
) -> OfferVersion:
    version = get_object_or_404(OfferVersion.objects.select_related("offer"), id=version_id)
    require(member, Capability.OFFERS, Level.WRITE if write else Level.READ)
    return version


def get_offer_draft_for(member: Membership, draft_id: UUID, *, write: bool = False) -> OfferDraft:
    rows = OfferDraft.objects.select_related("offer", "based_on", "version")
    draft = get_object_or_404(rows, id=draft_id)
    require(member, Capability.OFFERS, Level.WRITE if write else Level.READ)
    return draft


def get_revision_for(
    member: Membership, revision_id: UUID, *, write: bool = False
) -> PriceRevision:
    revision = get_object_or_404(
        PriceRevision.objects.select_related("contract__customer"), id=revision_id
    )
    require(member, Capability.INDEX, Level.WRITE if write else Level.READ)
    return revision


def get_parking_for(member: Membership, parking_id: UUID, *, write: bool = False) -> Parking:
    parking = get_object_or_404(Parking.objects.select_related("contract__customer"), id=parking_id)
    require(member, Capability.INVOICING, Level.WRITE if write else Level.READ)
    return parking
