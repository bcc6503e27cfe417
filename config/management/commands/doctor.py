"""Look at every part of the installation, and say what to do about what is wrong.

Exit code 0: all is well; 1: something deserves a look; 2: something is wrong.
"""

import json
import sys
from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand

from config.doctor import (
    EXIT_CODES,
    Check,
    Finding,
    State,
    examine,
    installation,
    safekeeping,
    services,
    walls,
    worst,
)

CHECKS: Final[dict[str, Check]] = {
    "configuration": installation.configuration,
    "secret": installation.secret,
    "second factor": installation.second_factor,
    "logs": installation.logs,
    "texts": installation.texts,
    "role": walls.role,
    "roles": walls.roles,
    "migrations": walls.migrations,
    "walls": walls.walls,
    "frozen rows": walls.frozen,
    "durability": walls.durability,
    "clocks": installation.clocks,
    "time zones": installation.time_zones,
    "broker": services.broker,
    "cache": services.cache,
    "worker": services.worker,
    "daily run": services.daily_run,
    "queues": services.queues,
    "mail": services.mail,
    "documents": services.documents,
    "fonts": services.fonts,
    "storage": services.storage,
    "chains": safekeeping.chains,
    "seals": safekeeping.seals,
    "backup": safekeeping.backup,
}


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for a program to read")
        parser.add_argument("--only", nargs="+", choices=list(CHECKS), help="these checks alone")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = {name: CHECKS[name] for name in options["only"] or CHECKS}
        found = dict(examine(chosen))
        state = worst(list(found.values()))
        text = as_json(found, state) if options["json"] else as_table(found)
        self.stdout.write(text)
        if EXIT_CODES[state]:
            sys.exit(EXIT_CODES[state])


def as_json(found: dict[str, Finding], state: State) -> str:
    rows = [
        {"check": name, "state": each.state, "told": each.told, "remedy": each.remedy}
        for name, each in found.items()
    ]
    return json.dumps({"state": state, "checks": rows}, ensure_ascii=False)


def as_table(found: dict[str, Finding]) -> str:
    """One line a check, and under what is wrong what to do."""
    width = max(map(len, found))
    lines = []
    for name, each in found.items():
        lines.append(f"{each.state:<4}  {name:<{width}}  {each.told}")
        if each.remedy:
            lines.append(f"{'':<4}  {'':<{width}}  → {each.remedy}")
    return "\n".join(lines)
