"""Filters of access, each taken out alone: of a right, of a door, of the rows of a table (T4)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import pytest

from providers import doors, prepared, seeing
from providers.enums import Role
from providers.models import Membership
from providers.operations.api_tokens import Bearer
from providers.permissions import Capability, Level, may
from providers.scoping import current_scope
from providers.tenancy import TenantManager, TenantModel
from tests.tenancy.rows import tenant_models

Patch = pytest.MonkeyPatch


@dataclass(frozen=True, slots=True)
class Mutant:
    """What is taken out, and how: of a right its `capability`, of doors their `side`, of rows
    their `table`.
    """

    name: str
    apply: Callable[[Patch], None]
    capability: Capability | None = None
    side: str = "workshop"
    table: str = ""
    is_of_practice: bool = False

    @contextmanager
    def alive(self) -> Iterator[None]:
        """Queries that were prepared before are written again, for the filter is in their SQL."""
        shape_of = prepared._shape_of
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(prepared, "_shape_of", lambda scope: (self.name, *shape_of(scope)))
            self.apply(patch)
            yield


# --- Rights ---------------------------------------------------------------------------------------


def _without_right(capability: Capability) -> Callable[[Patch], None]:
    def granted(role: Any, asked: Capability, level: Level = Level.READ) -> bool:
        return asked == capability or may(role, asked, level)

    return lambda patch: patch.setattr(doors, "may", granted)


# Of those that somebody lacks: everybody reads their own notices.
RIGHTS: Final = [
    Mutant(f"anybody has the right {each.value}", _without_right(each), each)
    for each in Capability
    if not all(may(role, each) for role in Role)
]

# --- Doors ----------------------------------------------------------------------------------------


def _active(*names: str) -> Callable[[Patch], None]:
    """Memberships by the conditions that are left."""

    def found(user_id: Any) -> Any:
        known = {"user": user_id, "is_active": True, "provider__status": "ACTIVE"}
        left = {name: value for name, value in known.items() if name not in names}
        return Membership.objects.select_related("provider").filter(**left)

    return lambda patch: patch.setattr(doors, "_active", found)


def _anywhere(patch: Patch) -> None:
    in_place = doors._in_place

    def found(user_id: Any, **place: Any) -> Any:
        is_practice = place.get("customer_id", "") is not None and "provider__slug" not in place
        return in_place(user_id, customer_id__isnull=not is_practice)

    patch.setattr(doors, "_in_place", found)


def _answering(owner: Any, name: str, answer: Any) -> Callable[[Patch], None]:
    return lambda patch: patch.setattr(owner, name, lambda *_args, **_values: answer)


DOORS: Final = [
    Mutant("a place is anybody's", _active("user")),
    Mutant("a dismissed person comes in", _active("is_active")),
    Mutant("a suspended provider is served", _active("provider__status")),
    Mutant("one's place is every place", _anywhere),
    Mutant("no second factor is asked of members", _answering(doors, "_lacks_factor", False)),
    Mutant(
        "no second factor is asked of operators",
        _answering(doors, "has_factor", True),
        side="operator",
    ),
    Mutant("no fresh proof is asked", _answering(doors, "_proof_missing", None)),
    Mutant("every role is let in", _answering(doors, "_check", None)),
    Mutant("whoever looks may write", _answering(doors, "check_reading", None), side="practice"),
    Mutant(
        "whoever looks may do anything", _answering(seeing.Seeing, "allows", True), side="practice"
    ),
    Mutant("a token may do anything", _answering(Bearer, "may", True), side="api"),
]

# --- Rows -----------------------------------------------------------------------------------------


def _of_every_provider(model: type[TenantModel]) -> Callable[[Patch], None]:
    narrow = TenantManager.get_queryset

    def rows(self: Any) -> Any:
        if self.model is not model:
            return narrow(self)
        return self._queryset_class(self.model, using=self._db)

    return lambda patch: patch.setattr(TenantManager, "get_queryset", rows)


def _of_every_practice(model: type[TenantModel]) -> Callable[[Patch], None]:
    narrow = TenantManager.get_queryset

    def rows(self: Any) -> Any:
        if self.model is not model:
            return narrow(self)
        every = self._queryset_class(self.model, using=self._db)
        return every.filter(provider_id=current_scope().provider_id)

    return lambda patch: patch.setattr(TenantManager, "get_queryset", rows)


ROWS: Final = [
    Mutant(
        f"{model._meta.label} of every provider",
        _of_every_provider(model),
        table=model._meta.label,
    )
    for model in tenant_models()
] + [
    Mutant(
        f"{model._meta.label} of every practice",
        _of_every_practice(model),
        table=model._meta.label,
        is_of_practice=True,
    )
    for model in tenant_models()
    if model.customer_column
]
