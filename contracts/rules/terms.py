"""The terms of an offer: one frozen value, copied into each contract when it is signed."""

from collections.abc import Iterator, Mapping
from typing import Final, Literal, Self

from pydantic import model_validator

from contracts.rules.backup import Backup
from contracts.rules.billing import Billing
from contracts.rules.coverage import Coverage
from contracts.rules.duration import AnyDuration
from contracts.rules.hours import Hours
from contracts.rules.indexation import AnyIndexation
from contracts.rules.lateness import FormalNotice, Lateness
from contracts.rules.notice import Notice
from contracts.rules.options import Option
from contracts.rules.pack import Counting, Guarantee, InterventionLog, Meetings, Pack
from contracts.rules.part import Code, Part, Value
from contracts.rules.parties import (
    Confidentiality,
    Consents,
    Documents,
    Duty,
    Insurance,
    Jurisdiction,
    Liability,
    NonSolicitation,
    Partners,
    PersonalData,
    Quotes,
    ShopSales,
)
from contracts.rules.payment import Payment
from contracts.rules.practice import (
    Checklist,
    Eligibility,
    Fleet,
    Licences,
    Preparation,
    SupportedProducts,
    Teletransmission,
)
from contracts.rules.price import Price, Tariffs
from contracts.rules.response import Calls, RemoteControl, Response, SiteVisits, SupportAccess
from contracts.rules.services import Preventive, Video
from contracts.rules.termination import (
    Assignment,
    EndOfContract,
    ForceMajeure,
    RenewalReminder,
    Suspension,
    Termination,
)
from contracts.rules.withdrawal import Withdrawal

SCHEMA_NUMBER: Final = 1


class Terms(Value):
    """Everything the parties agreed, each part with its clause; it answers through its parts.

    What every offer has comes first; a part that is absent is not agreed.
    """

    schema_number: Literal[1] = SCHEMA_NUMBER
    duration: AnyDuration
    notice: Notice | None = None
    price: Price
    indexation: AnyIndexation
    billing: Billing
    payment: Payment

    # Money beside the subscription, and money that does not come
    tariffs: Tariffs | None = None
    quotes: Quotes | None = None
    shop_sales: ShopSales | None = None
    lateness: Lateness | None = None
    formal_notice: FormalNotice | None = None

    # Ends, pauses, hand-over
    termination: Termination = Termination()
    assignment: Assignment | None = None
    suspension: Suspension | None = None
    force_majeure: ForceMajeure | None = None
    withdrawal: Withdrawal | None = None
    renewal_reminder: RenewalReminder | None = None
    end: EndOfContract | None = None

    # The service
    coverage: Coverage | None = None
    hours: Hours | None = None
    response: Response | None = None
    calls: Calls | None = None
    remote_control: RemoteControl | None = None
    site_visits: SiteVisits | None = None
    support_access: SupportAccess | None = None
    log: InterventionLog | None = None
    counting: Counting | None = None
    guarantee: Guarantee | None = None
    pack: Pack | None = None
    meetings: Meetings | None = None
    preventive: Preventive | None = None
    video: Video | None = None
    backup: Backup | None = None
    options: Mapping[Code, Option] = {}

    # The practice and its equipment
    fleet: Fleet | None = None
    eligibility: Eligibility | None = None
    preparation: Preparation | None = None
    checklist: Checklist | None = None
    licences: Licences | None = None
    teletransmission: Teletransmission | None = None
    supported_products: SupportedProducts | None = None

    # What the parties owe each other
    client_duties: tuple[Duty, ...] = ()
    provider_duties: tuple[Duty, ...] = ()
    partners: Partners | None = None
    confidentiality: Confidentiality | None = None
    non_solicitation: NonSolicitation | None = None
    liability: Liability | None = None
    insurance: Insurance | None = None
    consents: Consents | None = None
    personal_data: PersonalData | None = None
    jurisdiction: Jurisdiction | None = None
    documents: Documents | None = None

    @model_validator(mode="after")
    def notice_goes_with_renewal(self) -> Self:
        if self.duration.is_renewed and self.notice is None:
            raise ValueError("a contract that is renewed by itself needs a notice")
        if self.notice is not None and not self.duration.is_renewed:
            raise ValueError("a contract that is not renewed by itself has no notice to give")
        return self

    @model_validator(mode="after")
    def options_exist(self) -> Self:
        """A line or target that waits for an option which nobody can buy would never apply."""
        lines = self.coverage.lines if self.coverage else ()
        targets = self.response.targets if self.response else ()
        wanted = {line.with_option for line in lines} | {target.with_option for target in targets}
        unknown = wanted - {None} - set(self.options)
        if unknown:
            raise ValueError(f"there is no option {', '.join(sorted(map(str, unknown)))}")
        return self


def walk_parts(value: object, path: str = "") -> Iterator[tuple[str, Part]]:
    """Every part inside a value, with the dotted name it has in a preset."""
    if isinstance(value, Part):
        yield path, value
    if isinstance(value, Value):
        for name in type(value).model_fields:
            yield from walk_parts(getattr(value, name), f"{path}.{name}" if path else name)
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from walk_parts(item, f"{path}.{position}")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from walk_parts(item, f"{path}.{key}")
