"""Offers and the terms of their versions, read only."""

from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from contracts.access import get_offer_for, get_offer_version_for
from contracts.models import Offer, OfferVersion
from portal.api import searches
from portal.api.door import ApiView, reply
from portal.api.fields import Described, IdField, InstantOut
from portal.api.pages import Page, page_of, wanted
from portal.api.schema import described
from providers.permissions import Capability


class OfferOut(Described):
    """What a provider sells; contracts are prepared by its code."""

    id = IdField("offer")
    code = serializers.CharField()
    name = serializers.CharField()
    is_active = serializers.BooleanField()


class VersionOut(Described):
    """The terms of an offer as published on a day."""

    id = IdField("version")
    offer = IdField("offer", source="offer_id")
    number = serializers.IntegerField()
    is_price_confirmed = serializers.BooleanField()
    published_at = InstantOut(allow_null=True)


@extend_schema_field(OpenApiTypes.OBJECT)
class TermsField(serializers.JSONField):
    """Each part with its clause, as the rules read them."""


class VersionTermsOut(VersionOut):
    terms = TermsField()


def _shown(row: Offer) -> object:
    return OfferOut(row).data


def _shown_version(row: OfferVersion) -> object:
    return VersionOut(row).data


class Offers(ApiView):
    capability: ClassVar[Capability] = Capability.OFFERS

    @described("List the offers", query=Page, rows=OfferOut)
    def get(self, asked: Request) -> HttpResponse:
        return reply(page_of(searches.offers(), wanted(asked, Page), _shown))


class OneOffer(ApiView):
    capability: ClassVar[Capability] = Capability.OFFERS

    @described("Read an offer", shown=OfferOut)
    def get(self, asked: Request, offer_id: UUID) -> HttpResponse:
        return reply(_shown(get_offer_for(self.member, offer_id)))


class Versions(ApiView):
    capability: ClassVar[Capability] = Capability.OFFERS

    @described("List the versions of an offer", query=Page, rows=VersionOut)
    def get(self, asked: Request, offer_id: UUID) -> HttpResponse:
        offer = get_offer_for(self.member, offer_id)
        return reply(page_of(searches.versions(offer), wanted(asked, Page), _shown_version))


class OneVersion(ApiView):
    capability: ClassVar[Capability] = Capability.OFFERS

    @described("Read the terms of a version", shown=VersionTermsOut)
    def get(self, asked: Request, version_id: UUID) -> HttpResponse:
        found = get_offer_version_for(self.member, version_id)
        return reply(VersionTermsOut(found).data)
