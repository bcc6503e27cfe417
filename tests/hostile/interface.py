"""What `schemathesis` needs to ask the programming interface: the app, its description, ids."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import schemathesis
import yaml
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from schemathesis.checks import CHECKS, load_all_checks

from contracts.models import Contract
from portal.api.ids import pattern_of, write_id
from providers.scoping import open_scope
from tests.permissions.world import World

DESCRIPTION: Final[dict[str, Any]] = yaml.safe_load(
    (Path(settings.BASE_DIR) / "docs" / "openapi.yaml").read_text(encoding="utf-8")
)
# What a body names, by the name of a route's parameter.
NAMED: Final = ("customer", "contact", "contract", "offer", "version", "invoice", "payment")
# A version that is not the last is refused as well; a header that is missing, by its own status.
REFUSING: Final = [400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 428, 429]
CONFIG: Final = {
    "checks": {
        "negative_data_rejection": {"expected-statuses": REFUSING},
        "missing_required_header": {"expected-statuses": REFUSING},
    },
    "generation": {"with-security-parameters": False},
}
# What says that the form of a request is wrong, not its meaning.
MISUNDERSTOOD: Final = {"malformed", "invalid", "unsupported_media_type", "key_missing"}


class App:
    """The portal as a server runs it, with what each request did undone."""

    def __init__(self, *, keeps: bool = False) -> None:
        self.handler, self.keeps = WSGIHandler(), keeps

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        for signal in (request_started, request_finished):  # the world's connection stays open
            signal.disconnect(close_old_connections)
        try:
            with transaction.atomic():
                response: Any = self.handler(environ, start_response)
                body = b"".join(response)
                response.close()
                transaction.set_rollback(not self.keeps)
        finally:
            for signal in (request_started, request_finished):
                signal.connect(close_old_connections)
        return [body]


def described(world: World, *, keeps: bool = False) -> Any:
    """The committed description, asked of the portal with ids of rows that exist."""
    load_all_checks()
    config = schemathesis.Config.from_dict(CONFIG)
    schema: Any = schemathesis.openapi.from_dict(DESCRIPTION, config=config)
    schema.app = App(keeps=keeps)
    objects = world.practices["a1"].objects
    known = {kind: write_id(kind, objects[f"{kind}_id"]) for kind in NAMED}
    known["contract"] = write_id("contract", _contract(world).pk)

    def map_path_parameters(context: Any, path_parameters: Any) -> Any:
        given = path_parameters or {}
        return {name: _known(name.removesuffix("_id"), each, known) for name, each in given.items()}

    def map_body(context: Any, body: Any) -> Any:
        if not isinstance(body, dict):
            return body
        offer = {"offer": objects["offer"]} if isinstance(body.get("offer"), str) else {}
        return {name: _known(name, value, known) for name, value in body.items()} | offer

    schema.hook(map_path_parameters)
    schema.hook(map_body)
    return schema


def _contract(world: World) -> Contract:
    """One whose future can be told: signed, and not set aside."""
    with open_scope(world.providers["a"].id):
        customer = world.practices["a1"].customer_id
        signed = Contract.objects.filter(customer_id=customer, signed_on__isnull=False)
        return signed.filter(is_parked=False).latest("signed_on")


def _known(kind: str, value: Any, known: dict[str, str]) -> Any:
    """Most ids that have the form of one become one that exists."""
    if kind not in known or not re.fullmatch(pattern_of(kind), str(value)):
        return value
    return value if crc32(str(value).encode()) % 8 == 0 else known[kind]


# What no description tells: white space alone is no text, a cursor is one that the list gave.
UNTOLD: Final = {"blank", "null_characters_not_allowed", "surrogate_characters_not_allowed"}


def understood(context: Any, response: Any, case: Any) -> None:
    """What follows the description is understood, whatever the rules of the trade say to it."""
    is_positive = case.meta is not None and case.meta.generation.mode.is_positive
    if not is_positive or response.status_code < 400:
        return
    said = response.json()
    told = [row for row in said["errors"] if row["code"] not in UNTOLD]
    faults = [row for row in told if row["pointer"] != "?cursor"]
    if said["code"] in MISUNDERSTOOD and (faults or not said["errors"]):
        raise AssertionError(f"described, yet not understood: {faults or said}")


def checks() -> list[Any]:
    """All there are; that what is valid is accepted is asked by ours, which knows refusals."""
    load_all_checks()
    found: Iterable[Any] = CHECKS.get_all()
    names = {"positive_data_acceptance"}
    return [*(each for each in found if getattr(each, "__name__", "") not in names), understood]
