"""The next version of an offer, written part by part and published once."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from contracts.models import Offer, OfferDraft, OfferVersion
from contracts.operations.offers import publish_offer_version
from contracts.operations.prices import check_price
from contracts.rules.drafting import PARTS, parse_draft, parse_part, parts_of, plain_part
from contracts.rules.overrides import TermsRefused
from contracts.rules.presets import OfferPreset, Preset
from contracts.rules.stored import read_terms
from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.audit import record
from providers.operations.refusals import FieldRefused, check_fields, refused_as
from providers.versions import check_seen


class OfferCodeTaken(DomainError):
    """Another offer, or a draft of one, has this code."""


class DraftChanged(DomainError):
    """Somebody else changed the draft since it was read."""


class DraftPublished(DomainError):
    """A draft that became a version is not changed any more."""


class DraftOpen(DomainError):
    """An offer has one draft at a time."""


class DraftIncomplete(DomainError):
    """Terms that lack something cannot be published."""


def _taken(code: str) -> OfferCodeTaken:
    return OfferCodeTaken(
        _("Another offer has the code %(code)s."), field="code", params={"code": code}
    )


@transaction.atomic
def start_draft(*, offer_id: UUID, at: datetime, by: UUID | None = None) -> OfferDraft:
    """Open the draft of an offer's next version, from its latest terms; an open one is kept."""
    offer = Offer.objects.select_for_update().get(id=offer_id)
    found = OfferDraft.objects.filter(offer=offer, version=None).first()
    if found is not None:
        return found
    latest = OfferVersion.objects.filter(offer=offer).latest("number")
    draft = OfferDraft(
        offer=offer, code=offer.code, name=offer.name, based_on=latest, changed_by=by
    )
    draft.terms = parts_of(read_terms(latest.terms), is_price_confirmed=latest.is_price_confirmed)
    return _open(draft, at=at, by=by)


@transaction.atomic
def start_new_offer(
    *, code: str, name: str, parts: Mapping[str, Any], at: datetime, by: UUID | None = None
) -> OfferDraft:
    """Open the draft of an offer that does not exist yet, from some parts or none.

    Errors: `OfferCodeTaken`, `FieldRefused`, `TermsRefused`.
    """
    kept = _checked(parts)
    if Offer.objects.filter(code=code).exists():
        raise _taken(code)
    draft = OfferDraft(code=code, name=name, terms=kept, changed_by=by)
    return _open(draft, at=at, by=by)


def _open(draft: OfferDraft, *, at: datetime, by: UUID | None) -> OfferDraft:
    draft.started_at = draft.changed_at = at
    check_fields(draft)
    with refused_as({"offer_draft_once": _taken(draft.code)}):
        draft.save(force_insert=True)
    record("offer.draft_started", draft, at=at, actor_id=by, code=draft.code)
    return draft


def _checked(parts: Mapping[str, Any]) -> dict[str, Any]:
    """Each part by itself, in the form that is kept; an unknown name is refused, never kept."""
    kept = dict[str, Any]()
    for name, value in parts.items():
        if name not in PARTS:
            raise TermsRefused("unknown name", path=(name,))
        _check_characters(name, value)
        part, problems = parse_part(name, value) if value is not None else (None, [])
        if problems:
            raise TermsRefused(problems[0].sentence, path=problems[0].path)
        kept[name] = None if value is None else plain_part(name, part)
    return kept


def _check_characters(name: str, value: Any) -> None:
    """PostgreSQL stores neither a null character nor half of a surrogate pair."""
    if isinstance(value, Mapping):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list | tuple):
        for item in value:
            _check_characters(name, item)
    elif isinstance(value, str) and any(c == "\0" or "\ud800" <= c <= "\udfff" for c in value):
        raise FieldRefused(_("This text holds a character that is none."), field=name)


def _locked(draft_id: UUID, revision: int) -> OfferDraft:
    draft = OfferDraft.objects.select_for_update().get(id=draft_id)
    _refuse_published(draft)
    if draft.revision != revision:
        raise DraftChanged(_("Somebody changed this draft while you were writing."))
    return draft


def _refuse_published(draft: OfferDraft) -> None:
    if draft.version_id is not None:
        raise DraftPublished(_("This draft was published: start another one."))


def _save(draft: OfferDraft, *, at: datetime, by: UUID | None) -> OfferDraft:
    draft.revision += 1
    draft.changed_at, draft.changed_by = at, by
    check_fields(draft)
    draft.save()
    return draft


@transaction.atomic
def change_draft(
    *,
    draft_id: UUID,
    revision: int,
    parts: Mapping[str, Any],
    at: datetime,
    by: UUID | None = None,
) -> OfferDraft:
    """Put some parts in the place of those of the draft; None takes a part out.

    Parts that are the same change nothing. Errors: `DraftChanged`, `DraftPublished`,
    `TermsRefused`, `FieldRefused`.
    """
    kept = _checked(parts)
    draft = _locked(draft_id, revision)
    merged = {name: value for name, value in {**draft.terms, **kept}.items() if value is not None}
    if merged == draft.terms:
        return draft
    changed = sorted(name for name in parts if merged.get(name) != draft.terms.get(name))
    draft.terms = merged
    record("offer.draft_changed", draft, at=at, actor_id=by, parts=changed)
    return _save(draft, at=at, by=by)


