"""What the people of a demonstrated house do besides its contracts, each day, as they would."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Final
from uuid import UUID

from billing.models import Invoice
from contracts.enums import RevisionStatus, Series
from contracts.models import IndexObservation, Offer, OfferVersion, PriceRevision
from contracts.operations.drafts import change_draft, publish_draft, start_draft, start_new_offer
from contracts.operations.held_revisions import drop_held_revision
from contracts.operations.index_values import record_index_value
from contracts.operations.offers import confirm_price
from contracts.queries import latest_version
from contracts.rules.drafting import parts_of
from contracts.rules.stored import read_terms
from core.periods import ONE_DAY, add_months, month_end
from portal.operations import note_customer_seen, record_export
from providers.enums import Role
from providers.models import Customer, ProviderProfile
from providers.operations.setting_up import change_brand, change_calendar, finish_set_up
from scenarios.rules.house import House

INVENTED: Final = "valeur inventée pour la démonstration"
# Days after which a person has dealt with what the run left to them.
REVISION_DECIDED = timedelta(days=20)
DRAFT_BEGUN, SAMPLE_PUBLISHED = timedelta(days=6), timedelta(days=21)
NEW_OFFER: Final = ("serenite", "Maintenance et sauvegarde « Sérénité »")


@dataclass(slots=True)
class Staff:
    """The owner, manager, technician and accountant of one house, by their role."""

    house: House
    members: dict[Role, UUID]
    plan_seed: int
    until: date
    seen: list[UUID] = field(default_factory=list)

    @property
    def owner(self) -> UUID:
        return self.members[Role.OWNER]

    def found(self, at: datetime) -> None:
        """Settle the house, and say that the prices of its main offers are its own."""
        own = ProviderProfile.objects.select_related("provider").get()
        change_brand(at=at, by=self.owner, trade_name=own.trade_name)
        change_calendar(zone=own.provider.zone, holidays=own.holidays, at=at, by=self.owner)
        finish_set_up(at=at, by=self.owner)
        for code in self.house.confirms:
            version = latest_version(code)
            if version is not None:
                confirm_price(version_id=version.id, at=at, by=self.owner)

    def work(self, day: date, at: datetime) -> None:
        """One day, before its run."""
        if day == month_end(day):
            self._record_index(day, at)
        if day.day == 3:  # the accountant takes the month that is over
            self._export(day, at)
        if self.house.decides_revisions:
            self._drop_held(day, at)
        if self.house.next_version is not None:
            self._draw_up_offers(day, at)
        if day == self.until - ONE_DAY:
            self._answer_calls(at)

    def _record_index(self, day: date, at: datetime) -> None:
        """The Syntec value of the month before, where the product knows none: a value invented."""
        month = add_months(day.replace(day=1), -1)
        newest = IndexObservation.objects.order_by("-month").first()
        if newest is None or newest.month >= month:
            return
        luck = Random(f"{self.plan_seed} {month:%Y-%m}")  # noqa: S311  a story, not a secret
        record_index_value(
            month=f"{month:%Y-%m}",
            value=newest.value + Decimal(luck.randint(2, 9)) / 10,
            published_on=day,
            series=Series.REVISED,
            source=INVENTED,
            is_estimated=True,
            at=at,
            by=self.owner,
        )

    def _export(self, day: date, at: datetime) -> None:
        """The accountant takes the invoices of the month that is over."""
        last = day.replace(day=1) - ONE_DAY
        first = last.replace(day=1)
        found = Invoice.objects.filter(issue_date__range=(first, last)).count()
        if found:
            record_export(
                user_id=self.members[Role.ACCOUNTANT],
                listing="invoices",
                kind="csv",
                query=f"first_day={first}&last_day={last}",
                rows=found,
                at=at,
            )

    def _drop_held(self, day: date, at: datetime) -> None:
        """What the law holds is left as it is that year."""
        held = PriceRevision.objects.filter(
            status=RevisionStatus.HELD, recorded_on__lte=day - REVISION_DECIDED
        )
        for revision_id in held.order_by("id").values_list("id", flat=True):
            drop_held_revision(revision_id=revision_id, at=at, by=self.owner)

    def _draw_up_offers(self, day: date, at: datetime) -> None:
        """An offer published with sample prices, then a draft of the main offer's next version."""
        if day == self.until - SAMPLE_PUBLISHED:
            self._publish_sample(at)
        if day == self.until - DRAFT_BEGUN:
            offer = Offer.objects.get(code=self.house.confirms[0])
            draft = start_draft(offer_id=offer.pk, at=at, by=self.owner)
            price = {**draft.terms["price"], "base": self.house.next_version}
            change_draft(
                draft_id=draft.pk,
                revision=draft.revision,
                parts={"price": price},
                at=at,
                by=self.owner,
            )

    def _publish_sample(self, at: datetime) -> None:
        main = OfferVersion.objects.get(offer__code=self.house.confirms[0], number=1)
        parts = parts_of(read_terms(main.terms))
        code, name = NEW_OFFER
        draft = start_new_offer(code=code, name=name, parts=parts, at=at, by=self.owner)
        publish_draft(draft_id=draft.pk, revision=draft.revision, at=at, by=self.owner)

    def _answer_calls(self, at: datetime) -> None:
        """The technician has looked some callers up."""
        found = list(Customer.objects.order_by("sort_key").values_list("id", flat=True))
        for place, customer_id in enumerate(found[1::2]):
            note_customer_seen(
                user_id=self.members[Role.TECHNICIAN],
                customer_id=customer_id,
                at=at + timedelta(minutes=25 * place),
            )
