"""The parent's side: a long-lived drawing process, and its replacement when it is gone."""

import atexit
import json
import os
import threading
from typing import Final

from core.pdf.job import Assets, Embedded, Job, Metadata
from core.pdf.process import DrawingProcess

TIME_LIMIT_SECONDS: Final = 10.0
MEMORY_LIMIT_BYTES: Final = 512 * 1024 * 1024
RETIRE_AFTER: Final = 2000  # documents; whatever the libraries keep for ever stays small


class Renderer:
    """Draws documents one at a time in a process of its own; safe to call from several threads."""

    def __init__(
        self,
        *,
        time_limit_seconds: float = TIME_LIMIT_SECONDS,
        memory_limit_bytes: int = MEMORY_LIMIT_BYTES,
        retire_after: int = RETIRE_AFTER,
    ) -> None:
        self._time_limit_seconds = time_limit_seconds
        self._memory_limit_bytes = memory_limit_bytes
        self._retire_after = retire_after
        self._lock = threading.Lock()
        self._process: DrawingProcess | None = None

    def render(self, job: Job) -> bytes:
        """The PDF, or one of the named errors; the next call always finds a working process."""
        body = json.dumps(job.as_json(), ensure_ascii=False).encode()
        with self._lock:
            return self._ready_process().ask(body, self._time_limit_seconds)

    def close(self) -> None:
        with self._lock:
            self._end_process()

    def abandon(self) -> None:
        """In a forked copy of this program: the process stays the original's, leave it alone."""
        self._lock = threading.Lock()
        if self._process is not None:
            self._process.abandon()
            self._process = None

    @property
    def pid(self) -> int | None:
        """Of the process that waits for work, if there is one."""
        return self._process.pid if self._process and not self._process.has_ended else None

    def _ready_process(self) -> DrawingProcess:
        if self._process and self._process.asked >= self._retire_after:
            self._end_process()
        if self._process is None or self._process.has_ended:
            self._process = DrawingProcess(
                time_limit_seconds=self._time_limit_seconds,
                memory_limit_bytes=self._memory_limit_bytes,
            )
        return self._process

    def _end_process(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None


_RENDERER: Final = Renderer()
atexit.register(_RENDERER.close)
os.register_at_fork(after_in_child=_RENDERER.abandon)


def render(
    html: str,
    *,
    assets: Assets,
    title: str,
    language: str,
    metadata: Metadata,
    attachments: tuple[Embedded, ...] = (),
) -> bytes:
    """Draw a page as PDF/A-3a and PDF/UA-1, with the one drawing process of this program.

    Raises `AssetRefused` when the page wants anything outside `assets`, `RenderingTooLong` after
    10 seconds, `RenderingTooLarge` above 512 MiB, `RenderingFailed` otherwise.
    `metadata.created_at` needs its zone.
    """
    return _RENDERER.render(Job(html, title, language, assets, metadata, attachments))
