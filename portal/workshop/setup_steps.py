"""How far a new house has come: what is left is read from what there is, not from boxes ticked."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists
from django.utils.translation import gettext as _

from billing.models import Invoice
from contracts.models import Contract, Offer, OfferVersion
from portal.components import Text
from portal.workshop.frame import url
from providers.models import Customer, LegalIdentity, Membership, ProviderProfile
from providers.operations.setting_up import BRAND, CALENDAR, NUMBERS, TRIAL


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, why, and where; `is_open` once what it needs is there."""

    code: str
    title: Text
    why: Text
    url: str
    is_done: bool
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class SetUp:
    steps: tuple[Step, ...]

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def is_ready(self) -> bool:
        return self.done == len(self.steps)

    @property
    def next_step(self) -> Step | None:
        return next((step for step in self.steps if not step.is_done), None)


def set_up_of(member: Membership) -> SetUp:
    return SetUp(tuple(_steps(member, _facts())))


def _facts() -> ProviderProfile:
    """Everything the steps ask, in one query."""
    signed = Contract.objects.filter(signed_on__isnull=False)
    return ProviderProfile.objects.annotate(
        has_identity=Exists(LegalIdentity.objects.all()),
        has_offer=Exists(Offer.objects.all()),
        has_price=Exists(OfferVersion.objects.filter(is_price_confirmed=True)),
        has_customer=Exists(Customer.objects.all()),
        has_signed=Exists(signed),
        has_invoice=Exists(Invoice.objects.all()),
    ).get()


def _steps(member: Membership, own: ProviderProfile) -> Iterator[Step]:
    yield from _house_steps(member, own)
    yield from _trade_steps(member, own)


def _house_steps(member: Membership, own: ProviderProfile) -> Iterator[Step]:
    has_identity = own.has_identity  # type: ignore[attr-defined]
    yield Step(
        "identity",
        _("Who issues the documents"),
        _("Legal name, SIREN, address and VAT: the law wants them on every invoice."),
        url(member, "identity_edit"),
        has_identity,
    )
    yield Step(
        "bank",
        _("On which account you are paid"),
        _("Printed on the invoices that are paid by transfer."),
        url(member, "bank_edit"),
        bool(own.iban),
    )
    yield Step(
        BRAND,
        _("Your brand"),
        _("Name, colour and logo, on documents and in your customers’ space."),
        url(member, "brand_edit"),
        BRAND in own.settled,
    )
    yield Step(
        NUMBERS,
        _("Your numbers"),
        _("How invoices and credit notes are called; it stays once the first one is issued."),
        url(member, "prefixes_edit"),
        NUMBERS in own.settled,
    )
    yield Step(
        CALENDAR,
        _("VAT and calendar"),
        _("When your days begin, and which of them are holidays."),
        url(member, "calendar_edit"),
        CALENDAR in own.settled,
        is_open=has_identity,
    )


def _trade_steps(member: Membership, own: ProviderProfile) -> Iterator[Step]:
    yield Step(
        "offer",
        _("A first offer at your own price"),
        _("Start from a preset: its prices are samples until you confirm them."),
        url(member, "setup_offers"),
        own.has_price,  # type: ignore[attr-defined]
        is_open=own.has_identity,  # type: ignore[attr-defined]
    )
    yield Step(
        "customer",
        _("Your customers"),
        _("Import them from a file, or register a first one by hand."),
        f"{url(member, 'import_new')}?kind=customers",
        own.has_customer,  # type: ignore[attr-defined]
    )
    yield Step(
        TRIAL,
        _("A trial run"),
        _("Twenty-four months of an invented contract, before a real one: nothing is kept."),
        url(member, "setup_trial"),
        TRIAL in own.settled,
        is_open=own.has_identity and own.has_offer,  # type: ignore[attr-defined]
    )
    is_sellable = own.has_price and own.has_customer  # type: ignore[attr-defined]
    yield Step(
        "contract",
        _("A first contract signed"),
        _("Prepare it from the offer, then record the signature."),
        url(member, "contracts"),
        own.has_signed,  # type: ignore[attr-defined]
        is_open=is_sellable,
    )
    yield Step(
        "invoice",
        _("A first invoice issued"),
        _("Look at what is due, then launch the run: numbers, PDF and e-mail follow."),
        url(member, "run_scope"),
        own.has_invoice,  # type: ignore[attr-defined]
        is_open=own.has_signed,  # type: ignore[attr-defined]
    )
