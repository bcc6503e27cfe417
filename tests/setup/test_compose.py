"""docker-compose.yml: valid, and as closed as it says."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

SCHEMA = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
OURS = ("web", "worker", "beat", "migrate")


@pytest.fixture(scope="module")
def compose(checkout: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((checkout / "docker-compose.yml").read_text())
    return found


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = compose["services"]
    return found


def test_the_file_follows_the_schema(checkout: Path) -> None:
    done = subprocess.run(
        [*SCHEMA, "docker-compose.yml"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_services_of_an_installation_are_there(services: dict[str, Any]) -> None:
    assert set(services) == {*OURS, "db", "redis"}


def test_two_variables_are_mandatory(checkout: Path) -> None:
    text = (checkout / "docker-compose.yml").read_text()
    assert set(re.findall(r"\$\{([A-Z_]+):\?", text)) == {"SECRET_KEY", "DATABASE_PASSWORD"}


def test_no_service_runs_as_root_or_writes_to_its_image(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert service["user"].split(":")[0] not in {"root", "0"}, name
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_every_lasting_service_is_watched(services: dict[str, Any]) -> None:
    lasting = {name for name, service in services.items() if service["restart"] != "no"}
    assert lasting == set(services) - {"migrate"}
    for name in lasting:
        assert "healthcheck" in services[name], name


def test_what_serves_waits_for_the_migrations(services: dict[str, Any]) -> None:
    for name in ("web", "worker", "beat"):
        waits = services[name]["depends_on"]
        assert waits["migrate"]["condition"] == "service_completed_successfully"
        assert waits["db"]["condition"] == waits["redis"]["condition"] == "service_healthy"


def test_only_the_migration_knows_the_owner_and_sees_the_socket(services: dict[str, Any]) -> None:
    for name, service in services.items():
        variables = str(service.get("environment", {}))
        volumes = str(service.get("volumes", []))
        is_migration = name == "migrate"
        assert ("clausier_owner" in variables) is is_migration
        assert ("DATABASE_ADMIN_URL" in variables) is is_migration
        assert ("database-socket" in volumes) is (is_migration or name == "db")


def test_database_and_queue_are_reached_from_inside_only(
    compose: dict[str, Any], services: dict[str, Any]
) -> None:
    assert compose["networks"]["inside"] == {"internal": True}
    for name in ("db", "redis"):
        assert services[name]["networks"] == ["inside"]
        assert "ports" not in services[name]


def test_the_commands_exist(checkout: Path, services: dict[str, Any]) -> None:
    """What the containers run is in the tree, as the Dockerfile copies it."""
    words = " ".join(
        [str(services[name].get("command", "")) for name in OURS]
        + [str(services[name].get("healthcheck", "")) for name in OURS]
        + [(checkout / "Dockerfile").read_text()]
    )
    for module in set(re.findall(r"\bconfig\.(\w+)", words)):
        assert (checkout / "config" / f"{module}.py").exists(), module


def test_the_image_gets_neither_secrets_nor_working_files(checkout: Path) -> None:
    ignored = (checkout / ".dockerignore").read_text().split()
    assert {".git", ".env", ".data", ".venv"} <= set(ignored)
