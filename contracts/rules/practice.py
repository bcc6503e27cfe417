"""The practice and its fleet: what is fixed, required, checked, lent (F1–F10, P4)."""

from collections.abc import Collection
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.rules.part import Code, Months, Part, Value, Words
from contracts.rules.price import EquipmentKind


class Fleet(Part):
    """F1, F2, P4: the equipment that the price stands on, and what a change of it does.

    What is found in service without having been declared is claimed from the day it served.
    """

    rules: ClassVar[tuple[str, ...]] = ("F1", "F2", "P4")

    extent: Literal["whole_fleet", "listed_equipment"]
    kinds: tuple[EquipmentKind, ...] = ()
    fixed: tuple[Literal["names", "functions", "number"], ...] = ("names", "functions", "number")
    agreed_by: tuple[Literal["provider", "client"], ...] = ("provider", "client")
    good_working_order_only: bool = False
    a_change: tuple[Literal["billed_intervention", "new_price"], ...] = ("new_price",)
    removal_lowers_price: Literal["next_term", "at_once"] = "next_term"
    undeclared_is_claimed: bool = False

    def includes(self, kind: str, priced: Collection[str] = ()) -> bool:
        """Whether a piece of a kind is the contract's: of those it prices, where it prices any.

        >>> fleet = Fleet(clause="Parc", extent="listed_equipment", kinds=("server", "printer"))
        >>> fleet.includes("server"), fleet.includes("camera")
        (True, False)
        >>> fleet.includes("printer", ["server"])
        False
        """
        if self.extent == "listed_equipment" and priced:
            return kind in priced
        return not self.kinds or kind in self.kinds


class Eligibility(Part):
    """F4 (000): what a practice must have; its loss ends nothing and gives nothing back."""

    rules: ClassVar[tuple[str, ...]] = ("F4",)

    postal_prefixes: tuple[str, ...]
    single_local_network: bool
    least_download_mbps: Annotated[int, Field(ge=1)]
    least_upload_mbps: Annotated[int, Field(ge=1)]
    speed_is: Literal["stated_by_the_internet_provider", "measured"]
    equipment_origins: tuple[Literal["sold", "partner", "administered"], ...]
    verdicts: tuple[Literal["valid", "refused", "to_be_checked_again"], ...]
    checked_again_months: Months
    loss_ends_contract: bool = False
    loss_gives_refund: bool = False
    compliance_work_included: bool = False


class Preparation(Part):
    """F3 (001 II-4, 004 2): what is done before the signature."""

    rules: ClassVar[tuple[str, ...]] = ("F3",)

    step: Literal["architecture_map", "hardware_check"]
    validated_by: Literal["client", "provider"]
    is_mandatory: bool
    may_lead_to_upgrade_quote: bool = False


class ChecklistItem(Value):
    """One setting of a workstation, ticked when it is as agreed."""

    code: Code
    label: Words


class Checklist(Part):
    """F5 (001 IV): the settings of each workstation; one the client changed voids the guarantee."""

    rules: ClassVar[tuple[str, ...]] = ("F5",)

    system: Literal["macos", "windows"]
    items: Annotated[tuple[ChecklistItem, ...], Field(min_length=1)]
    change_voids_guarantee: bool = True


class Licences(Part):
    """F7 (000): office software, one identifier per user, until the end of the commitment."""

    rules: ClassVar[tuple[str, ...]] = ("F7",)

    suite: str
    products: tuple[str, ...]
    per: Literal["user", "workstation"] = "user"
    stop_at_end: bool = True


class Teletransmission(Part):
    """F10 (000): mailboxes offered for electronic claims, without liability outside."""

    rules: ClassVar[tuple[str, ...]] = ("F10",)

    is_free: bool = True
    tables_updated_on_request: bool = True
    liable_outside_contract: bool = False


class SupportedProducts(Part):
    """The machines and software the help line knows; the list is open unless it says otherwise."""

    rules: ClassVar[tuple[str, ...]] = ("I10",)

    products: tuple[Words, ...]
    is_exhaustive: bool = False
