"""How the fields of forms are drawn: by Django's templates, an empty one once for everybody."""

from collections.abc import Callable
from typing import Any, Final

from django.forms.renderers import DjangoTemplates

MOST_KEPT: Final = 2048  # the empty fields of every form in both languages are some hundreds
EMPTY: Final[tuple[Any, ...]] = (None, [], [""])


class FieldRenderer(DjangoTemplates):
    """A field that holds nothing looks the same whoever asks; one that holds something is theirs.

    What is kept is known by all that its template reads, in which texts are already those of the
    reader's language.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], str] = {}

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        def draw() -> str:
            return super(FieldRenderer, self).render(template_name, context, request)

        widget = context.get("widget") or {"value": self}
        is_empty = request is None and widget.get("value", self) in EMPTY
        return self._once((template_name, repr(context)), draw) if is_empty else draw()

    def _once(self, key: tuple[str, str], draw: Callable[[], str]) -> str:
        if (drawn := self._kept.get(key)) is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            drawn = self._kept[key] = draw()
        return drawn
