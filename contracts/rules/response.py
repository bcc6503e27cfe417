"""How fast the provider answers and who is served first (I9, I11–I13)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.rules.part import Code, Part, Text


class Target(Part):
    """I11–I13: so many hours on a named clock, from the request.

    `working_days` runs 24 hours a day Monday to Saturday (heures ouvrables), `business_days` 24
    hours a day Monday to Friday (heures ouvrées), both without public holidays; `support_hours`
    runs inside the support hours only; `elapsed` never stops.
    """

    rules: ClassVar[tuple[str, ...]] = ("I11", "I12", "I13")

    code: Code
    act: Literal["intervene", "recall", "plan_repair"]
    severity: Literal[1, 2] | None = None
    hours: Annotated[int, Field(ge=1, le=720)]
    clock: Literal["working_days", "business_days", "support_hours", "elapsed"]
    with_option: Code | None = None
    for_option: Code | None = None
    needs_written_request: bool = False


class Response(Part):
    """I9, I12: the targets, the place in the queue (1 is served first), and what is urgent."""

    rules: ClassVar[tuple[str, ...]] = ("I9",)

    queue_rank: Annotated[int, Field(ge=1, le=9)] = 1
    urgent_word: Text | None = None
    urgent_channel: Literal["sms", "phone", "portal"] | None = None
    targets: tuple[Target, ...] = ()


class Calls(Part):
    """I11 (003 art. 12): a call of so many minutes at most, then a visit is planned."""

    rules: ClassVar[tuple[str, ...]] = ("I11",)

    longest_minutes: Annotated[int, Field(ge=1, le=480)]
    beyond: Literal["site_visit"] = "site_visit"


class RemoteControl(Part):
    """I14 (004 4; 001 II-4; 003 art. 12): under which conditions a machine is taken over."""

    rules: ClassVar[tuple[str, ...]] = ("I14",)

    is_unlimited: bool = False
    needs_consent: bool = True
    consent_is_recorded: bool = True
    needs_broadband: bool = True
    may_install_tool: bool = True
    result_is_guaranteed: bool = False


class SiteVisits(Part):
    """I14, I19 (004 5, 10.7): who decides on a visit, where, and what a lost journey costs."""

    rules: ClassVar[tuple[str, ...]] = ("I14",)

    included: Literal["with_option", "always", "never", "but_travel"]
    option: Code | None = None
    decided_by: Literal["provider", "client"] = "provider"
    by_appointment: bool = True
    postal_prefixes: tuple[str, ...] = ()
    travel_billed_when_absent: bool = False
    travel_billed_when_unsafe: bool = False
    workshop: bool = False


class SupportAccess(Part):
    """I18 (001 II-3): number and address of the support are for subscribers alone."""

    rules: ClassVar[tuple[str, ...]] = ("I18",)

    subscribers_only: bool = True
    number_given_at_signature: bool = True
