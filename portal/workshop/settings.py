"""What the documents say of the provider, on which account it is paid, and who works here."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.forms import model_to_dict
from django.http import HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from portal.components import Action, Column, Empty, Fact, Pair, Row, Table
from portal.errors import RIGHTS
from portal.formats import town
from portal.history import History, history_of
from portal.workshop.forms import BankDetailsForm, IdentityForm
from portal.workshop.frame import attempt, form_page, go, may_write, page, posted, today, url
from portal.workshop.house import where_from
from portal.workshop.house_forms import CALENDARS
from providers.doors import MemberRequest, workshop_page
from providers.enums import Role
from providers.models import LegalIdentity, Membership, ProviderProfile
from providers.operations import IdentityDetails, change_bank_details, replace_legal_identity
from providers.operations.opening import bank_version, identity_version
from providers.permissions import Capability, Level, level_of, may
from providers.queries import legal_identities, profile

PROVIDER_ROLES = Role.staff()


@workshop_page(Capability.LEGAL_IDENTITY)
def settings(request: MemberRequest) -> HttpResponse:
    member = request.member
    own, identities = profile(), list(legal_identities())
    day = today(member)
    context = {
        "identity": _identity_facts(_in_force(identities, day)),
        "identity_action": _edit(member, Capability.LEGAL_IDENTITY, "identity_edit"),
        "history": _history_table(identities),
        "bank": _bank_facts(own) if may(member.role, Capability.BANK_DETAILS) else None,
        "bank_action": _edit(member, Capability.BANK_DETAILS, "bank_edit"),
        "invoicing": _invoicing_facts(own),
        "house_actions": _house_actions(member),
        "members": _members_action(member),
        "tokens_action": Action(_("Tokens"), url(member, "tokens"), icon="key-round")
        if may(member.role, Capability.API_TOKENS)
        else None,
        "rights": _rights_table(),
        "changes": _changes(member, own, identities),
    }
    return page(request, "settings.html", context, section="settings")


def _changes(
    member: Membership, own: ProviderProfile, identities: list[LegalIdentity]
) -> History | None:
    """Of the house: its face, its numbers, its account, who issues, who works here."""
    staff = Membership.objects.filter(provider=member.provider, customer_id=None)
    # Read first: a condition inside the question would have the whole journal read for it.
    people = staff.order_by().values_list("pk", flat=True)
    known = [member.provider_id, own.pk, *(row.pk for row in identities), *people]
    return history_of(member, Q(subject_id__in=known), journal_url=url(member, "journal"))


def _in_force(identities: list[LegalIdentity], day: date) -> LegalIdentity | None:
    return next(
        (
            row
            for row in identities
            if row.valid_from <= day and (row.valid_to is None or row.valid_to >= day)
        ),
        None,
    )


def _edit(member: Membership, capability: Capability, name: str) -> Action | None:
    if not may_write(member, capability):
        return None
    return Action(_("Change"), url(member, name), icon="pencil")


def _identity_facts(identity: LegalIdentity | None) -> list[Fact]:
    if identity is None:
        return [Fact(_("Legal identity"), _("None in force: nothing can be issued."))]
    return [
        Fact(_("Legal name"), identity.legal_name),
        Fact(_("Legal form"), identity.legal_form or None),
        Fact(_("Share capital"), identity.share_capital),
        Fact("SIREN", identity.siren),
        Fact(_("Trade register"), identity.rcs_city or None),
        Fact(_("Address"), Pair(identity.street, town(identity))),
        Fact(capfirst(_("VAT number")), identity.vat_number or None),
        Fact(capfirst(_("VAT regime")), capfirst(identity.get_vat_regime_display())),
        Fact(_("Valid from"), identity.valid_from),
    ]


def _history_table(identities: list[LegalIdentity]) -> Table:
    columns = (
        Column(_("Legal name"), is_row_header=True),
        Column("SIREN"),
        Column(_("From")),
        Column(_("To")),
    )
    rows = [Row((row.legal_name, row.siren, row.valid_from, row.valid_to)) for row in identities]
    return Table(_("Legal identities"), columns, rows, Empty(_("No legal identity")))


def _bank_facts(own: ProviderProfile) -> list[Fact]:
    return [Fact("IBAN", _spaced(own.iban) or None), Fact("BIC", own.bic or None)]


def _spaced(iban: str) -> str:
    """By groups of four, as on a bank's paper: a narrow place breaks between two of them."""
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def _invoicing_facts(own: ProviderProfile) -> list[Fact]:
    return [
        Fact(_("Trade name"), own.trade_name),
        Fact(_("Invoices"), capfirst(own.get_invoicing_mode_display())),
        Fact(_("Prefix of invoices"), own.invoice_prefix),
        Fact(_("Prefix of credit notes"), own.credit_note_prefix),
        Fact(_("Public holidays"), str(dict(CALENDARS).get(own.holidays, own.holidays))),
    ]


