"""A mail server on loopback: it keeps what it is given, and refuses what it is told to refuse."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Sink:
    """`refused` holds the answer to RCPT of an address, `at_data` the answer to every message.

    A silent server keeps the message and says nothing; `has_message` is set when it has one.
    """

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    at_data: str = ""
    is_silent_at_data: bool = False
    has_message: threading.Event = field(default_factory=threading.Event)

    @property
    def ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.messages]

    def to(self, address: str) -> list[EmailMessage]:
        return [message for message in self.messages if address in str(message["To"])]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._say(writer, "220 sink")
        while line := (await reader.readline()).decode().strip():
            verb = line[:4].upper()
            if verb == "DATA":
                await self._take(reader, writer)
            elif verb == "QUIT":
                break
            elif verb == "RCPT":
                address = line.partition("<")[2].rstrip(">")
                await self._say(writer, self.refused.get(address, "250 ok"))
            else:
                await self._say(writer, "250 ok")
        writer.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._say(writer, "354 go on")
        content = (await reader.readuntil(b"\r\n.\r\n"))[:-5].replace(b"\r\n..", b"\r\n.")
        if not self.at_data:
            message = message_from_bytes(content, policy=policy.default)
            self.messages.append(message)
            self.has_message.set()
        if self.is_silent_at_data:
            return
        await self._say(writer, self.at_data or "250 taken")

    async def _say(self, writer: asyncio.StreamWriter, words: str) -> None:
        writer.write(f"{words}\r\n".encode())
        await writer.drain()


@contextmanager
def smtp_sink() -> Iterator[Sink]:
    """A server in a thread of its own, for the length of a test."""
    sink, ready = Sink(), threading.Event()
    loop = asyncio.new_event_loop()

    async def run(stopped: asyncio.Event) -> None:
        server = await asyncio.start_server(sink.serve, "127.0.0.1", 0)
        sink.port = server.sockets[0].getsockname()[1]
        ready.set()
        async with server:
            await stopped.wait()

    stopped = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(run(stopped)), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield sink
    finally:
        loop.call_soon_threadsafe(stopped.set)
        thread.join(10)
        loop.close()
