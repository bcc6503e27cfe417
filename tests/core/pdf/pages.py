"""Small pages to draw, and a listener that counts whoever knocks."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from core.pdf import Assets, Embedded, Metadata, render
from core.pdf.job import Job

STYLE = 'html { font-family: "Source Sans Pro" }'
METADATA = Metadata(
    author="Micro des Filaos & Fils",
    subject="Facture F2026-00001",
    created_at=datetime(2026, 3, 17, 6, 0, tzinfo=UTC),
)


def draw(
    html: str,
    *,
    images: dict[str, bytes] | None = None,
    metadata: Metadata = METADATA,
    attachments: tuple[Embedded, ...] = (),
) -> bytes:
    """With the one renderer of the program, as an operation would."""
    return render(
        html,
        assets=Assets(stylesheets=(STYLE,), images=images or {}),
        title="Facture <F2026-00001>",
        language="fr",
        metadata=metadata,
        attachments=attachments,
    )


def job(html: str) -> Job:
    """For a renderer of one's own."""
    return Job(html, "Facture", "fr", Assets(stylesheets=(STYLE,)), METADATA)


class Listener:
    """A loopback server that says nothing and remembers how often it was called."""

    def __init__(self, stream: socket.socket) -> None:
        self._stream = stream
        self.port: int = stream.getsockname()[1]
        self.calls = 0

    def serve(self) -> None:
        while True:
            try:
                caller, _ = self._stream.accept()
            except OSError:
                return
            with caller:
                self.calls += 1
                caller.recv(4096)
                caller.sendall(b"HTTP/1.0 404 Not Found\r\n\r\n")


@contextmanager
def listening() -> Iterator[Listener]:
    """On every local address, IPv4-mapped ones included."""
    with socket.create_server(("127.0.0.1", 0)) as stream:
        listener = Listener(stream)
        server = threading.Thread(target=listener.serve, daemon=True)
        server.start()
        yield listener
        stream.shutdown(socket.SHUT_RDWR)
        server.join(timeout=5)
