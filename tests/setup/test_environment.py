"""What the environment may say, and what refuses to start."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config.env import BadEnvironment, Environment, is_weak

STRONG = "2b7e151628aed2a6abf7158809cf4f3c762e7160f38b4da56a784d9045190cfe"
# Set by our own commands, never by whoever installs.
INTERNAL = {
    "BEAT_STATE", "CLAUSIER_CONNECT_AS", "CLAUSIER_SERVICES", "DJANGO_SETTINGS_MODULE",
    "PROMETHEUS_MULTIPROC_DIR",
}  # fmt: skip
# Read from the shell's own world.
SHELL = {"PATH", "HOME"}


def start(checkout: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Load the settings in a process of its own, as a server would."""
    return subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        cwd=checkout,
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


REAL = {"DATABASE_URL": "postgresql://a@h/d", "REDIS_URL": "redis://h"}


def test_a_value_comes_from_the_variable_or_from_its_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from the file\n")
    env = Environment({"PLAIN": "here", "KEPT_FILE": str(secret)})
    assert (env.text("PLAIN"), env.text("KEPT")) == ("here", "from the file")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    env = Environment({"KEPT_FILE": str(tmp_path / "absent")})
    with pytest.raises(BadEnvironment, match="KEPT_FILE cannot be read"):
        env.text("KEPT")


def test_an_empty_variable_means_the_default() -> None:
    env = Environment({"SIZE": "", "FLAG": "", "NAMES": ""})
    assert env.integer("SIZE", default=2) == 2
    assert env.boolean("FLAG", default=True) is True
    assert env.listing("NAMES", default=["a"]) == ["a"]


@pytest.mark.parametrize("value", ["oui", "2", "tru"])
def test_anything_but_true_and_false_is_refused(value: str) -> None:
    with pytest.raises(BadEnvironment, match="FLAG is true or false"):
        Environment({"FLAG": value}).boolean("FLAG", default=False)


def test_other_bad_forms_are_refused() -> None:
    env = Environment({"SIZE": "many", "COLOUR": "green"})
    with pytest.raises(BadEnvironment, match="SIZE is a whole number"):
        env.integer("SIZE", default=1)
    with pytest.raises(BadEnvironment, match="COLOUR is one of"):
        env.choice("COLOUR", ("red", "blue"), default="red")
    with pytest.raises(BadEnvironment, match="ABSENT is not set"):
        env.text("ABSENT")


@pytest.mark.parametrize("secret", ["", "short", "a" * 60, "change-me" * 8, STRONG[:49]])
def test_weak_secrets(secret: str) -> None:
    assert is_weak(secret)
    with pytest.raises(BadEnvironment, match="SECRET_KEY"):
        Environment({"SECRET_KEY": secret}).secret("SECRET_KEY")


def test_a_strong_secret_starts(checkout: Path) -> None:
    done = start(checkout, SECRET_KEY=STRONG, **REAL)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("secret", [{}, {"SECRET_KEY": "django-insecure-" + STRONG}])
def test_a_missing_or_weak_secret_refuses_to_start(checkout: Path, secret: dict[str, str]) -> None:
    done = start(checkout, **REAL, **secret)
    assert done.returncode != 0
    assert "BadEnvironment: SECRET_KEY is" in done.stderr


def test_debugging_does_not_excuse_a_weak_secret(checkout: Path) -> None:
    done = start(checkout, SECRET_KEY="weak", DEBUG="true", **REAL)
    assert "BadEnvironment: SECRET_KEY is weak" in done.stderr


def test_an_installation_without_a_queue_refuses_to_start(checkout: Path) -> None:
    done = start(checkout, SECRET_KEY=STRONG, DATABASE_URL="postgresql://a@h/d")
    assert "BadEnvironment: REDIS_URL is not set" in done.stderr


def test_https_makes_cookies_and_redirections_safe(checkout: Path) -> None:
    code = (
        "from config import settings as s; print(s.SESSION_COOKIE_SECURE, s.SECURE_SSL_REDIRECT,"
        " s.SECURE_HSTS_SECONDS > 0, s.ALLOWED_HOSTS[-1:], s.CSRF_TRUSTED_ORIGINS)"
    )
    variables = {**REAL, "SECRET_KEY": STRONG, "BASE_URL": "https://c.example.org/"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=checkout,
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split(maxsplit=3)[:3] == ["True", "True", "True"]
    assert "https://c.example.org" in done.stdout


def example_names(checkout: Path) -> set[str]:
    text = (checkout / ".env.example").read_text()
    return set(re.findall(r"^#?([A-Z][A-Z_]+)=", text, re.MULTILINE))


def read_names(checkout: Path) -> set[str]:
    """Every variable that the code or the compose file reads."""
    sources = [*checkout.glob("config/**/*.py"), *checkout.glob("*/management/commands/*.py")]
    asked = re.compile(
        r"(?:env|Environment\(\)|os\.environ)"
        r"(?:\.(?:text|boolean|integer|choice|listing|secret|get)\(|\[)\s*[\"']([A-Z_]+)[\"']"
    )
    names = {name for path in sources for name in asked.findall(path.read_text())}
    compose = (checkout / "docker-compose.yml").read_text()
    names |= set(re.findall(r"\$\{([A-Z_]+)", compose))
    names |= {
        "DATABASE_OWNER_URL",
        "APP_PASSWORD",
        "OWNER_PASSWORD",
        "BACKUP_PASSWORD",
        "REPORTING_PASSWORD",
    }  # read by a name in a variable
    return names - INTERNAL - SHELL


def test_the_example_names_every_variable_that_is_read_and_no_other(checkout: Path) -> None:
    assert example_names(checkout) == read_names(checkout)


def test_the_examples_defaults_are_the_settings_defaults(checkout: Path) -> None:
    """Copying the example changes nothing but the two mandatory values."""
    text = (checkout / ".env.example").read_text()
    given = dict(re.findall(r"^([A-Z][A-Z_]+)=(.+)$", text, re.MULTILINE))
    code = (
        "from config import settings as s; import json; print(json.dumps({k: str(getattr(s, k))"
        " for k in dir(s) if k.isupper() and k not in ('SECRET_KEY', 'LOGGING', 'LANGUAGES')}))"
    )
    outcomes = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=checkout,
            env={"PATH": os.environ["PATH"], "SECRET_KEY": STRONG, **REAL, **variables},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for variables in ({}, given)
    ]
    assert outcomes[0] == outcomes[1]


def test_the_second_factor_is_left_out_with_the_demonstration_s_services_alone(
    checkout: Path,
) -> None:
    done = start(checkout, SECRET_KEY=STRONG, SECOND_FACTOR_REQUIRED="false", **REAL)
    assert done.returncode != 0
    assert "SECOND_FACTOR_REQUIRED" in done.stderr
    assert start(checkout, SECOND_FACTOR_REQUIRED="false").returncode == 0
