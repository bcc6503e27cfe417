"""« Réglages › Journal »: who did or read what in the provider's house, searched and exported."""

import json
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core import clock
from portal.components import Action, Chip, Column, Empty, Fact, Link, Pair, Row, Table
from portal.formats import short_day
from portal.journal import (
    LATEST_FIRST,
    NOBODY,
    JournalSearch,
    actor_of,
    names_in,
    subject_of,
    told,
)
from portal.listing.exports import CSV, MEDIA_TYPES, XLSX, csv_text, xlsx_bytes
from portal.lists import filtered_address, listed
from portal.workshop import queries
from portal.workshop.fields import DayField
from portal.workshop.files import attachment, streamed_file
from portal.workshop.frame import UNPROCESSABLE, page, url
from portal.workshop.journal_sheets import JournalSheet
from providers.acts import ACTS
from providers.audit import record_read
from providers.doors import MemberRequest, workshop_page
from providers.models import AuditEntry, Membership
from providers.permissions import Capability
from providers.trail import last_seal

# Where the subject of an entry is shown, by the kind of row it is.
PAGES: Final = {
    "providers.customer": "customer",
    "contracts.contract": "contract",
    "contracts.offer": "offer",
    "contracts.pricerevision": "revision",
    "billing.invoice": "invoice",
    "providers.job": "job",
}


