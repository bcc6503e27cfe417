"""What a person's own pages remember: views, columns, customers seen, files taken, forms sent."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from core.errors import DomainError
from core.errors import gettext_noop as _
from portal.models import ListExport, RecentCustomer, SavedView, SentForm
from portal.queries import own_views, ownership
from providers.scoping import current_scope

MOST_VIEWS = 30
# Nobody sends the same page again later; until then they are a handful of rows.
SENT_FORMS_KEPT = timedelta(days=2)


class ViewWithoutName(DomainError):
    """A view is found again by its name."""


class TooManyViews(DomainError):
    """A person keeps a bounded number of views of a list."""


@transaction.atomic
def save_view(
    *, user_id: UUID, listing: str, name: str, query: str, columns: Sequence[str]
) -> SavedView:
    """Keep filters and columns under a name; the same name again keeps the newer ones."""
    name = name.replace("\x00", "").strip()[:60]
    if not name:
        raise ViewWithoutName(_("Give the view a name."), code="no_name", field="name")
    mine = own_views(user_id, listing)
    if mine.exclude(name=name).exclude(name="").count() >= MOST_VIEWS:
        message = _("You keep 30 views of this list already: remove one first.")
        raise TooManyViews(message, code="too_many", field="name")
    view, _is_new = mine.update_or_create(
        name=name,
        defaults={"query": query, "columns": list(columns)},
        create_defaults={
            **ownership(user_id, listing), "query": query, "columns": list(columns),
        },
    )  # fmt: skip
    return view


def choose_columns(
    *, user_id: UUID, listing: str, columns: Sequence[str], view_id: UUID | None
) -> None:
    """Remember the columns of one view, or of the list when none is open."""
    mine = own_views(user_id, listing)
    if view_id and mine.filter(pk=view_id).update(columns=list(columns)):
        return
    mine.update_or_create(
        name="",
        defaults={"columns": list(columns)},
        create_defaults={**ownership(user_id, listing), "columns": list(columns)},
    )


def forget_view(*, user_id: UUID, listing: str, view_id: UUID) -> None:
    own_views(user_id, listing).filter(pk=view_id).delete()


@transaction.atomic
def show_first(*, user_id: UUID, listing: str, view_id: UUID) -> None:
    """Make a view the one a list opens with; asked again, it is no longer."""
    mine = own_views(user_id, listing).select_for_update()
    was_first = mine.filter(pk=view_id, is_default=True).exists()
    mine.filter(is_default=True).update(is_default=False)
    if not was_first:
        mine.filter(pk=view_id).exclude(name="").update(is_default=True)


def note_customer_seen(*, user_id: UUID, customer_id: UUID, at: datetime) -> None:
    RecentCustomer.objects.bulk_create(
        [RecentCustomer(user_id=user_id, customer_id=customer_id, seen_at=at)],
        update_conflicts=True,
        update_fields=["seen_at"],
        unique_fields=["provider", "user_id", "customer"],
    )


def record_export(
    *, user_id: UUID, listing: str, kind: str, query: str, rows: int, at: datetime
) -> ListExport:
    """Write that a file left: the accountant's next one starts from there."""
    return ListExport.objects.create(
        user_id=user_id, listing=listing, kind=kind, query=query, rows=rows, at=at
    )


@transaction.atomic
def once(*, user_id: UUID, key: str, at: datetime, make: Callable[[], str]) -> str:
    """Do what a form asks and return the address it leads to; sent again, that address alone.

    `key` tells what was sent from anything else. Two at once: the second waits for the first, and
    does it itself when the first is refused. Errors: those of `make`, nothing kept.
    """
    SentForm.objects.filter(at__lt=at - SENT_FORMS_KEPT).delete()
    place = {"customer_id": current_scope().customer_id, "at": at}
    sent, is_first = SentForm.objects.get_or_create(user_id=user_id, key=key, defaults=place)
    if is_first:
        sent.address = make()
        sent.save(update_fields=["address"])
    return sent.address
