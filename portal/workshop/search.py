"""The search page, which is also what the palette shows, and the shortcuts of a person."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from portal.workshop.frame import go, page, url
from portal.workshop.searching import clean, search
from providers.doors import MemberRequest, workshop_page
from providers.permissions import Capability


@workshop_page(Capability.COVERAGE)
def search_page(request: MemberRequest) -> HttpResponse:
    """A page of its own without script; inside the palette only its results."""
    words = clean(request.GET.get("q", ""))
    context = {"words": words, "groups": search(request.member, words)}
    if request.headers.get("HX-Request"):
        return render(request, "workshop/_search_results.html", context)
    here = {**context, "search_url": url(request.member, "search")}
    return page(request, "search.html", here, section="search")


@workshop_page(Capability.COVERAGE, methods=("GET", "POST"))
def shortcuts(request: MemberRequest) -> HttpResponse:
    """Switch the shortcuts of a single key on or off (WCAG 2.1.4), for the person everywhere.

    Asked for as a page, it leads to the search, which shows the switch.
    """
    if request.method != "POST":
        return HttpResponseRedirect(url(request.member, "search"))
    user = request.user
    user.has_shortcuts = request.POST.get("shortcuts") == "on"
    user.save(update_fields=["has_shortcuts"])
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return go(target if is_ours else url(request.member, "search"))