class JournalForm(forms.Form):
    """What is looked for in the journal."""

    person = forms.ChoiceField(label=gettext_lazy("who"), required=False)
    act = forms.ChoiceField(label=gettext_lazy("what"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("kind"),
        required=False,
        choices=[
            ("", gettext_lazy("Acts and readings")),
            ("changes", gettext_lazy("Acts only")),
            ("readings", gettext_lazy("Readings only")),
        ],
    )
    name = forms.CharField(
        label=gettext_lazy("about"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    first_day = DayField(label=gettext_lazy("from"), required=False)
    last_day = DayField(label=gettext_lazy("to"), required=False)
    object = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, member: Membership, **options: Any) -> None:
        super().__init__(*args, **options)
        people = [
            (str(row.user_id), str(row.user))
            for row in queries.provider_members(member.provider_id)
        ]
        acts = sorted((capfirst(sentence_of(act)), act) for act in ACTS)
        person, act = self.fields["person"], self.fields["act"]
        person.choices = [("", _("Everybody")), *people, (NOBODY, _("Daily run"))]  # type: ignore[attr-defined]
        act.choices = [("", _("Everything")), *((code, text) for text, code in acts)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first_day, last_day = values.get("first_day"), values.get("last_day")
        if first_day and last_day and last_day < first_day:
            self.add_error("last_day", _("The last day comes before the first."))
        return values

    def search(self) -> JournalSearch:
        """What is wanted; a filter that is not understood looks for nothing in particular."""
        values = dict(self.cleaned_data) if self.is_valid() else {}
        subject_id = values.pop("object", None)
        return JournalSearch(subject_id=subject_id, **values)


class _Blanks(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def sentence_of(act: str) -> str:
    """An act in general: its sentence with blanks for the names."""
    return str(ACTS[act].sentence) % _Blanks()


@workshop_page(Capability.AUDIT)
def journal(request: MemberRequest) -> HttpResponse:
    member, zone = request.member, ZoneInfo(request.member.provider.zone)
    form = JournalForm(request.GET, member=member)
    search = form.search()
    rows = listed(search.entries(zone), LATEST_FIRST, request)
    query = request.GET.urlencode()
    context = {
        "lead": _("Who did what, and who read what, in your house: written once, never changed."),
        "form": form,
        "reset_url": request.path,
        "chips": _chips(request, form, search),
        "table": journal_table(member, rows.rows, is_filtered=search != JournalSearch()),
        "pages": rows.page,
        "head": _head_facts(),
        "exports": [
            Action(label, f"{url(member, name)}?{query}", icon)
            for label, name, icon in (
                (_("Download the list (CSV)"), "journal_csv", "file-text"),
                (_("Download the list (XLSX)"), "journal_xlsx", "file-spreadsheet"),
            )
        ],
        "head_action": Action(
            _("Download the seal"), url(member, "journal_head"), "shield-check", is_download=True
        ),
    }
    status = UNPROCESSABLE if form.errors else 200
    return page(request, "journal.html", context, section="journal", status=status)


def _chips(request: MemberRequest, form: JournalForm, search: JournalSearch) -> list[Chip]:
    """The filters in force, in words."""
    said: dict[str, str] = {}
    for name in ("person", "act", "kind"):
        if chosen := getattr(search, name):
            labels = dict(form.fields[name].choices)  # type: ignore[attr-defined]
            said[name] = str(labels[chosen])
    if search.name:
        said["name"] = search.name
    if search.subject_id:
        said["object"] = _("One object")
    if search.first_day:
        said["first_day"] = _("from %s") % short_day(search.first_day)
    if search.last_day:
        said["last_day"] = _("to %s") % short_day(search.last_day)
    return [Chip(text, filtered_address(request, **{name: ""})) for name, text in said.items()]


def journal_table(member: Membership, entries: list[AuditEntry], *, is_filtered: bool) -> Table:
    columns = (
        Column(_("When")),
        Column(_("Who")),
        Column(_("What"), is_row_header=True),
        Column(_("About")),
    )
    names = names_in(entries)
    rows = [
        Row(
            (
                entry.at,
                _actor(entry, names),
                told(entry),
                _subject(member, entry),
            )
        )
        for entry in entries
    ]
    return Table(_("Journal"), columns, rows, _nothing(is_filtered=is_filtered))


def _actor(entry: AuditEntry, names: Mapping[UUID, str]) -> Pair | str:
    """The daily run has no address, and needs no dash in its place."""
    name = actor_of(entry, names)
    return Pair(name, entry.address) if entry.address else name


def _subject(member: Membership, entry: AuditEntry) -> Link | str | None:
    name = PAGES.get(entry.subject)
    if name is None or entry.subject_id is None:
        return subject_of(entry) or None
    return Link(subject_of(entry) or _("Open"), url(member, name, entry.subject_id))


def _nothing(*, is_filtered: bool) -> Empty:
    if is_filtered:
        return Empty(
            _("Nothing matches these filters"),
            _("Choose other days, another person or another act."),
            icon="search",
        )
    return Empty(_("Nothing yet"), _("Every act and every reading is written here."))


def _head_facts() -> list[Fact]:
    found = last_seal()
    if found is None or not found.position:
        return [Fact(_("Sealed entries"), 0)]
    return [
        Fact(_("Sealed entries"), found.position),
        Fact(_("Last seal"), found.sealed_at),
        Fact(_("Fingerprint"), f"{found.hash[:8]} … {found.hash[-8:]}"),
    ]


@workshop_page(Capability.AUDIT)
def journal_head(request: MemberRequest) -> HttpResponseBase:
    """The head of the chain, to be kept where nobody of the house can reach it."""
    found, provider = last_seal(), request.member.provider
    values = {
        "provider": provider.slug,
        "position": found.position if found else 0,
        "hash": found.hash if found else "",
        "sealed_at": found.sealed_at.isoformat() if found else None,
        "check": f"manage.py verify_trail --provider {provider.slug} --head "
        + (f"{found.position}:{found.hash}" if found else "0"),
    }
    content = json.dumps(values, ensure_ascii=False, indent=2) + "\n"
    name = f"journal-{provider.slug}-{values['position']}.json"
    return attachment(HttpResponse(content, content_type="application/json"), name)


@workshop_page(Capability.AUDIT, is_sensitive=True)
def journal_csv(request: MemberRequest) -> HttpResponseBase:
    sheet = _sheet(request)
    name = f"journal-{request.member.provider.slug}.csv"
    return streamed_file(csv_text(sheet), name=name, media_type=MEDIA_TYPES[CSV])


@workshop_page(Capability.AUDIT, is_sensitive=True)
def journal_xlsx(request: MemberRequest) -> HttpResponseBase:
    name = f"journal-{request.member.provider.slug}.xlsx"
    return streamed_file(xlsx_bytes(_sheet(request)), name=name, media_type=MEDIA_TYPES[XLSX])


def _sheet(request: MemberRequest) -> JournalSheet:
    """What the address asks for; taking it out of the house is an act of its own."""
    member = request.member
    search = JournalForm(request.GET, member=member).search()
    record_read(member.provider, at=clock.now(), act="trail.exported")
    return JournalSheet(
        member.provider_id, ZoneInfo(member.provider.zone), search, get_language() or "fr"
    )


def journal_of(member: Membership, subject_id: UUID) -> Action:
    """The way from an object to what happened to it."""
    return Action(_("Journal"), journal_url(member, subject_id), icon="scroll-text")


def journal_url(member: Membership, subject_id: UUID) -> str:
    return f"{url(member, 'journal')}?object={subject_id}"
