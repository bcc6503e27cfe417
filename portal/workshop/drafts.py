"""The editor of an offer: a draft read like a contract, changed page by page."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from contracts.access import get_offer_draft_for, get_offer_for
from contracts.models import OfferDraft
from contracts.operations.drafts import (
    DraftChanged,
    change_draft,
    discard_draft,
    rename_draft,
    start_draft,
)
from contracts.rules.drafting import Problem, parse_draft, parse_part
from core import clock
from core.errors import DomainError
from portal.clauses.changing import changed
from portal.clauses.drawing import draw
from portal.clauses.reading import MARK, below, read
from portal.clauses.sections import BY_SLUG, SECTIONS, Section, values_of
from portal.clauses.shapes import parts
from portal.clauses.telling import differences, matters
from portal.components import Action, Badge, Crumb, Fact, Tone
from portal.errors import conflict
from portal.formats import sentence
from portal.history import history_of
from portal.workshop.draft_preview import obstacles_of, preview_of
from portal.workshop.frame import (
    UNPROCESSABLE,
    attempt,
    form_page,
    go,
    may_write,
    page,
    posted,
    today,
    url,
)
from portal.workshop.journal import journal_url
from portal.workshop.offer_forms import DraftNameForm
from providers.doors import MemberRequest, workshop_page
from providers.models import Membership
from providers.permissions import Capability, Level

SAVE = "save"


@workshop_page(Capability.OFFERS, Level.WRITE, methods=("POST",))
def draft_start(request: MemberRequest, offer_id: UUID) -> HttpResponse:
    """Open the draft of the next version; the one that is open already is found again."""
    member = request.member
    offer = get_offer_for(member, offer_id, write=True)
    draft = start_draft(offer_id=offer.pk, at=clock.now(), by=request.user.pk)
    return go(url(member, "draft", draft.pk))


@workshop_page(Capability.OFFERS)
def draft(request: MemberRequest, draft_id: UUID) -> HttpResponse:
    """The draft as a contract: every clause in plain words, each page one click away."""
    member = request.member
    found = get_offer_draft_for(member, draft_id)
    if found.version is not None:
        return go(url(member, "offer", found.version.offer_id))
    can_write = may_write(member, Capability.OFFERS)
    obstacles = obstacles_of(parse_draft(found.terms)[1])
    publish = Action(_("Publish"), url(member, "draft_publish", found.pk), icon="circle-check")
    rename = Action(_("Rename"), url(member, "draft_name", found.pk), icon="pencil")
    discard = Action(_("Throw away"), url(member, "draft_discard", found.pk), icon="trash-2")
    context = {
        "history": history_of(
            member, Q(subject_id=found.pk), journal_url=journal_url(member, found.pk)
        ),
        "crumbs": crumbs_of(member, found)[:-1],
        "draft": found,
        "status": Badge(_("Draft"), Tone.INFO),
        "facts": _facts(found),
        "action": publish if can_write and not obstacles else None,
        "more": [rename, discard] if can_write else [],
        "obstacles": _linked(member, found, obstacles),
        "chapters": [
            {
                "section": section,
                "matters": matters(section, found.terms),
                "url": url(member, "draft_section", found.pk, section.slug) if can_write else "",
            }
            for section in SECTIONS
        ],
    }
    return page(request, "draft.html", context, section="offers")


def _facts(draft: OfferDraft) -> list[Fact]:
    facts = [Fact(_("Code"), draft.code)]
    if draft.based_on is not None:
        facts.append(Fact(_("Starts from"), _("version %s") % draft.based_on.number))
    return facts


def _linked(member: Membership, draft: OfferDraft, obstacles: Any) -> list[dict[str, Any]]:
    return [
        {"said": obstacle, "url": url(member, "draft_section", draft.pk, obstacle.section)}
        for obstacle in obstacles
    ]


def crumbs_of(member: Membership, draft: OfferDraft) -> list[Crumb]:
    """The way back: the offers, the offer when it exists, its draft."""
    crumbs = [Crumb(_("Offers"), url(member, "offers"))]
    if draft.offer is not None:
        crumbs.append(Crumb(draft.offer.name, url(member, "offer", draft.offer_id)))
    return [*crumbs, Crumb(_("Draft of %s") % draft.name, url(member, "draft", draft.pk))]


def _section(slug: str) -> Section:
    if slug not in BY_SLUG:
        raise Http404
    return BY_SLUG[slug]


def values_posted(section: Section, posted: QueryDict, terms: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a page as they were posted; a part that has nothing in it is not agreed."""
    return {name: read(parts()[name], name, posted, terms.get(name)) for name in section.parts}


