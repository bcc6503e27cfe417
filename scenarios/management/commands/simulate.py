"""Replay contracts' lives from scenario files and print what happened."""

import json
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from contracts.rules.overrides import TermsRefused
from core.errors import DomainError
from scenarios.replay import Outcome, replay
from scenarios.rules.file import Scenario, ScenarioRefused, read_scenario

FAILED, REFUSED = 1, 2


class Command(BaseCommand):
    """Exit code 0: every expectation holds; 1: one fails; 2: a file is refused, nothing was run."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--format", choices=("text", "json"), default="text")
        parser.add_argument("--until", type=date.fromisoformat)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            scenarios = [_read(path) for path in options["files"]]
        except ScenarioRefused as error:
            self._refuse(error)
        failed = False
        for scenario in scenarios:
            try:
                outcome = replay(scenario, until=options["until"])
            except (DomainError, TermsRefused) as error:
                self._refuse(error)
            failed = failed or bool(outcome.failures)
            self._show(outcome, options["format"])
        if failed:
            sys.exit(FAILED)

    def _refuse(self, error: Exception) -> Any:
        self.stderr.write(str(error))
        sys.exit(REFUSED)

    def _show(self, outcome: Outcome, form: str) -> None:
        if form == "json":
            shown = {
                "title": outcome.title,
                "timeline": outcome.timeline,
                "failures": outcome.failures,
            }
            self.stdout.write(json.dumps(shown, ensure_ascii=False))
            return
        self.stdout.write(outcome.title)
        for entry in outcome.timeline:
            self.stdout.write(_line(entry))
        for failure in outcome.failures:
            self.stdout.write(f"✗ {failure}")


def _read(path: Path) -> Scenario:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioRefused(str(path), 1, "file", "cannot be read") from error
    return read_scenario(text, str(path))


def _line(entry: dict[str, Any]) -> str:
    facts = ", ".join(
        f"{name} {value}"
        for name, value in entry.items()
        if name not in ("on", "kind", "because", "lines")
    )
    clauses = [
        f"      {why['rule']} {why['clause']} {why['formula']}".rstrip()
        for part in (entry, *entry.get("lines", ()))
        for why in part["because"]
    ]
    return "\n".join([f"{entry['on']}  {entry['kind']}: {facts}", *clauses])
