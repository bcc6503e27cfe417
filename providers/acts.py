"""The catalogue of acts: every act of the audit trail with the sentence that tells it.

A sentence goes on from the name of whoever did it. `%(name)s` is the subject's name; the other
words are those of the entry's detail. An act that is shared is one that the practice it is about
reads in its own journal; the others are the provider's affair.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Act:
    """What people read of an act. `is_reading`: nothing was changed, something was seen."""

    sentence: Promise
    is_shared: bool = False
    is_reading: bool = False


def _did(sentence: Promise) -> Act:
    return Act(sentence)


def _shared(sentence: Promise) -> Act:
    return Act(sentence, is_shared=True)


def _read(sentence: Promise) -> Act:
    return Act(sentence, is_shared=True, is_reading=True)


def _seen(sentence: Promise) -> Act:
    """A reading that no practice reads of: of many at once, or of what the provider wrote."""
    return Act(sentence, is_reading=True)


ACTS: Final[Mapping[str, Act]] = {
    # --- The provider itself
    "provider.created": _did(_("opened the workshop")),
    "provider.suspended": _did(_("suspended the workshop, as the platform’s operator")),
    "provider.reactivated": _did(_("opened the workshop again, as the platform’s operator")),
    "legal_identity.replaced": _did(_("changed the legal identity: %(name)s, SIREN %(siren)s")),
    "invoicing_mode.changed": _did(_("changed the way invoices are issued")),
    "bank_details.changed": _did(_("changed the bank details (IBAN ending in %(ends_with)s)")),
    "member.added": _shared(_("gave access to %(name)s")),
    "member.role_changed": _shared(_("changed the role of %(name)s")),
    "member.deactivated": _shared(_("closed the access of %(name)s")),
    "member.reactivated": _shared(_("opened the access of %(name)s again")),
    "member.factors_reset": _shared(_("took away the lost second factor of %(name)s")),
    "member.factors_reset_by_operator": _shared(
        _("took away the lost second factor of %(name)s, as the platform’s operator")
    ),
    "invitation.sent": _shared(_("invited %(name)s")),
    "invitation.sent_again": _shared(_("sent the invitation of %(name)s again")),
    "invitation.revoked": _shared(_("took back the invitation of %(name)s")),
    "invitation.accepted": _shared(_("accepted the invitation sent to %(name)s")),
    "brand.changed": _did(_("changed the brand")),
    "calendar.changed": _did(_("changed the time zone and the public holidays")),
    "prefixes.changed": _did(_("changed the prefixes of the numbers")),
    "history.erased": _did(_("erased %(count)s lines of history on request")),
    "trial.read": _did(_("read a trial run")),
    "set_up.finished": _did(_("finished setting up")),
    "api_token.made": _did(_("made the token %(name)s for the programming interface")),
    "api_token.revoked": _did(_("revoked the token %(name)s")),
    # --- Practices
    "customer.registered": _shared(_("registered the customer %(name)s")),
    "customer.updated": _shared(_("changed the details of %(name)s")),
    "contact.added": _shared(_("added the contact %(name)s")),
    "contact.updated": _shared(_("changed the contact %(name)s")),
    "contact.removed": _shared(_("removed the contact %(name)s")),
    "site.added": _shared(_("added the site %(name)s")),
    "site.updated": _shared(_("changed the site %(name)s")),
    "site.removed": _shared(_("removed the site %(name)s")),
    "equipment.added": _shared(_("added the equipment %(name)s")),
    "equipment.updated": _shared(_("changed the equipment %(name)s")),
    "equipment.removed": _shared(_("removed the equipment %(name)s")),
    "equipment.taken_back": _did(_("took back the equipment %(name)s")),
    "customer.removed": _did(_("took back the customer %(name)s")),
    # --- Imports
    "import.checked": _did(_("had the file %(name)s checked")),
    "import.committed": _did(
        _("imported %(name)s: %(new)s new, %(changed)s changed, %(refused)s refused")
    ),
    "import.undone": _did(_("undid the import of %(name)s")),
    # --- Offers, prices, index
    "offer.published": _did(_("published version %(number)s of the offer %(code)s")),
    "offer.draft_started": _did(_("started a draft of the offer %(name)s")),
    "offer.draft_changed": _did(_("changed the draft of the offer %(name)s")),
    "offer.draft_renamed": _did(_("renamed the draft of the offer %(name)s: %(after)s")),
    "offer.draft_discarded": _did(_("threw away the draft of the offer %(name)s")),
    "offer.retired": _did(_("retired the offer %(name)s")),
    "offer.reactivated": _did(_("put the offer %(name)s on sale again")),
    "price.confirmed": _did(_("confirmed the prices of %(name)s")),
    "index.recorded": _did(_("recorded the Syntec value of %(month)s: %(value)s")),
    "index.loaded": _did(_("loaded %(count)s Syntec values from %(file)s")),
    "price.revised": _shared(_("revised the price of the contract %(name)s")),
    "revision.decided": _did(_("decided on the held revision of the contract %(name)s")),
    # --- Contracts
    "contract.prepared": _did(_("prepared the contract %(name)s")),
    "contract.taken_back": _did(_("took back the contract %(name)s, never signed")),
    "contract.abandoned": _did(_("abandoned the contract %(name)s")),
    "contract.signed": _shared(_("recorded the signature of the contract %(name)s")),
    "mandate.kept": _shared(_("recorded the SEPA mandate of the contract %(name)s")),
    "contract.renewed": _shared(_("renewed the contract %(name)s")),
    "contract.ended": _shared(_("ended the contract %(name)s")),
    "contract.parked": _did(_("set the contract %(name)s aside")),
    "contract.released": _did(_("gave the contract %(name)s back to the daily run")),
    "contract.set_aside": _did(_("kept the contract %(name)s out of the invoice runs: %(reason)s")),
    "contract.brought_back": _did(_("gave the contract %(name)s back to the invoice runs")),
    "alert.passed": _did(_("closed the alert of the contract %(name)s: its day is over")),
    "alert.closed": _did(_("closed the alert of the contract %(name)s")),
    # --- Money
    "invoice.issued": _shared(_("issued the invoice %(name)s")),
    "credit_note.issued": _shared(_("issued the credit note %(name)s")),
    "invoice.cancelled": _shared(_("cancelled the invoice %(name)s by %(credit_note)s")),
    "payment.recorded": _shared(_("recorded a payment of %(amount)s on %(name)s")),
    "payment.reversed": _shared(_("reversed a payment of %(amount)s on %(name)s")),
    # --- Long jobs
    "job.asked": _did(_("asked for a long job (%(name)s)")),
    "job.stopped": _did(_("stopped a long job (%(name)s)")),
    "job.resumed": _did(_("resumed a long job (%(name)s)")),
    "job.retried": _did(_("tried a long job again (%(name)s)")),
    # --- Messages
    "mail.resent": _did(_("sent a message again")),
    # --- Readings
    "customer.read": _read(_("opened the page of %(name)s")),
    "equipment.exported": _read(_("exported the equipment of %(name)s")),
    "contract.read": _read(_("opened the contract %(name)s")),
    "contractdocument.read": _read(_("downloaded the document %(file)s of %(name)s")),
    "invoice.read": _read(_("opened the invoice %(name)s")),
    "invoicedocument.read": _read(_("downloaded the PDF of %(name)s")),
    "mail.read": _seen(_("opened the message “%(name)s”")),
    "customers.listed": _seen(_("read the list of customers through a program")),
    "contacts.listed": _seen(_("read the list of contacts through a program")),
    "contracts.listed": _seen(_("read the list of contracts through a program")),
    "invoices.listed": _seen(_("read the list of invoices through a program")),
    "customers.exported": _seen(_("exported the list of customers")),
    "contracts.exported": _seen(_("exported the list of contracts")),
    "invoices.exported": _seen(_("exported the invoices of %(period)s")),
    "trail.exported": _seen(_("exported the journal")),
    # --- Seeing a practice's space as its people see it
    "see_as.started": _read(_("opened the space of %(name)s as its people see it")),
    "see_as.page": _read(_("looked at “%(page)s” in the space of %(name)s")),
    "see_as.ended": _read(_("left the space of %(name)s")),
}


def is_shared(act: str) -> bool:
    return act in ACTS and ACTS[act].is_shared


def is_reading(act: str) -> bool:
    return act in ACTS and ACTS[act].is_reading


class _Words(dict[str, Any]):
    """A word that an older entry does not have is a dash."""

    def __missing__(self, key: str) -> str:
        return "—"


def sentence(act: str, name: str, detail: Mapping[str, Any]) -> str:
    """What was done, in the reader's language; an act nobody described is told by its code.

    >>> sentence("moon.landed", "", {})
    'moon.landed'
    """
    if act not in ACTS:
        return act
    return str(ACTS[act].sentence) % _Words({**detail, "name": name or "—"})
