"""Counted interventions: what counts, in which slices, drawn from which pack (I1–I6)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.rules.part import Months, Part, Words

Channel = Literal["phone", "email", "sms", "whatsapp", "portal", "remote_control", "on_site"]


class InterventionLog(Part):
    """I1 (001 II-1): what an intervention is and what is written down about it."""

    rules: ClassVar[tuple[str, ...]] = ("I1",)

    channels: tuple[Channel, ...]
    fields: tuple[Literal["practitioner", "reason", "date", "start", "end"], ...]
    client_may_read: bool = True


class Counting(Part):
    """I2, I4, I5 (001 II-1, II-2): a started slice counts as due, for groups alone.

    A fault of the publisher's software counts for nothing as long as the client left the
    settings alone.

    >>> counting = Counting(clause="Contrat, art. II-1", slice_minutes=15, counted_for="groups")
    >>> [counting.slices(seconds) for seconds in (13 * 60, 15 * 60, 15 * 60 + 1, 22 * 60, 30)]
    [1, 1, 2, 2, 1]
    """

    rules: ClassVar[tuple[str, ...]] = ("I2", "I4", "I5")

    slice_minutes: Annotated[int, Field(ge=1, le=480)]
    counted_for: Literal["groups", "everybody"]
    not_counted: tuple[Literal["commercial", "failed", "publisher_fault"], ...] = ()
    publisher_fault_needs_settings_unmodified: bool = True

    def slices(self, seconds: int) -> int:
        """Slices for a duration in seconds, one at least."""
        return max(1, -(-seconds // (self.slice_minutes * 60)))


class Guarantee(Part):
    """I6 (001 II-1, II-3): the same problem again, to the same day of the next month."""

    rules: ClassVar[tuple[str, ...]] = ("I6",)

    months: Months
    lost_by: tuple[Literal["settings_modified", "os_updated_without_agreement"], ...] = ()


class Pack(Part):
    """I3 (001 II-2): so many interventions for the coverage period; what is left is lost."""

    rules: ClassVar[tuple[str, ...]] = ("I3",)

    units: Annotated[int, Field(ge=1, le=10_000)]
    unused_are_lost: bool = True
    over_use: tuple[Literal["new_pack", "billed_pro_rata"], ...] = ("new_pack", "billed_pro_rata")
    warned_at: tuple[Annotated[int, Field(ge=0)], ...] = (3, 0)


class Meetings(Part):
    """F11 (001 II-2): online meetings that clients under contract may join."""

    rules: ClassVar[tuple[str, ...]] = ("F11",)

    name: str
    starts: str
    ends: str
    summary: Words
