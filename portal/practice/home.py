"""The practice's first page: am I covered, until when, what is due, whom do I call."""

from collections.abc import Iterator
from datetime import date
from itertools import chain

from django.http import HttpResponse
from django.utils.translation import gettext as _

from contracts.models import Contract
from portal import plain_words
from portal.components import Moment
from portal.practice import queries
from portal.practice.contracts import contract_table
from portal.practice.frame import page
from portal.practice.questions import answers
from portal.practice.standing import Standing, standing_of, weeks
from providers.doors import MemberRequest, practice_page
from providers.permissions import Capability, may
from providers.queries import own_practice

MOST_DATES = 6


@practice_page(Capability.COVERAGE)
def home(request: MemberRequest) -> HttpResponse:
    contracts = list(queries.contracts())
    standing = standing_of(request.member, contracts)
    context = {
        "title": (contracts[0].customer if contracts else own_practice()).name,
        "answers": list(answers(standing)),
        "contracts": contract_table(request.member, contracts),
        "covers": list(_covers(standing)),
        "next_dates": _next_dates(standing),
        "weeks": list(weeks(standing)),
    }
    return page(request, "home.html", context, section="home")


def _covers(standing: Standing) -> Iterator[tuple[str, list[plain_words.Statement]]]:
    """What each contract covers; the same offer with the same options is said once."""
    distinct = {(row.terms_hash, tuple(row.options)): row for row in standing.current}
    for row in distinct.values():
        yield row.offer_name, plain_words.statements(standing.terms_of(row), row.options)


def _next_dates(standing: Standing) -> list[Moment]:
    """The days to come of every contract; those of invoices for whoever reads these."""
    signed = standing.in_force + standing.to_come
    moments = chain.from_iterable(_dates(standing, row, is_named=len(signed) > 1) for row in signed)
    return sorted(moments, key=lambda moment: moment.day)[:MOST_DATES]


def _dates(standing: Standing, contract: Contract, *, is_named: bool) -> Iterator[Moment]:
    sees_prices = may(standing.member.role, Capability.CONTRACTS)
    dated: list[tuple[date | None, str]] = [
        (contract.starts_on, _("Start")),
        (contract.notice_deadline, _("Last day to refuse the renewal")),
        (contract.ends_on, _("Last day of the term")),
    ]
    if sees_prices:
        dated += [
            (contract.next_invoice_on, _("Next invoice")),
            (contract.next_revision_on, _("Revision of the price")),
        ]
    address, detail = standing.address(contract, "#dates"), contract.offer_name if is_named else ""
    for day, label in dated:
        if day and day >= standing.day:
            yield Moment(day, label, detail, address)
