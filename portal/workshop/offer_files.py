"""New offers: from a preset, from another offer, blank, or from a file; and versions as files."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from pydantic import ValidationError

from contracts.access import get_offer_version_for
from contracts.models import OfferVersion
from contracts.operations.drafts import import_offers, start_new_offer
from contracts.rules.drafting import Problem, parts_of
from contracts.rules.overrides import telling_error
from contracts.rules.presets import Preset, PresetError, load_preset, parse_preset, preset_codes
from contracts.rules.stored import read_terms
from contracts.rules.terms import SCHEMA_NUMBER
from contracts.rules.toml_writing import toml_text
from core import clock
from core.errors import DomainError
from portal.clauses.problems import sentence_of
from portal.components import Crumb
from portal.workshop import offer_queries as queries
from portal.workshop.files import attachment
from portal.workshop.frame import attempt, form_page, go, posted, today, url
from portal.workshop.offer_forms import BLANK_SOURCE, ImportForm, NewOfferForm
from portal.workshop.offers import own_vat_rate
from providers.doors import MemberRequest, workshop_page
from providers.permissions import Capability, Level
from providers.queries import profile

MAINLAND_RATE = "20"
OFFER, PRESET = "offer", "preset"


def _sources() -> Iterator[tuple[str, Any]]:
    """Blank, the offers of the house, those of the presets."""
    yield BLANK_SOURCE, _("Blank: write everything")
    own = [(f"{OFFER}:{row.offer_id}", row.offer.name) for row in queries.latest_versions()]
    if own:
        yield _("Copy of one of your offers"), own
    for code in preset_codes():
        preset = load_preset(code)
        offers = [(f"{PRESET}:{code}/{offer.code}", offer.name) for offer in preset.offers.values()]
        yield _("Preset %s") % preset.name, offers


def _parts_from(source: str) -> dict[str, Any]:
    """The parts that a new offer starts with; the source is one of those offered."""
    kind, _colon, rest = source.partition(":")
    if kind == PRESET:
        code, _slash, offer = rest.partition("/")
        return parts_of(load_preset(code).offers[offer].terms)
    if kind == OFFER:
        latest = OfferVersion.objects.filter(offer=UUID(rest)).latest("number")
        return parts_of(read_terms(latest.terms))
    return {}


@workshop_page(Capability.OFFERS, Level.WRITE, methods=("GET", "POST"))
def offer_new(request: MemberRequest) -> HttpResponse:
    """Open the draft of a new offer."""
    member, now, by = request.member, clock.now(), request.user.pk
    sources = list(_sources())
    form = NewOfferForm(
        posted(request), sources=sources, initial={"source": _copied(request, sources)}
    )
    draft = attempt(
        request,
        form,
        lambda: start_new_offer(
            code=form.cleaned_data["code"],
            name=form.cleaned_data["name"],
            parts=_parts_from(form.cleaned_data["source"]),
            at=now,
            by=by,
        ),
    )
    if draft:
        return go(url(member, "draft", draft.pk))
    return form_page(
        request,
        form,
        title=_("New offer"),
        lead=_("It stays a draft until you publish it: nobody can sign it before."),
        submit=_("Write this offer"),
        crumbs=[Crumb(_("Offers"), url(member, "offers"))],
        section="offers",
    )


def _copied(request: MemberRequest, sources: list[tuple[str, Any]]) -> str:
    """The source that the address asks for, when it is one of them."""
    wanted = request.GET.get("source", "")
    known = [code for _group, rows in sources[1:] for code, _name in rows]
    return wanted if wanted in known else BLANK_SOURCE


@workshop_page(Capability.OFFERS, Level.WRITE, methods=("GET", "POST"))
def offer_import(request: MemberRequest) -> HttpResponse:
    """Drafts from a file; a bad one is refused with its line and its field."""
    member, now, by = request.member, clock.now(), request.user.pk
    form = ImportForm(posted(request), request.FILES or None)
    drafts = attempt(
        request,
        form,
        lambda: import_offers(preset=_preset_in(form.cleaned_data["file"]), at=now, by=by),
    )
    if drafts:
        messages.success(request, _("The file is read: the draft waits to be published."))
        return go(url(member, "draft", drafts[0].pk) if len(drafts) == 1 else url(member, "offers"))
    return form_page(
        request,
        form,
        title=_("Import an offer"),
        lead=_("An offer whose code you already sell becomes the draft of its next version."),
        template="offer_import.html",
        submit=_("Read the file"),
        crumbs=[Crumb(_("Offers"), url(member, "offers"))],
        section="offers",
    )


def _preset_in(file: "UploadedFile[Any]") -> Preset:
    """The preset of a file. Errors: `PresetError`, in the reader's words, at the file."""
    name = str(file.name or "")[:80]
    try:
        text = cast("bytes", file.read()).decode()
        return parse_preset(text, name)
    except UnicodeDecodeError as error:
        told = _("This is not a text file.")
        raise _at_file(told, filename=name, line=1) from error
    except PresetError as error:
        told = _told(error) or error.problem
        raise _at_file(told, filename=name, line=error.line, field=error.field) from error


def _at_file(problem: str, *, filename: str, line: int, field: str = "") -> PresetError:
    error = PresetError(problem, filename=filename, line=line, field=field)
    error.field = "file"
    return error


def _told(error: PresetError) -> str:
    """The validator's own error, if that is what refused the file, in the reader's words."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ValidationError):
        cause = cause.__cause__
    if cause is None:
        return _("This is not written as a TOML file.")
    problem, location, _is_missing = telling_error(cause)
    told = next(row for row in cause.errors() if row["loc"] == location)
    sentence = problem.removeprefix("Value error, ")
    return sentence_of(Problem(location, told["type"], sentence, told.get("ctx", {})))


@workshop_page(Capability.OFFERS)
def offer_export(request: MemberRequest, version_id: UUID) -> HttpResponseBase:
    """A version in the format of the presets, with what a provider starting from it needs."""
    version = get_offer_version_for(request.member, version_id)
    rate = _vat_rate(today(request.member))
    text = toml_text(preset_of(version, zone=request.member.provider.zone, vat_rate=rate))
    name = re.sub(r"[^A-Za-z0-9_-]", "-", f"{version.offer.code}-v{version.number}")
    response = HttpResponse(text, content_type="application/toml; charset=utf-8")
    return attachment(response, f"{name}.toml")


def _vat_rate(day: date) -> str:
    """The rate of the house; of the mainland for one that has no identity yet."""
    try:
        return str(own_vat_rate(day))
    except DomainError:
        return MAINLAND_RATE


def preset_of(version: OfferVersion, *, zone: str, vat_rate: str) -> dict[str, Any]:
    house, offer = profile(), version.offer
    return {
        "schema_number": SCHEMA_NUMBER,
        "code": offer.code,
        "name": offer.name,
        "zone": zone,
        "holidays": house.holidays,
        "vat": {"clause": "Code général des impôts", "rate": vat_rate},
        "numbering": {
            "clause": "Code général des impôts, annexe II, art. 242 nonies A",
            "invoice_prefix": house.invoice_prefix,
            "credit_note_prefix": house.credit_note_prefix,
            "penalty_prefix": house.penalty_prefix,
        },
        "offers": {
            offer.code: {
                "name": offer.name,
                "summary": {"fr": offer.name, "en": offer.name},
                "terms": parts_of(read_terms(version.terms)),
            }
        },
    }