@workshop_page(Capability.OFFERS, Level.WRITE, methods=("GET", "POST"))
def draft_section(request: MemberRequest, draft_id: UUID, section: str) -> HttpResponse:
    """One page of the editor; its buttons redraw it, « Enregistrer » alone writes."""
    chosen = _section(section)
    found = get_offer_draft_for(request.member, draft_id, write=True)
    if found.version is not None:
        return go(url(request.member, "offer", found.version.offer_id))
    if request.method != "POST" or not request.POST.get("revision"):
        values = values_of(chosen, found.terms)
        return _section_page(request, found, chosen, values)
    values = values_posted(chosen, request.POST, found.terms)
    verb, _colon, path = request.POST.get("act", SAVE).partition(":")
    if verb == SAVE:
        return _saved(request, found, chosen, values)
    values, focus = _acted(chosen, values, verb, path)
    return _section_page(request, found, chosen, values, focus=focus)


def _acted(
    section: Section, values: dict[str, Any], verb: str, path: str
) -> tuple[dict[str, Any], str]:
    """What a button does to the values, and the path of what is new."""
    name, *steps = path.split(MARK)
    if name not in section.parts:
        return values, ""
    after = changed(parts()[name], values[name], steps, verb)
    if verb == "add":
        path = below(path, _count(after, steps) - 1)
    return {**values, name: after}, path


def _count(value: Any, steps: list[str]) -> int:
    """How many rows stand at the end of some steps; none where they lead nowhere."""
    try:
        return len(_at(value, steps) or ())
    except (LookupError, ValueError, TypeError):
        return 0


