"""Each act on money as a page or a program sends it: one for every such route of the resolver."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.test import Client

from billing.models import Invoice, Payment
from billing.operations.payments import record_payment
from billing.operations.preparing import prepare_due
from billing.operations.setting_aside import set_aside
from contracts.enums import PaymentMethod
from contracts.models import Contract
from contracts.operations.parking import park
from core.errors import DomainError
from portal.api.ids import write_id
from providers.models import Customer, User
from providers.operations.api_tokens import make_token
from providers.permissions import Capability
from providers.scoping import open_scope
from tests.api.conftest import EVERYTHING, Program
from tests.factories import a_customer, a_prepared_contract, a_signed_contract
from tests.permissions.routes import routes
from tests.portal.workshop.conftest import NOW, OWNER, TODAY, Workshop, address_of, seen_on
from tests.portal.workshop.test_offers_and_index import VALUE, a_held_revision
from tests.portal.workshop.test_payments import GOOD
from tests.portal.workshop.test_runs import LAUNCH
from tests.portal.workshop.test_settings_and_home import IBAN
from tests.portal.workshop.test_signing import CHOICES, SIGNED, scan
from tests.portal.workshop.wires import Act

MONEY: Final = frozenset(
    {
        Capability.INVOICING,
        Capability.INVOICES,
        Capability.PAYMENTS,
        Capability.CONTRACTS,
        Capability.INDEX,
        Capability.BANK_DETAILS,
    }
)
OFFER: Final = "maintenance"
WRITING: Final = {"POST", "PUT", "PATCH", "DELETE"}
NO_MONEY: Final = {
    "workshop:contracts_views": "remembers how somebody reads a list",
    "workshop:invoices_views": "remembers how somebody reads a list",
    "practice:invoices_views": "remembers how somebody reads a list",
    "workshop:invoices_zip": "asks for copies of documents that exist",
    "practice:invoices_zip": "asks for copies of documents that exist",
    "workshop:invoices_mail": "writes to people about documents that exist",
}


def routes_of_money() -> set[str]:
    """What writes under a capability of money, by the name of its route."""
    return {
        route.name
        for route in routes()
        if route.rule and route.rule.capability in MONEY and WRITING & set(route.rule.methods)
    }


@dataclass(frozen=True, slots=True)
class Post:
    """What is sent, and may be sent again; a program sends JSON."""

    path: str
    values: Callable[[], dict[str, Any]]
    is_by_program: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """A house with an invoice, a person at a browser and a program."""

    workshop: Workshop
    browser: Client
    program: Program
    invoice: Invoice
    contract: Contract

    def page(self, path: str, **data: Any) -> Post:
        return Post(self.workshop.at(path), lambda: data)

    def asked(self, path: str, body: dict[str, Any]) -> Post:
        return Post(path, lambda: body, is_by_program=True)

    def act(self, name: str) -> Act:
        return self.sending(ACTS[name](self))

    def sending(self, post: Post) -> Act:
        if post.is_by_program:
            return lambda: self.program.post(post.path, post.values())
        return lambda: self.browser.post(post.path, post.values())

    def payment(self) -> Payment:
        with open_scope(self.workshop.provider.id):
            return record_payment(
                invoice_id=self.invoice.pk,
                amount=Decimal("50.00"),
                received_on=TODAY,
                method=PaymentMethod.CHEQUE,
                request_key=f"before {self.invoice.pk}",
                at=NOW,
            )

    def customer(self) -> Customer:
        with open_scope(self.workshop.provider.id):
            return a_customer("Zénith Santé", postal_code="97490")

    def prepared(self) -> Contract:
        customer = self.customer()
        with open_scope(self.workshop.provider.id):
            return a_prepared_contract(customer, starts_on=date(2026, 7, 1))


def _release(scene: Scene) -> Post:
    prepare_due(provider_id=scene.workshop.provider.id, day=TODAY, issued_on=TODAY, at=NOW)
    seen: Any = scene.browser.get(scene.workshop.at("facturation/"))
    return scene.page("facturation/emettre/", seen=seen.context["seen"], everything="1")


def _launch(scene: Scene) -> Post:
    day = TODAY.isoformat()
    chosen: Any = scene.browser.get(scene.workshop.at(LAUNCH), {"day": day})
    digest = chosen.context["fresh"]["seen"].value()
    return scene.page(f"{LAUNCH}?day={day}", seen=digest, request_key="clé-du-formulaire")


def _aside(scene: Scene) -> Post:
    contracts = [str(scene.contract.pk)]
    return scene.page("facturation/emission/ecarter/", contracts=contracts, reason="Litige")


def _back(scene: Scene) -> Post:
    with open_scope(scene.workshop.provider.id):
        set_aside(contract_ids=[scene.contract.pk], reason="Litige", at=NOW)
    return scene.page(f"facturation/emission/{scene.contract.pk}/reprendre/")


def _parked(scene: Scene) -> Post:
    error = DomainError("x")
    with open_scope(scene.workshop.provider.id):
        parking = park(contract=scene.contract, step="invoicing", error=error, day=TODAY, at=NOW)
    assert parking is not None
    return scene.page(f"mises-de-cote/{parking.pk}/")


def _sign(scene: Scene) -> Post:
    path = scene.workshop.at(f"contrats/{scene.prepared().pk}/signer/")
    return Post(  # a file is read once
        path, lambda: {**SIGNED, "signed_contract": scan(), "mandate": scan("mandat.pdf")}
    )


def _mandate(scene: Scene) -> Post:
    customer, method = scene.customer(), "direct_debit"
    with open_scope(scene.workshop.provider.id):
        signed = a_signed_contract(customer, signed_on=TODAY, payment_method=method)
    path = scene.workshop.at(f"contrats/{signed.pk}/mandat/")
    return Post(path, lambda: {"mandate": scan("mandat.pdf"), "mandate_reference": "RUM-7"})


def _prepare(scene: Scene) -> Post:
    return scene.page(f"clients/{scene.customer().pk}/contrat/{OFFER}/", **CHOICES)


def _prepare_by_program(scene: Scene) -> Post:
    customer = write_id("customer", scene.customer().pk)
    body = {"customer": customer, "offer": OFFER, "starts_on": "2026-07-01"}
    return scene.asked("contracts", body)


def _decide(act: str) -> Callable[[Scene], Post]:
    def build(scene: Scene) -> Post:
        day = date(2025, 1, 31)
        held = a_held_revision(scene.workshop, base_month="2024-12", base_day=day)
        return scene.page(f"revisions/{held.pk}/{act}/")

    return build


def _account(scene: Scene) -> Post:
    path = "reglages/banque/"
    values = {"iban": IBAN, "bic": "AGRIFRPP", **seen_on(scene.browser, scene.workshop.at(path))}
    return scene.page(path, **values)


def _api_invoice(scene: Scene) -> str:
    return f"invoices/{write_id('invoice', scene.invoice.pk)}"


BY_PROGRAM: Final = {"amount": "50.00", "received_on": "2026-03-16", "method": "cheque"}
ACTS: Final[dict[str, Callable[[Scene], Post]]] = {
    "workshop:payment_new": lambda s: s.page(f"factures/{s.invoice.pk}/paiements/", **GOOD),
    "workshop:payment_reverse": lambda s: s.page(f"paiements/{s.payment().pk}/annuler/"),
    "workshop:invoice_cancel": lambda s: s.page(f"factures/{s.invoice.pk}/annuler/"),
    "workshop:invoicing_release": _release,
    "workshop:run_launch": _launch,
    "workshop:run_aside": _aside,
    "workshop:run_back": _back,
    "workshop:parking_release": _parked,
    "workshop:contract_new": _prepare,
    "workshop:contract_sign": _sign,
    "workshop:contract_mandate": _mandate,
    "workshop:contract_abandon": lambda s: s.page(f"contrats/{s.prepared().pk}/abandonner/"),
    "workshop:index_record": lambda s: s.page("indices/nouveau/", **VALUE),
    "workshop:revision_confirm": _decide("valider"),
    "workshop:revision_drop": _decide("ecarter"),
    "workshop:bank_edit": _account,
    "api_contracts": _prepare_by_program,
    "api_payments": lambda s: s.asked(f"{_api_invoice(s)}/payments", BY_PROGRAM),
    "api_reversal": lambda s: s.asked(
        f"payments/{write_id('payment', s.payment().pk)}/reversal", {}
    ),
    "api_cancellation": lambda s: s.asked(f"{_api_invoice(s)}/cancellation", {}),
}


def a_program(workshop: Workshop) -> Program:
    """With every right that a token can have."""
    by = User.objects.get(email=address_of(OWNER, workshop.provider.slug)).pk
    with open_scope(workshop.provider.id):
        _token, text = make_token(name="Banque", scopes=EVERYTHING, days=90, at=NOW, by=by)
    program = Program(text)
    assert program.get("offers").status_code == 200  # its use is written, to the minute
    return program
