"""Each test sees an empty cache, whoever else writes to the same server."""

import os
import uuid

_prefix = ""


def begin() -> None:
    """A prefix that no other test, worker or run has."""
    global _prefix  # noqa: PLW0603  live servers read it from their own threads
    _prefix = f"{os.getpid()}-{uuid.uuid4().hex[:8]}"


def key_of_this_test(key: str, key_prefix: str, version: int) -> str:
    """Django's KEY_FUNCTION."""
    return f"{key_prefix}:{_prefix}:{version}:{key}"
