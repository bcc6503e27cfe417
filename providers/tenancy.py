"""The base of every row that belongs to a provider, and of every row a practice may read."""

from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from django.db import models
from uuid_utils.compat import uuid7

from providers.scoping import WrongProvider, current_scope

M = TypeVar("M", bound="TenantModel")


def new_id() -> UUID:
    """A UUIDv7: unique everywhere, and in the order of creation on disk."""
    return uuid7()


class TenantQuerySet(models.QuerySet[M], Generic[M]):
    """Rows of the open provider; new rows receive it by themselves."""

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> list[M]:
        rows = list(objs)
        for row in rows:
            row.take_scope()
        return super().bulk_create(rows, *args, **kwargs)


class TenantManager(models.Manager[M], Generic[M]):
    """Refuses without an open provider, and narrows to it (and to the open customer) otherwise."""

    _queryset_class = TenantQuerySet

    def get_queryset(self) -> TenantQuerySet[M]:
        scope = current_scope()
        every: TenantQuerySet[M] = self._queryset_class(self.model, using=self._db)
        rows = every.filter(provider_id=scope.provider_id)
        column = self.model.customer_column
        if scope.customer_id is not None and column:
            rows = rows.filter(**{column: scope.customer_id})
        return rows


class TenantModel(models.Model):
    """A row of one provider. `customer_column` names the column of the second wall, if any."""

    customer_column: str = ""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    provider = models.ForeignKey(
        "providers.Provider", models.PROTECT, related_name="+", editable=False
    )

    objects = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.take_scope()
        super().save(*args, **kwargs)

    def take_scope(self) -> None:
        """Belong to the open provider; a row of another one is refused."""
        scope, given = current_scope(), cast("UUID | None", self.provider_id)
        if given is None:
            self.provider_id = scope.provider_id
        elif given != scope.provider_id:
            raise WrongProvider(f"{self._meta.label} of another provider")


class CustomerModel(TenantModel):
    """A row that the members of one practice may read.

    Keys between tenant tables carry `db_constraint=False`: the composite key that
    `providers.walls.BuildWalls` adds on (provider, …, id) stands in their place.
    """

    customer_column = "customer_id"

    customer = models.ForeignKey(
        "providers.Customer", models.PROTECT, db_constraint=False, related_name="+"
    )

    class Meta(TenantModel.Meta):
        abstract = True
