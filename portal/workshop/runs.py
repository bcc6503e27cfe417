"""The invoice run in five steps: what, look, issue; then the job's own page, and its result.

Nothing is written before the third step. The choice is in the address, so that each step can be
left, shared and come back to.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.operations.chosen_run import Choice, Preview, preview_run, start_run
from billing.operations.setting_aside import bring_back, set_aside
from contracts.access import get_contract_for
from contracts.models import Offer
from core import clock
from core.errors import DomainError
from portal.components import Badge, Crumb, Fact, Step, Tone
from portal.formats import euros, long_day, number
from portal.lists import address
from portal.workshop.forms import refuse
from portal.workshop.frame import (
    UNPROCESSABLE,
    attempt,
    go,
    may_write,
    page,
    today,
    url,
)
from portal.workshop.run_check import LABELS, STOPPING, Checked, checked
from portal.workshop.run_forms import AsideForm, LaunchForm, ScopeForm
from providers.doors import MemberRequest, workshop_page
from providers.permissions import Capability, Level
from providers.tasks import wake_job

SHOWN: Final = 100


def steps(current: int) -> list[Step]:
    labels = (_("Scope"), _("Check"), _("Launch"), _("Progress"), _("Result"))
    return [
        Step(label, is_done=place < current, is_current=place == current)
        for place, label in enumerate(labels, start=1)
    ]


def offers() -> list[tuple[UUID, str]]:
    return list(Offer.objects.order_by("name", "code").values_list("id", "name"))


@dataclass(frozen=True, slots=True)
class Asked:
    """The choice of an address or of a form, and the offers it could be made from."""

    form: ScopeForm
    choice: Choice

    @property
    def query(self) -> str:
        chosen = [("offers", str(offer)) for offer in self.choice.offers]
        return urlencode([("day", self.choice.day.isoformat()), *chosen])

    def about(self) -> str:
        return _("up to %(day)s") % {"day": long_day(self.choice.day)}


def _asked(request: MemberRequest, known: Sequence[tuple[UUID, str]] | None = None) -> Asked:
    """What the address or the form asks for; an address that makes no sense asks for today.

    Past the first step the offers are taken as they are: one that is none of ours chooses nothing.
    """
    day = today(request.member)
    given = request.POST if request.method == "POST" else request.GET
    known = _ids(given.getlist("offers")) if known is None else known
    form = ScopeForm(given or {"day": day.isoformat()}, today=day, offers=known)
    choice = Choice(day, day)
    if form.is_valid():
        choice = replace(
            choice, day=form.cleaned_data["day"], offers=tuple(form.cleaned_data["offers"])
        )
    return Asked(form, choice)


def _ids(texts: Sequence[str]) -> list[tuple[UUID, str]]:
    found, field = [], forms.UUIDField()
    for text in texts[:SHOWN]:
        try:
            found.append((field.clean(text), ""))
        except ValidationError:
            continue
    return found


def _to(request: MemberRequest, name: str, asked: Asked) -> str:
    return f"{url(request.member, name)}?{asked.query}"


def _crumbs(request: MemberRequest) -> list[Crumb]:
    return [Crumb(_("To invoice"), url(request.member, "invoicing"))]


@workshop_page(Capability.INVOICING)
def run_scope(request: MemberRequest) -> HttpResponse:
    """Step 1: up to which day, which offers. Sent, it leads to what that would issue."""
    asked = _asked(request, offers())
    if request.GET and asked.form.is_valid():
        return go(_to(request, "run_check", asked))
    context = {
        "steps": steps(1),
        "title": _("Issue invoices"),
        "crumbs": _crumbs(request),
        "form": asked.form,
        "issued_on": asked.choice.issued_on,
    }
    status = UNPROCESSABLE if asked.form.errors else 200
    return page(request, "run_scope.html", context, section="invoicing", status=status)


@workshop_page(Capability.INVOICING)
def run_check(request: MemberRequest) -> HttpResponse:
    return _check_page(request, _asked(request), None)


def _check_page(request: MemberRequest, asked: Asked, form: AsideForm | None) -> HttpResponse:
    """Step 2: every invoice to come, and what to look at."""
    member = request.member
    found = checked(member, preview_run(asked.choice), day=asked.choice.day)
    context = {
        "steps": steps(2),
        "title": _("Check before issuing"),
        "crumbs": _crumbs(request),
        "form": form or AsideForm(),
        "asked": asked,
        "facts": _facts(found.preview, asked.choice),
        "groups": [
            Badge(f"{LABELS[doubt]} · {count}", Tone.DANGER if doubt in STOPPING else Tone.WARNING)
            for doubt, count in found.groups
        ],
        "stopped": _stopped(member, found),
        "aside": [
            {"row": row, "back_url": url(member, "run_back", row.contract_id)}
            for row in found.aside
        ],
        "is_whole": found.preview.is_whole,
        "may_write": may_write(member, Capability.INVOICING),
        "scope_url": url(member, "run_scope"),
        "aside_url": url(member, "run_aside"),
        "launch_url": _to(request, "run_launch", asked),
        **_rows(request, member, found),
    }
    status = UNPROCESSABLE if form and form.errors else 200
    return page(request, "run_check.html", context, section="invoicing", status=status)


def _facts(preview: Preview, choice: Choice) -> list[Fact]:
    return [
        Fact(_("Up to"), choice.day),
        Fact(_("Date of the invoices"), choice.issued_on),
        Fact(_("Invoices"), len(preview.invoices)),
        Fact(_("Net"), preview.net_amount),
        Fact(_("Gross"), preview.gross_amount),
    ]


def _rows(request: MemberRequest, member: Any, found: Checked) -> dict[str, Any]:
    """A hundred rows at a time, those with a doubt first."""
    every = [
        {
            "contract_id": row.draft.contract_id,
            "reference": row.contract.reference,
            "url": url(member, "contract", row.draft.contract_id),
            "customer": row.contract.buyer["name"],
            "draft": row.draft,
            "marks": [(mark, LABELS[mark.doubt]) for mark in found.of(row.draft.contract_id)],
        }
        for row in found.preview.invoices
    ]
    every.sort(key=lambda row: not row["marks"])
    last = max(0, (len(every) - 1) // SHOWN)
    text = request.GET.get("page", "0")
    place = min(int(text), last) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    return {
        "rows": every[place * SHOWN : (place + 1) * SHOWN],
        "previous_url": address(request, {"page": str(place - 1)}) if place else "",
        "next_url": address(request, {"page": str(place + 1)}) if place < last else "",
        "shown": _("%(first)s to %(last)s of %(count)s")
        % {
            "first": number(place * SHOWN + 1),
            "last": number(min(len(every), (place + 1) * SHOWN)),
            "count": number(len(every)),
        },
    }


def _stopped(member: Any, found: Checked) -> list[dict[str, Any]]:
    """Contracts that are due and are not part of the run: they cannot be, or are parked."""
    named = {
        one.contract.facts.id: (one.contract.reference, one.contract.buyer["name"])
        for one in found.preview.faulty
    }
    named |= {
        one.contract_id: (one.contract.reference, one.contract.customer.name)
        for one in found.parked
    }
    return [
        {
            "reference": reference,
            "customer": customer,
            "url": url(member, "contract", contract_id),
            "marks": [(mark, LABELS[mark.doubt]) for mark in found.of(contract_id)],
        }
        for contract_id, (reference, customer) in named.items()
    ]


@workshop_page(Capability.INVOICING, Level.WRITE, methods=("POST",))
def run_aside(request: MemberRequest) -> HttpResponse:
    """Keep the chosen contracts out of this run and the next ones, with a reason."""
    asked, form = _asked(request), AsideForm(request.POST)
    act = attempt(
        request,
        form,
        lambda: [
            set_aside(
                contract_ids=form.cleaned_data["contracts"],
                reason=form.cleaned_data["reason"],
                at=clock.now(),
                by=request.user.pk,
            )
        ],
    )
    if act is None:
        return _check_page(request, asked, form)
    said = ngettext(
        "%(count)s contract is set aside.", "%(count)s contracts are set aside.", act[0]
    )
    messages.success(request, said % {"count": act[0]})
    return go(_to(request, "run_check", asked))


@workshop_page(Capability.INVOICING, Level.WRITE, methods=("POST",))
def run_back(request: MemberRequest, contract_id: UUID) -> HttpResponse:
    """Give a contract back to the runs."""
    contract = get_contract_for(request.member, contract_id)
    if bring_back(contract_id=contract.pk, at=clock.now(), by=request.user.pk):
        messages.success(request, _("%s takes part in the runs again.") % contract.reference)
    return go(_to(request, "run_check", _asked(request)))


@workshop_page(Capability.INVOICING, Level.WRITE, methods=("GET", "POST"))
def run_launch(request: MemberRequest) -> HttpResponse:
    """Step 3: say what will be issued, and that it cannot be undone; then leave it to the job."""
    asked = _asked(request)
    form = LaunchForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            job = start_run(
                choice=asked.choice,
                seen=form.cleaned_data["seen"],
                key=form.cleaned_data["request_key"],
                about=asked.about(),
                at=clock.now(),
                by=request.user.pk,
            )
        except DomainError as error:
            refuse(form, error)
        else:
            wake_job(job)
            return go(url(request.member, "job", job.pk))
    return _launch_page(request, asked, form)


def _launch_page(request: MemberRequest, asked: Asked, form: LaunchForm | None) -> HttpResponse:
    """What was seen is written in the form anew: it is looked at before it is sent again."""
    preview = preview_run(asked.choice)
    fresh = LaunchForm(initial={"seen": preview.digest})
    count, total = len(preview.invoices), euros(preview.gross_amount)
    title = ngettext(
        "Issue %(count)s invoice, %(total)s including VAT",
        "Issue %(count)s invoices, %(total)s including VAT",
        count,
    ) % {"count": number(count), "total": total}
    context = {
        "steps": steps(3),
        "title": title if count else _("Nothing to issue"),
        "crumbs": [*_crumbs(request), Crumb(_("Check"), _to(request, "run_check", asked))],
        "form": form,
        "fresh": fresh,
        "asked": asked,
        "facts": _facts(preview, asked.choice),
        "faulty": len(preview.faulty),
        "count": count,
        "is_whole": preview.is_whole,
        "back_url": _to(request, "run_check", asked),
    }
    status = UNPROCESSABLE if form and form.errors else 200
    return page(request, "run_launch.html", context, section="invoicing", status=status)
