"""Status words: how contracts, invoices and revisions say where they stand."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from billing.enums import InvoiceKind, SettlementStatus
from billing.models import Invoice
from contracts.enums import ContractStatus, RevisionStatus
from contracts.models import Contract, PriceRevision
from portal.components import Badge, Tone

CONTRACT_TONES = {
    ContractStatus.PREPARED: Tone.WARNING,
    ContractStatus.SIGNED: Tone.SUCCESS,
    ContractStatus.ENDED: Tone.NEUTRAL,
    ContractStatus.WITHDRAWN: Tone.NEUTRAL,
}
REVISION_TONES = {
    RevisionStatus.APPLIED: Tone.SUCCESS,
    RevisionStatus.UNCHANGED: Tone.NEUTRAL,
    RevisionStatus.HELD: Tone.WARNING,
}


def contract_badge(contract: Contract) -> Badge:
    """Parked is said first: nothing happens to the contract before a person has looked."""
    if contract.is_parked:
        return Badge(_("Parked"), Tone.DANGER)
    status = ContractStatus(contract.status)
    label = _("In force") if status is ContractStatus.SIGNED else str(status.label).capitalize()
    return Badge(label, CONTRACT_TONES[status])


def cover_badge(contract: Contract, *, today: date) -> Badge:
    """For whoever is covered: what the invoices may wait for at the provider’s is not said."""
    if contract.status == ContractStatus.ENDED:
        return Badge(pgettext("contract", "Ended"), Tone.NEUTRAL)
    if contract.starts_on > today:
        return Badge(_("Not started yet"), Tone.INFO)
    return Badge(_("In force"), Tone.SUCCESS)


def invoice_badge(invoice: Invoice, *, today: date) -> Badge:
    """Where the money of an issued document stands; late is said instead of « to be paid »."""
    if invoice.kind == InvoiceKind.CREDIT_NOTE:
        return Badge(_("Credit note"), Tone.NEUTRAL, "undo-2")
    status = SettlementStatus(invoice.settlement.status)
    if status is SettlementStatus.CANCELLED:
        return Badge(pgettext("invoice", "Cancelled"), Tone.NEUTRAL, "ban")
    if status is SettlementStatus.PAID:
        return Badge(_("Paid"), Tone.SUCCESS)
    if invoice.due_date < today:
        return Badge(_("Overdue"), Tone.DANGER)
    if status is SettlementStatus.PARTLY_PAID:
        return Badge(_("Partly paid"), Tone.WARNING)
    return Badge(_("To be paid"), Tone.INFO)


def revision_badge(revision: PriceRevision) -> Badge:
    status = RevisionStatus(revision.status)
    return Badge(str(status.label).capitalize(), REVISION_TONES[status])