def _at(value: Any, steps: list[str]) -> Any:
    for step in steps:
        if step == "value":
            continue
        if isinstance(value, Mapping) and step not in value:
            value = list(value.values())[int(step)]
        else:
            value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def revision_in(posted: QueryDict) -> int:
    """The state of the draft that the person saw; nonsense is a state that never was."""
    given = posted.get("revision", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


def problems_with(values: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the parts of a page, each by itself."""
    return [
        problem
        for name, value in values.items()
        if value is not None
        for problem in parse_part(name, value)[1]
    ]


def _saved(
    request: MemberRequest, draft: OfferDraft, section: Section, values: dict[str, Any]
) -> HttpResponse:
    problems = problems_with(values)
    if problems:
        return _section_page(request, draft, section, values, problems)
    revision = revision_in(request.POST)
    try:
        change_draft(
            draft_id=draft.pk, revision=revision, parts=values, at=clock.now(), by=request.user.pk
        )
    except DraftChanged as error:
        return _both(request, draft, section, values, error)
    except DomainError as error:
        return _section_page(request, draft, section, values, refusal=sentence(error))
    messages.success(request, _("Saved in the draft."))
    follows = request.POST.get("then", "")
    slug = follows if follows in BY_SLUG else section.slug
    return go(url(request.member, "draft_section", draft.pk, slug))


def _both(
    request: MemberRequest,
    draft: OfferDraft,
    section: Section,
    values: Mapping[str, Any],
    error: DomainError,
) -> HttpResponse:
    """Two people at once: what each of them wrote, where it differs."""
    rows = differences(values_of(section, draft.terms), values)
    labels = [f"{row.part}\u00a0› {row.label}" for row in rows]
    pairs = list(zip(labels, rows, strict=True))
    return conflict(
        request,
        explanation=sentence(error),
        mine=[Fact(label, row.after or "—") for label, row in pairs],
        theirs=[Fact(label, row.before or "—") for label, row in pairs],
        back_url=url(request.member, "draft_section", draft.pk, section.slug),
        again=_again(request, draft),
    )


def _again(request: MemberRequest, draft: OfferDraft) -> list[tuple[str, str]]:
    """What was sent, from the draft as it now is."""
    recorded = get_offer_draft_for(request.member, draft.pk)
    sent = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in ("csrfmiddlewaretoken", "revision")
    ]
    return [*sent, ("revision", str(recorded.revision))]


def _section_page(
    request: MemberRequest,
    draft: OfferDraft,
    section: Section,
    values: Mapping[str, Any],
    problems: Sequence[Problem] = (),
    *,
    refusal: str = "",
    focus: str = "",
) -> HttpResponse:
    member = request.member
    address = url(member, "draft_section", draft.pk, section.slug)
    drawn = draw(section.parts, values, problems, focus=focus, address=address, refusal=refusal)
    place = SECTIONS.index(section)
    following = SECTIONS[place + 1] if place + 1 < len(SECTIONS) else None
    context = {
        "crumbs": crumbs_of(member, draft),
        "draft": draft,
        "revision": request.POST.get("revision") or draft.revision,
        "section": section,
        "pages": [
            {
                "title": other.title,
                "url": url(member, "draft_section", draft.pk, other.slug),
                "is_current": other is section,
            }
            for other in SECTIONS
        ],
        "following": following,
        "form": drawn.form,
        "blocks": drawn.blocks,
        "address": address,
        "preview_url": url(member, "draft_preview", draft.pk, section.slug),
        "draft_url": url(member, "draft", draft.pk),
        **aside(request, draft, section, values, today(member)),
    }
    status = UNPROCESSABLE if problems or refusal else 200
    return page(request, "draft_section.html", context, section="offers", status=status)


def aside(
    request: MemberRequest,
    draft: OfferDraft,
    section: Section,
    values: Mapping[str, Any],
    day: date,
) -> dict[str, Any]:
    """What stands beside the fields: the page in plain words, and what it does to a customer."""
    member = request.member
    plain = {name: value for name, value in {**draft.terms, **values}.items() if value is not None}
    data = request.POST if request.method == "POST" else None
    preview = preview_of(plain, data, day, name=draft.name)
    return {
        "matters": matters(section, values),
        "preview": preview,
        "obstacles": _linked(member, draft, preview.obstacles),
    }


@workshop_page(Capability.OFFERS, Level.WRITE, methods=("POST",))
def draft_preview(request: MemberRequest, draft_id: UUID, section: str) -> HttpResponse:
    """The part beside the fields again, with what was typed since; nothing is written."""
    chosen = _section(section)
    found = get_offer_draft_for(request.member, draft_id, write=True)
    values = values_posted(chosen, request.POST, found.terms)
    context = aside(request, found, chosen, values, today(request.member))
    return page(request, "_draft_preview.html", context, section="offers")


@workshop_page(Capability.OFFERS, Level.WRITE, methods=("GET", "POST"))
def draft_name(request: MemberRequest, draft_id: UUID) -> HttpResponse:
    """What the offer is called from its next version on."""
    found = get_offer_draft_for(request.member, draft_id, write=True)
    form = DraftNameForm(
        posted(request), initial={"name": found.name, "version": str(found.revision)}
    )
    now, by = clock.now(), request.user.pk
    crumbs = crumbs_of(request.member, found)
    if attempt(
        request,
        form,
        lambda: rename_draft(draft_id=found.pk, **form.cleaned_data, at=now, by=by),
    ):
        messages.success(request, _("The changes are saved."))
        return go(crumbs[-1].url)
    return form_page(
        request,
        form,
        title=_("Rename the draft of %s") % found.name,
        submit=_("Save"),
        crumbs=crumbs,
        section="offers",
    )


@workshop_page(Capability.OFFERS, Level.WRITE, methods=("GET", "POST"))
def draft_discard(request: MemberRequest, draft_id: UUID) -> HttpResponse:
    member = request.member
    found = get_offer_draft_for(member, draft_id, write=True)
    if request.method == "POST" and found.version is None:
        discard_draft(draft_id=found.pk, at=clock.now(), by=request.user.pk)
        messages.success(request, _("The draft is thrown away; what was published stands."))
        return go(url(member, "offers"))
    return form_page(
        request,
        forms.Form(),
        title=_("Throw away the draft of %s") % found.name,
        template="draft_discard.html",
        submit=_("Throw it away"),
        crumbs=crumbs_of(member, found),
        section="offers",
        is_danger=True,
    )
