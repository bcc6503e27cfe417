"""From an offer to a signed contract: prepare, record the signature, keep a mandate, abandon."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from billing.queries import vat_rate_of
from contracts.access import get_contract_for
from contracts.models import Contract, ContractDocument, OfferVersion
from contracts.operations.mandates import keep_mandate, lacks_mandate, wants_mandate
from contracts.operations.preparing import abandon_contract, prepare_contract
from contracts.operations.scans import Scan
from contracts.operations.signing import Signature, sign_contract
from contracts.queries import latest_version
from contracts.rules.stored import read_terms
from core import clock
from portal.components import Action, Column, Crumb, Empty, Link, Pair, Row, Table
from portal.plain_words import said
from portal.readings import opened
from portal.workshop import queries
from portal.workshop.forms import MandateForm, PrepareForm, SignatureForm
from portal.workshop.frame import attempt, attempt_once, form_page, go, page, posted, today, url
from portal.workshop.offers import price_badge
from providers.access import get_customer_for
from providers.doors import MemberRequest, workshop_page
from providers.models import Customer, Membership
from providers.permissions import Capability, Level


def _crumbs(member: Membership, *more: Crumb) -> list[Crumb]:
    return [Crumb(_("Contracts"), url(member, "contracts")), *more]


@workshop_page(Capability.CONTRACTS, Level.WRITE)
def contract_prepare(request: MemberRequest) -> HttpResponse:
    """Which customer: their page leads on; `?customer=` says it already."""
    member = request.member
    try:
        chosen = UUID(request.GET.get("customer", ""))
    except ValueError:
        new = Action(_("New customer"), url(member, "customer_new"), icon="plus")
        context = {"crumbs": _crumbs(member), "new": new, "customers_url": url(member, "customers")}
        return page(request, "contract_customer.html", context, section="contracts")
    customer = get_customer_for(member, chosen)
    context = {
        "crumbs": [
            Crumb(_("Customers"), url(member, "customers")),
            Crumb(customer.name, url(member, "customer", customer.pk)),
        ],
        "customer": customer,
        "table": _offers_table(member, customer),
    }
    return page(request, "contract_offer.html", context, section="contracts")


def _offers_table(member: Membership, customer: Customer) -> Table:
    columns = (Column(_("Offer"), is_row_header=True), Column(_("Price")), Column(_("Duration")))
    rows = []
    for version in queries.versions_on_sale():
        terms = read_terms(version.terms)
        here = url(member, "contract_new", customer.pk, version.offer.code)
        duration = terms.duration.summary
        rows.append(
            Row(
                (
                    Pair(Link(version.offer.name, here), version.offer.code),
                    price_badge(version),
                    said(duration) if duration else terms.duration.clause,
                )
            )
        )
    return Table(_("Offers on sale"), columns, rows, Empty(_("No offer on sale")))


@workshop_page(Capability.CONTRACTS, Level.WRITE, methods=("GET", "POST"))
def contract_new(request: MemberRequest, customer_id: UUID, offer: str) -> HttpResponse:
    member = request.member
    customer, version = get_customer_for(member, customer_id), _on_sale(offer)
    opened(request, customer)
    terms = read_terms(version.terms)
    form = PrepareForm(posted(request), terms=terms, day=today(member))
    now, by = clock.now(), request.user.pk

    def make() -> str:
        made = prepare_contract(
            customer_id=customer.pk,
            offer=offer,
            vat_rate=vat_rate_of(customer, form.cleaned_data["starts_on"], today(member)),
            at=now,
            by=by,
            **form.commercial_fields(),
        )
        return url(member, "contract", made.pk)

    if address := attempt_once(request, form, make):
        messages.success(request, _("The contract is ready to be signed."))
        return go(address)
    choose = f"{url(member, 'contract_prepare')}?customer={customer.pk}"
    return form_page(
        request,
        form,
        is_once=True,
        title=_("Prepare a contract"),
        lead=f"{customer.name} · {version.offer.name}",
        submit=_("Prepare the contract"),
        crumbs=_crumbs(member, Crumb(customer.name, choose)),
        section="contracts",
    )


def _on_sale(offer: str) -> OfferVersion:
    version = latest_version(offer)
    if version is None:
        raise Http404
    return version


@workshop_page(Capability.CONTRACTS, Level.WRITE, methods=("GET", "POST"))
def contract_sign(request: MemberRequest, contract_id: UUID) -> HttpResponse:
    member = request.member
    found = get_contract_for(member, contract_id, write=True)
    opened(request, found)
    form = SignatureForm(
        posted(request),
        request.FILES if request.method == "POST" else None,
        initial={"signed_on": today(member)},
        needs_mandate=wants_mandate(found),
    )
    now, by = clock.now(), request.user.pk
    if attempt(request, form, lambda: _sign(found, form, at=now, by=by)):
        messages.success(request, _("%s is signed.") % found.reference)
        return go(url(member, "contract", found.pk))
    return form_page(
        request,
        form,
        title=_("Record the signature"),
        lead=f"{found.reference} · {found.customer.name}",
        template="contract_sign.html",
        submit=_("Record the signature"),
        crumbs=_crumbs(member, Crumb(found.reference, url(member, "contract", found.pk))),
        section="contracts",
    )


def _sign(contract: Contract, form: SignatureForm, *, at: datetime, by: UUID) -> Contract:
    values = form.cleaned_data
    return sign_contract(
        contract_id=contract.pk,
        signature=Signature(
            signed_on=values["signed_on"],
            signed_by=values["signed_by"],
            signed_at=values["signed_at"],
            signature_way=values["signature_way"],
            headcount=values["headcount"],
            is_main_activity=values["is_main_activity"],
            is_early_start_requested=values["is_early_start_requested"],
        ),
        scan=_scan(values["signed_contract"]),
        mandate=_scan(values.get("mandate")),
        mandate_reference=values.get("mandate_reference", ""),
        at=at,
        by=by,
    )


def _scan(file: "UploadedFile[Any] | None") -> Scan | None:
    """The form has refused what is too large before this reads it."""
    return Scan(file.name or "", file.read()) if file else None


@workshop_page(Capability.CONTRACTS, Level.WRITE, methods=("GET", "POST"))
def contract_mandate(request: MemberRequest, contract_id: UUID) -> HttpResponse:
    """The mandate of a contract that was signed elsewhere: imported, or made by a program."""
    member = request.member
    found = get_contract_for(member, contract_id, write=True)
    opened(request, found)
    if not lacks_mandate(found):
        messages.info(request, _("This contract has its mandate, or needs none."))
        return go(url(member, "contract", found.pk))
    form = MandateForm(posted(request), request.FILES if request.method == "POST" else None)
    now, by = clock.now(), request.user.pk
    if attempt(request, form, lambda: _keep_mandate(found, form, at=now, by=by)):
        messages.success(request, _("The mandate is recorded."))
        return go(url(member, "contract", found.pk))
    return form_page(
        request,
        form,
        title=_("Add the SEPA mandate"),
        lead=f"{found.reference} · {found.customer.name}",
        template="contract_sign.html",
        submit=_("Add the mandate"),
        crumbs=_crumbs(member, Crumb(found.reference, url(member, "contract", found.pk))),
        section="contracts",
    )


def _keep_mandate(
    contract: Contract, form: MandateForm, *, at: datetime, by: UUID
) -> ContractDocument:
    file, reference = form.cleaned_data["mandate"], form.cleaned_data["mandate_reference"]
    scan = Scan(file.name or "", file.read())
    return keep_mandate(contract_id=contract.pk, scan=scan, reference=reference, at=at, by=by)


@workshop_page(Capability.CONTRACTS, Level.WRITE, methods=("GET", "POST"))
def contract_abandon(request: MemberRequest, contract_id: UUID) -> HttpResponse:
    member = request.member
    found = get_contract_for(member, contract_id, write=True)
    opened(request, found)
    form = forms.Form(posted(request))
    now, by = clock.now(), request.user.pk
    if attempt(request, form, lambda: abandon_contract(contract_id=found.pk, at=now, by=by)):
        messages.success(request, _("%s is abandoned.") % found.reference)
        return go(url(member, "contract", found.pk))
    return form_page(
        request,
        form,
        title=_("Abandon %s?") % found.reference,
        lead=_("The contract was never signed: it stays readable, and nothing is invoiced."),
        submit=_("Abandon the contract"),
        is_danger=True,
        crumbs=_crumbs(member, Crumb(found.reference, url(member, "contract", found.pk))),
        section="contracts",
    )
