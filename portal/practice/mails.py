"""The letters that a practice received from its provider."""

from typing import Final
from uuid import UUID

from django.db.models import DateTimeField
from django.http import HttpResponse
from django.utils.translation import gettext as _

from portal.components import Column, Crumb, Empty, Fact, Link, Pair, Row, Table
from portal.lists import ListOrder, listed
from portal.mail_words import event_label, mail_badge
from portal.practice import queries
from portal.practice.frame import page, url
from providers.access import get_mail_for
from providers.doors import MemberRequest, practice_page
from providers.models import Mail, Membership
from providers.permissions import Capability

LATEST: Final = ListOrder("posted_at", DateTimeField(), is_descending=True)


@practice_page(Capability.MAILS)
def mails(request: MemberRequest) -> HttpResponse:
    member = request.member
    found = listed(queries.letters().defer("text", "html"), LATEST, request)
    columns = (
        Column(_("Message"), is_row_header=True),
        Column(_("To")),
        Column(_("Written")),
        Column(_("State")),
    )
    empty = Empty(_("No message yet"), _("The letters of your provider are kept here."))
    rows = [_row(member, mail) for mail in found.rows]
    context = {"table": Table(_("Letters received"), columns, rows, empty), "pages": found.page}
    return page(request, "mails.html", context, section="mails")


def _row(member: Membership, mail: Mail) -> Row:
    link = Link(mail.subject, url(member, "mail", mail.pk))
    about = Pair(link, event_label(mail.event))
    return Row((about, mail.recipient, mail.posted_at, mail_badge(mail)))


@practice_page(Capability.MAILS)
def mail(request: MemberRequest, mail_id: UUID) -> HttpResponse:
    found = get_mail_for(request.member, mail_id)
    context = {
        "mail": found,
        "status": mail_badge(found),
        "about": event_label(found.event),
        "facts": [Fact(_("To"), found.recipient), Fact(_("Written"), found.posted_at)],
        "crumbs": [Crumb(_("Letters received"), url(request.member, "mails"))],
    }
    return page(request, "mail.html", context, section="mails")
