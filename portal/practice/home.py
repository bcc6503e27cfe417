"""The practice's first page: am I covered, until when, what is due, whom do I call."""

from collections.abc import Iterator

from django.http import HttpResponse

from portal import plain_words
from portal.components import Moment
from portal.practice import queries
from portal.practice.contracts import contract_table
from portal.practice.dates import agenda, days_to_come
from portal.practice.frame import page, url
from portal.practice.questions import answers
from portal.practice.standing import Standing, standing_of, weeks
from providers.doors import MemberRequest, practice_page
from providers.permissions import Capability
from providers.queries import own_practice

MOST_DATES = 6


@practice_page(Capability.COVERAGE)
def home(request: MemberRequest) -> HttpResponse:
    contracts = list(queries.contracts())
    standing = standing_of(request, contracts)
    context = {
        "title": (contracts[0].customer if contracts else own_practice()).name,
        "answers": list(answers(standing)),
        "contracts": contract_table(request.member, contracts),
        "covers": list(_covers(standing)),
        "next_dates": _next_dates(standing),
        "agenda": agenda(url(request.member, "calendar")),
        "weeks": list(weeks(standing)),
    }
    return page(request, "home.html", context, section="home")


def _covers(standing: Standing) -> Iterator[tuple[str, list[plain_words.Statement]]]:
    """What each contract covers; the same offer with the same options is said once."""
    distinct = {(row.terms_hash, tuple(row.options)): row for row in standing.current}
    for row in distinct.values():
        yield row.offer_name, plain_words.statements(standing.terms_of(row), row.options)


def _next_dates(standing: Standing) -> list[Moment]:
    """The first days to come; each names its contract where there are several."""
    is_named = len(standing.signed) > 1
    return [
        Moment(
            row.day,
            row.label,
            row.contract.offer_name if is_named else "",
            standing.address(row.contract, "#dates"),
        )
        for row in days_to_come(standing, standing.signed)[:MOST_DATES]
    ]
