"""SQL that a migration runs around the table of one model."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Model


class TableOperation(Operation, ABC):
    """Statements to build something on a table, and those to take it away.

    The state of the models stays as it is: walls, triggers and privileges change no model.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, model: str) -> None:
        self.model = model

    @abstractmethod
    def forwards(self, model: type[Model]) -> Iterable[str]:
        """The statements that build it."""

    @abstractmethod
    def backwards(self, model: type[Model]) -> Iterable[str]:
        """The statements that take it away."""

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.model], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """No model changes."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for statement in self.forwards(to_state.apps.get_model(app_label, self.model)):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for statement in self.backwards(from_state.apps.get_model(app_label, self.model)):
            schema_editor.execute(statement, params=None)