def _house_actions(member: Membership) -> list[Action]:
    """What the owner changes of the house itself."""
    if not may_write(member, Capability.LEGAL_IDENTITY):
        return []
    return [
        Action(_("Brand"), url(member, "brand_edit"), icon="palette"),
        Action(_("Numbers"), url(member, "prefixes_edit"), icon="hash"),
        Action(_("Calendar"), url(member, "calendar_edit"), icon="calendar"),
    ]


def _members_action(member: Membership) -> Action | None:
    if not may(member.role, Capability.MEMBERS):
        return None
    return Action(_("See the members"), url(member, "members"), icon="users")


LEVELS = {
    Level.NONE: "—",
    Level.READ: gettext_lazy("reads"),
    Level.WRITE: gettext_lazy("reads and changes"),
}


def _rights_table() -> Table:
    """What each role may do: the very table that the doors read."""
    columns = (
        Column(_("About"), is_row_header=True),
        *(Column(capfirst(str(role.label))) for role in PROVIDER_ROLES),
    )
    rows = [
        Row((capfirst(str(label)), *(str(LEVELS[level_of(role, code)]) for role in PROVIDER_ROLES)))
        for code, label in RIGHTS.items()
    ]
    return Table(_("What each role may do"), columns, rows, Empty(_("No right")))


@workshop_page(Capability.LEGAL_IDENTITY, Level.WRITE, methods=("GET", "POST"), is_sensitive=True)
def identity_edit(request: MemberRequest) -> HttpResponse:
    """Another identity from a day on: documents already issued keep theirs."""
    member = request.member
    current = legal_identities().first()
    form = IdentityForm(posted(request), initial=_proposed(current, today(member)))
    now, by = clock.now(), request.user.pk

    def replace() -> LegalIdentity:
        values = dict(form.cleaned_data)
        version = values.pop("version")
        details = IdentityDetails(**values)
        return replace_legal_identity(identity=details, at=now, by=by, version=version)

    if attempt(request, form, replace):
        messages.success(request, _("The new legal identity is recorded."))
        return go(where_from(member, profile())[-1].url)
    return form_page(
        request,
        form,
        title=_("Change the legal identity") if current else _("Who issues the documents"),
        submit=_("Record the identity"),
        crumbs=where_from(member, profile()),
        section="settings",
    )


def _proposed(current: LegalIdentity | None, day: date) -> dict[str, Any]:
    known = model_to_dict(current) if current else {}
    return {**known, "valid_from": day, "version": identity_version(current)}


def _account(own: ProviderProfile) -> dict[str, str]:
    return {"iban": own.iban, "bic": own.bic, "version": bank_version(own)}


@workshop_page(Capability.BANK_DETAILS, Level.WRITE, methods=("GET", "POST"), is_sensitive=True)
def bank_edit(request: MemberRequest) -> HttpResponse:
    member, own = request.member, profile()
    form = BankDetailsForm(posted(request), initial=_account(own))
    now, by = clock.now(), request.user.pk
    if attempt(request, form, lambda: change_bank_details(**form.cleaned_data, at=now, by=by)):
        messages.success(request, _("The bank details are changed."))
        return go(where_from(member, own)[-1].url)
    return form_page(
        request,
        form,
        title=_("Change the bank details") if own.iban else _("On which account you are paid"),
        lead=_("The next documents ask for payment on this account; issued ones keep theirs."),
        submit=_("Save the bank details"),
        crumbs=where_from(member, own),
        section="settings",
    )