@transaction.atomic
def rename_draft(
    *, draft_id: UUID, name: str, at: datetime, by: UUID | None = None, version: str | None = None
) -> OfferDraft:
    """Call the offer otherwise from its next version on; its code never changes.

    `version` is the draft's revision that the person saw. Errors: `DraftPublished`,
    `ChangedMeanwhile`, `FieldRefused`.
    """
    draft = OfferDraft.objects.select_for_update().get(id=draft_id)
    _refuse_published(draft)
    if (name := name.strip()) == draft.name:
        return draft
    check_seen(version, str(draft.revision), {"name": draft.name})
    record("offer.draft_renamed", draft, at=at, actor_id=by, code=draft.code, after=name)
    draft.name = name
    return _save(draft, at=at, by=by)


@transaction.atomic
def import_offers(*, preset: Preset, at: datetime, by: UUID | None = None) -> list[OfferDraft]:
    """Open a draft with the terms of each offer of a file: a new offer, or the next version of the
    one that has its code. Errors: `DraftOpen`, `OfferCodeTaken`, `FieldRefused`.
    """
    return [_imported(offer, at=at, by=by) for offer in preset.offers.values()]


def _imported(offer: OfferPreset, *, at: datetime, by: UUID | None) -> OfferDraft:
    parts = parts_of(offer.terms)
    known = Offer.objects.filter(code=offer.code).first()
    if known is None:
        return start_new_offer(code=offer.code, name=offer.name, parts=parts, at=at, by=by)
    if OfferDraft.objects.filter(offer=known, version=None).exists():
        raise DraftOpen(
            _("The offer %(code)s has a draft already: publish it or throw it away first."),
            params={"code": offer.code},
        )
    draft = start_draft(offer_id=known.pk, at=at, by=by)
    absent = dict.fromkeys(PARTS)
    return change_draft(
        draft_id=draft.pk, revision=draft.revision, parts={**absent, **parts}, at=at, by=by
    )


@transaction.atomic
def discard_draft(*, draft_id: UUID, at: datetime, by: UUID | None = None) -> None:
    """Throw a draft away; published versions stay. Errors: `DraftPublished`."""
    draft = OfferDraft.objects.select_for_update().get(id=draft_id)
    _refuse_published(draft)
    record("offer.draft_discarded", draft, at=at, actor_id=by, code=draft.code)
    draft.delete()


@transaction.atomic
def publish_draft(
    *,
    draft_id: UUID,
    revision: int,
    at: datetime,
    is_price_confirmed: bool = False,
    vat_rate: Decimal | None = None,
    by: UUID | None = None,
) -> OfferVersion:
    """Make a version of the draft that a person has read; sent twice, it is one version.

    Signed contracts keep their own terms. `vat_rate` (percent) is needed for a price that includes
    VAT. Errors: `DraftChanged`, `DraftIncomplete`, `OfferCodeTaken`, `NoExactNet`, `VatRateNeeded`.
    """
    draft = OfferDraft.objects.select_for_update().select_related(None).get(id=draft_id)
    if draft.version_id is not None:
        return OfferVersion.objects.get(id=draft.version_id)
    if draft.revision != revision:
        raise DraftChanged(_("Somebody changed this draft while you were writing."))
    terms, problems = parse_draft(draft.terms)
    if terms is None:
        first = ".".join(map(str, problems[0].path))
        raise DraftIncomplete(_("These terms are not complete yet."), field=first)
    if terms.price.annual is not None:
        check_price(terms.price.annual, price=terms.price, vat_rate=vat_rate)
    if draft.offer_id is None and Offer.objects.filter(code=draft.code).exists():
        raise _taken(draft.code)
    version = publish_offer_version(
        code=draft.code,
        name=draft.name,
        terms=terms,
        at=at,
        is_price_confirmed=is_price_confirmed,
        by=by,
    )
    draft.version, draft.offer = version, version.offer
    draft.save(update_fields=["version", "offer"])
    return version


@transaction.atomic
def retire_offer(*, offer_id: UUID, at: datetime, by: UUID | None = None) -> Offer:
    """Sell an offer no more; contracts signed on it go on. Done twice, it is one act."""
    return _sell(offer_id, is_active=False, act="offer.retired", at=at, by=by)


@transaction.atomic
def reactivate_offer(*, offer_id: UUID, at: datetime, by: UUID | None = None) -> Offer:
    """Sell an offer again, on its latest version."""
    return _sell(offer_id, is_active=True, act="offer.reactivated", at=at, by=by)


def _sell(offer_id: UUID, *, is_active: bool, act: str, at: datetime, by: UUID | None) -> Offer:
    offer = Offer.objects.select_for_update().get(id=offer_id)
    if offer.is_active != is_active:
        offer.is_active = is_active
        offer.save(update_fields=["is_active"])
        record(act, offer, at=at, actor_id=by, code=offer.code)
    return offer
