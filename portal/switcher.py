"""`/`: to the only place a person may go to, else the choice between them."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.components import Column, Empty, Link, Row, Table
from portal.practice.frame import landing
from providers.doors import memberships_of, signed_in
from providers.enums import Role
from providers.models import Customer, Membership, ProviderProfile, User
from providers.scoping import open_scope


@signed_in()
def switcher(request: HttpRequest) -> HttpResponse:
    user = request.user
    places = memberships_of(user) if isinstance(user, User) else []
    if len(places) == 1:
        return HttpResponseRedirect(place_url(places[0]))
    return render(request, "portal/switcher.html", {"table": _table(places)})


def place_url(member: Membership) -> str:
    """The first page of a membership, by its side and role."""
    if member.customer_id is not None:
        return landing(member)
    if member.role == Role.TECHNICIAN:
        return reverse("field:clients", args=[member.provider.slug])
    return reverse("workshop:home", args=[member.provider.slug])


def _table(places: list[Membership]) -> Table:
    columns = (Column(_("Place"), is_row_header=True), Column(_("Role")))
    rows = [
        Row((Link(name_of(member), place_url(member)), member.get_role_display().capitalize()))
        for member in places
    ]
    empty = Empty(
        _("No place yet"), _("Your provider gives you access to its portal."), icon="door-open"
    )
    return Table(_("Your places"), columns, rows, empty)


def name_of(member: Membership) -> str:
    """Names stand behind the walls: each place is opened for its own."""
    with open_scope(member.provider_id, member.customer_id):
        trade_name = ProviderProfile.objects.get().trade_name
        if member.customer_id is None:
            return trade_name
        return f"{Customer.objects.get().name} ({trade_name})"
