"""What the contract covers: by subject, equipment and place, with the clause (I8–I10, I14, I15)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.rules.part import Code, Part, Words
from contracts.rules.price import EquipmentKind
from core.reasons import Answer, Reason

Topic = Literal[
    "system",
    "network",
    "hardware",
    "software_settings",
    "business_software",
    "publisher_call",
    "publisher_fault",
    "preventive",
    "antivirus",
    "backup",
    "restore",
    "teletransmission",
    "commercial",
    "delivery",
    "addition",
    "fleet_change",
    "data_recovery",
    "loan",
    "consumable",
    "compliance_upgrade",
]
Origin = Literal["sold", "partner", "administered", "other"]
Cause = Literal["misuse", "third_party", "unauthorised_change", "power_failure", "force_majeure"]
Place = Literal["remote", "on_site", "workshop"]
Charge = Literal["time", "travel", "parts"]
CoverageOutcome = Literal["included", "pack", "not_counted", "billed", "excluded"]


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of a piece of work when its coverage is asked."""

    topic: str
    place: str = "remote"
    equipment_kind: str | None = None
    origin: str | None = None
    is_approved: bool = True
    causes: Collection[str] = ()
    options: Collection[str] = ()
    conditions: Collection[str] = field(default=())


class CoverageLine(Part):
    """One line of the matrix. An empty list means any; the first line that fits decides.

    `charges` is what is billed beside the contract even when the work is included; `by_quote`
    says that nothing is done before a quote is accepted. `rule` is the rule the line applies.
    """

    topics: tuple[Topic, ...] = ()
    places: tuple[Place, ...] = ()
    equipment_kinds: tuple[EquipmentKind, ...] = ()
    origins: tuple[Origin, ...] = ()
    approved: bool | None = None
    causes: tuple[Cause, ...] = ()
    with_option: Code | None = None
    condition: Literal["publisher_unreachable", "settings_unmodified"] | None = None
    outcome: CoverageOutcome
    charges: tuple[Charge, ...] = ()
    by_quote: bool = False
    rule: Annotated[str, Field(pattern=r"^[A-Z]\d{1,2}$")]
    summary: Words

    def fits(self, case: Case) -> bool:
        return (
            (not self.topics or case.topic in self.topics)
            and (not self.places or case.place in self.places)
            and self._fits_equipment(case)
            and (not self.causes or not set(self.causes).isdisjoint(case.causes))
            and (self.with_option is None or self.with_option in case.options)
            and (self.condition is None or self.condition in case.conditions)
        )

    def _fits_equipment(self, case: Case) -> bool:
        return (
            (not self.equipment_kinds or case.equipment_kind in self.equipment_kinds)
            and (not self.origins or case.origin in self.origins)
            and (
                self.approved is None
                or (case.equipment_kind is not None and self.approved == case.is_approved)
            )
        )


class Coverage(Part):
    """I8–I10: the matrix of an offer, read from the top; its last line fits everything."""

    rules: ClassVar[tuple[str, ...]] = ("I8", "I10")

    lines: Annotated[tuple[CoverageLine, ...], Field(min_length=1)]

    def decide(self, case: Case) -> Answer[CoverageLine]:
        """The line that decides, with its clause."""
        line = next((line for line in self.lines if line.fits(case)), self.lines[-1])
        return Answer(line, (Reason(line.rule, line.clause),))
