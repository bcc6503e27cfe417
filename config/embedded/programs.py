"""Programs that come inside pip packages, and how a program is run that refuses to be root."""

import importlib.util
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

NOBODY = 65534
# A user namespace gives root another name for itself: no new user, no change of ownership.
NAMESPACE = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]


class ServicesError(RuntimeError):
    """An embedded service is missing or could not be started."""


def program(package: str, pattern: str) -> Path:
    """A file of an installed package, found without importing (and so running) the package."""
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for path in sorted(Path(folder).glob(pattern)):
            return path
    raise ServicesError(
        f"{package} is not installed: run script/bootstrap, or set DATABASE_URL and REDIS_URL"
    )


@cache
def _has_namespaces() -> bool:
    """Containers often forbid user namespaces, even to root."""
    try:
        tried = subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return tried.returncode == 0


def run_unprivileged(command: list[str], *, folders: list[Path]) -> None:
    """Run a program that refuses root; as root without namespaces, `folders` are given away."""
    options: dict[str, Any] = {}
    if os.geteuid() == 0 and _has_namespaces():
        command = [*NAMESPACE, *command]
    elif os.geteuid() == 0:
        options = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        for folder in folders:
            os.chown(folder, NOBODY, NOBODY)
    run(command, **options)


def run(command: list[str], **options: Any) -> None:
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        umask=0o077,
        **options,
    )
    if done.returncode:
        raise ServicesError(f"failed: {' '.join(command)}\n{done.stdout}")
