"""Messages sent: what became of each, its words, and sending it again after a correction."""

from typing import Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import DateTimeField
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from portal.components import Column, Crumb, Empty, Fact, Link, Pair, Row, Table
from portal.lists import ListOrder, capped_counts, listed
from portal.mail_words import FAILED, event_label, mail_badge
from portal.readings import opened
from portal.workshop import queries, tables
from portal.workshop.frame import attempt, go, may_write, page, posted, url
from providers.access import get_mail_for
from providers.doors import MemberRequest, workshop_page
from providers.enums import MailState
from providers.models import Mail, Membership
from providers.operations.sending import resend_mail
from providers.permissions import Capability, Level

LATEST: Final = ListOrder("posted_at", DateTimeField(), is_descending=True)
TABS: Final[dict[str, Promise]] = {
    "all": gettext_lazy("All"),
    "failed": gettext_lazy("Not arrived"),
    "waiting": gettext_lazy("Waiting"),
}
STATES: Final = {"failed": FAILED, "waiting": (MailState.WAITING,)}


class ResendForm(forms.Form):
    recipient = forms.EmailField(label=gettext_lazy("e-mail address"), max_length=254)


@workshop_page(Capability.MAILS)
def mails(request: MemberRequest) -> HttpResponse:
    tab = request.GET.get("status", "all")
    found = queries.mails()
    sets = {
        code: found.filter(state__in=STATES[code]) if code in STATES else found for code in TABS
    }
    rows = listed(sets.get(tab, found), LATEST, request)
    context = {
        "tabs": tables.tabs(request, TABS, capped_counts(sets), current=tab),
        "table": _table(request.member, rows.rows),
        "pages": rows.page,
    }
    return page(request, "mails.html", context, section="mails")


def _table(member: Membership, rows: list[Mail]) -> Table:
    columns = (
        Column(_("Message"), is_row_header=True),
        Column(_("To")),
        Column(_("Customer")),
        Column(_("Written")),
        Column(_("State")),
    )
    empty = Empty(_("No message here"), _("What the portal writes to people is kept here."))
    return Table(_("Messages sent"), columns, [_row(member, mail) for mail in rows], empty)


def _row(member: Membership, mail: Mail) -> Row:
    link = Link(mail.subject, url(member, "mail", mail.pk))
    customer = mail.customer.name if mail.customer else None
    about = Pair(link, event_label(mail.event))
    return Row((about, mail.recipient, customer, mail.posted_at, mail_badge(mail)))


@workshop_page(Capability.MAILS)
def mail(request: MemberRequest, mail_id: UUID) -> HttpResponse:
    return _mail_page(request, get_mail_for(request.member, mail_id), None)


@workshop_page(Capability.MAILS, Level.WRITE, methods=("GET", "POST"))
def mail_resend(request: MemberRequest, mail_id: UUID) -> HttpResponse:
    """Send what failed once more, to the address as it was or as it is corrected."""
    found = get_mail_for(request.member, mail_id, write=True)
    form = ResendForm(posted(request), initial={"recipient": found.recipient})
    to, now, by = request.POST.get("recipient", ""), clock.now(), request.user.pk
    sent = attempt(request, form, lambda: resend_mail(mail_id=found.pk, to=to, at=now, by=by))
    if sent:
        messages.success(request, _("The message leaves again to %s.") % sent.recipient)
        return go(url(request.member, "mail", sent.pk))
    return _mail_page(request, found, form)


def _mail_page(request: MemberRequest, mail: Mail, form: ResendForm | None) -> HttpResponse:
    opened(request, mail)
    member = request.member
    may_resend = mail.state in FAILED and may_write(member, Capability.MAILS)
    context = {
        "mail": mail,
        "words": mail.text.replace(mail.secret, "••••••") if mail.secret else mail.text,
        "status": mail_badge(mail),
        "about": event_label(mail.event),
        "facts": _facts(member, mail),
        "form": form or ResendForm(initial={"recipient": mail.recipient}),
        "may_resend": may_resend,
        "resend_url": url(member, "mail_resend", mail.pk),
        "crumbs": [Crumb(_("Messages sent"), url(member, "mails"))],
    }
    status = 422 if form and form.errors else 200
    return page(request, "mail.html", context, section="mails", status=status)


def _facts(member: Membership, mail: Mail) -> list[Fact]:
    facts = [
        Fact(_("To"), mail.recipient),
        Fact(_("Written"), mail.posted_at),
        Fact(_("Sent"), mail.sent_at),
        Fact(_("Attempts"), mail.attempts),
    ]
    if mail.customer is not None:
        link = Link(mail.customer.name, url(member, "customer", mail.customer.pk))
        facts.append(Fact(_("Customer"), link))
    if mail.answer:
        facts.append(Fact(_("Answer of the mail server"), mail.answer))
    return facts
