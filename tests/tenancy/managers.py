"""How the sources reach rows of a provider (R16): through the access functions, by scoped managers.

Three things are refused. Whatever goes round the scoped manager, anywhere. In the portal, to look
one row up by its key: that is for the access functions, which take the actor. And to name a
manager in a function that takes the request: a list has its query, an object its access function.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps

from providers.tenancy import TenantModel

ROOT = Path(__file__).parents[2]
APPS = ("core", "providers", "fleet", "contracts", "billing", "imports", "portal", "scenarios")
# Django's own ways round `objects`; the scoped manager is the one place that makes a queryset.
ROUND = {"_base_manager", "_default_manager", "raw"}
SHORTCUTS = {"get_object_or_404", "get_list_or_404"}
KEYS = {"pk", "id"}
REQUESTS = {"request", "asked"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources() -> Iterator[tuple[str, str]]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), path.read_text()


def tenant_names() -> set[str]:
    return {model.__name__ for model in apps.get_models() if issubclass(model, TenantModel)}


def faults_in(name: str, text: str) -> list[str]:
    """What one file does that it should not, each as `file:function: fault`."""
    return sorted({f"{name}:{where}: {fault}" for where, fault in _Reader(name, text).faults()})


class _Reader:
    def __init__(self, name: str, text: str) -> None:
        self.tree, self.is_portal = ast.parse(text), name.startswith("portal/")
        self.tenants = tenant_names()

    def faults(self) -> Iterator[tuple[str, str]]:
        yield from self._read(self.tree, "", takes_request=False)

    def _read(self, node: ast.AST, where: str, *, takes_request: bool) -> Iterator[tuple[str, str]]:
        if isinstance(node, Function):
            where, takes_request = node.name, takes_request or _takes_request(node)
        yield from ((where, fault) for fault in self._round(node))
        if self.is_portal:
            yield from ((where, fault) for fault in self._looked_up(node))
            if takes_request and self._is_manager(node):
                yield where, f"{ast.unparse(node)} in a function that takes the request"
        for child in ast.iter_child_nodes(node):
            yield from self._read(child, where, takes_request=takes_request)

    def _round(self, node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Attribute) and node.attr in ROUND:
            yield f".{node.attr} goes round the scoped manager"
        if isinstance(node, ast.Call) and _name(node.func) in {"QuerySet", "TenantQuerySet"}:
            yield "a queryset of its own goes round the scoped manager"

    def _looked_up(self, node: ast.AST) -> Iterator[str]:
        if not isinstance(node, ast.Call):
            return
        name = _name(node.func)
        names = {keyword.arg for keyword in node.keywords}
        if name in SHORTCUTS and not self._is_global(node):
            yield f"one object by {name}"
        # A dictionary's `get` takes what it looks for by its place.
        is_get = name in {"get", "aget"} and names and not node.args
        is_filter = name == "filter" and names & KEYS and self._on_tenant(node)
        if (is_get and not self._is_global(node)) or is_filter or name == "in_bulk":
            yield f"one row by {ast.unparse(node)[:60]}"

    def _is_manager(self, node: ast.AST) -> bool:
        is_manager = isinstance(node, ast.Attribute) and node.attr == "objects"
        return is_manager and _name(node.value) in self.tenants  # type: ignore[attr-defined]

    def _on_tenant(self, node: ast.Call) -> bool:
        return any(self._is_manager(part) for part in ast.walk(node))

    def _is_global(self, node: ast.Call) -> bool:
        """Whether it names a manager, and of a table that belongs to no provider."""
        managers = [part for part in ast.walk(node) if getattr(part, "attr", "") == "objects"]
        return bool(managers) and not self._on_tenant(node)


def _name(node: ast.AST) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))


def _takes_request(node: Function) -> bool:
    return bool({argument.arg for argument in node.args.args} & REQUESTS)
