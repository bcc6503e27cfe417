"""The committed description is what the views say, and the pages about it are drawn from it."""

import difflib
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

COMMITTED = "docs/openapi.yaml"


def difference(committed: str, written: str) -> str:
    lines = difflib.unified_diff(
        committed.splitlines(), written.splitlines(), "committed", "from the views", lineterm=""
    )
    return "\n".join(lines)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("openapi") / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(path))
    return path.read_text(encoding="utf-8")


def test_the_committed_description_is_what_the_views_say(written: str, checkout: Path) -> None:
    """`manage.py spectacular --file docs/openapi.yaml` writes it again."""
    changed = difference((checkout / COMMITTED).read_text(encoding="utf-8"), written)
    assert not changed, changed


def test_a_change_of_the_interface_is_shown(written: str) -> None:
    planted = written.replace("maxLength: 160", "maxLength: 161", 1)
    assert "-" in difference(planted, written)
    assert "maxLength: 161" in difference(planted, written)


def test_the_description_and_its_pages_are_served(db: None, checkout: Path) -> None:
    browser = Client()
    served: Any = browser.get("/api/schema")
    assert b"".join(served.streaming_content) == (checkout / COMMITTED).read_bytes()
    page = browser.get("/api/docs").content.decode()
    for said in ("/api/v1/customers", "record_a_payment", 'id="key_reused"', "Idempotency-Key"):
        assert said in page
