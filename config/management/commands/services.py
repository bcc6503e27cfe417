"""The embedded PostgreSQL and Valkey of this checkout: start, stop, status."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.embedded.places import Place
from config.embedded.services import Services


class Command(BaseCommand):
    help = "Start, stop or show the embedded services of this checkout."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["start", "stop", "status", "variables"])

    def handle(self, *args: Any, **options: Any) -> None:
        services = Services(Place.here())
        if options["action"] == "start":
            services.ensure_started()
        elif options["action"] == "stop":
            services.stop()
        elif options["action"] == "variables":
            for name, value in services.place.variables().items():
                self.stdout.write(f"{name}={value}")
            return
        for name, state in services.status().items():
            self.stdout.write(f"{name}: {state}")
