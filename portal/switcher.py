"""`/`: to the only place a person may go to, else the choice between them."""

from itertools import groupby
from operator import attrgetter
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.components import Column, Empty, Link, Pair, Row, Table, Value
from portal.practice.frame import landing
from providers.doors import memberships_of, signed_in
from providers.enums import Role
from providers.models import Membership, User
from providers.queries import house_and_practices
from providers.scoping import open_scope


@signed_in()
def switcher(request: HttpRequest) -> HttpResponse:
    user = request.user
    places = memberships_of(user) if isinstance(user, User) else []
    is_operator = isinstance(user, User) and user.is_operator
    addresses = [place_url(member) for member in places]
    if is_operator:
        addresses.append(reverse("houses"))
    if len(addresses) == 1:
        return HttpResponseRedirect(addresses[0])
    return render(
        request, "portal/switcher.html", {"table": _table(places, is_operator=is_operator)}
    )


def place_url(member: Membership) -> str:
    """The first page of a membership, by its side and role."""
    if member.customer_id is not None:
        return landing(member)
    if member.role == Role.TECHNICIAN:
        return reverse("field:clients", args=[member.provider.slug])
    return reverse("workshop:home", args=[member.provider.slug])


def _table(places: list[Membership], *, is_operator: bool) -> Table:
    columns = (Column(_("Place"), is_row_header=True), Column(_("Role")))
    names = names_of(places)
    by_name = sorted(places, key=lambda member: names[member.pk])
    rows = [Row((_place(member, *names[member.pk]), _role(member))) for member in by_name]
    if is_operator:
        rows.append(Row((Link(_("Houses of the platform"), reverse("houses")), _("Operator"))))
    empty = Empty(
        _("No place yet"), _("Your provider gives you access to its portal."), icon="door-open"
    )
    return Table(_("Your places"), columns, rows, empty)


def _place(member: Membership, name: str, house: str) -> Value:
    link = Link(name, place_url(member))
    return Pair(link, house) if house else link


def _role(member: Membership) -> str:
    return capfirst(member.get_role_display())


def names_of(places: list[Membership]) -> dict[UUID, tuple[str, str]]:
    """What each place is called, and by which provider when it is a practice's.

    Names stand behind the walls: each provider is opened once and asked once, for its own name and
    those of its practices.
    """
    names: dict[UUID, tuple[str, str]] = {}
    by_provider = attrgetter("provider_id")
    for provider_id, members in groupby(sorted(places, key=by_provider), key=by_provider):
        of_provider = list(members)
        ids = [member.customer_id for member in of_provider if member.customer_id]
        with open_scope(provider_id):
            house, practices = house_and_practices(ids)
        for member in of_provider:
            key = member.customer_id
            names[member.pk] = (practices[key], house) if key else (house, "")
    return names
