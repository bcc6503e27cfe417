"""Where the embedded services of a checkout keep their data and their sockets."""

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from config.embedded.programs import NOBODY
from providers.roles import APP, DATABASE, OWNER

CHECKOUT = Path(__file__).resolve().parent.parent.parent
# The same for every shell of a user, whatever its TMPDIR says.
SHORT_FOLDER = Path("/tmp") if Path("/tmp").is_dir() else Path(tempfile.gettempdir())  # noqa: S108


class UnsafeFolder(RuntimeError):
    """The socket folder belongs to somebody else, or lets others in."""


@dataclass(frozen=True, slots=True)
class Place:
    """One set of services of one checkout: `demo` keeps its data safe; `test`, and `restore`, which
    lives as long as a backup is verified, are made for speed.
    """

    checkout: Path
    name: str = "demo"

    @classmethod
    def here(cls) -> "Place":
        return cls(CHECKOUT, os.environ.get("CLAUSIER_SERVICES", "demo"))

    @property
    def is_durable(self) -> bool:
        return self.name not in {"test", "restore"}

    @property
    def data(self) -> Path:
        return self.checkout / ".data" / self.name

    @property
    def sockets(self) -> Path:
        """A short folder: the path of a socket may not exceed 107 bytes, a checkout's may."""
        digest = hashlib.sha256(str(self.data).encode()).hexdigest()[:12]
        return SHORT_FOLDER / f"clausier-{os.getuid()}-{digest}"

    @property
    def secret_file(self) -> Path:
        return self.data / "secret_key"

    def database_url(self, role: str, database: str = DATABASE) -> str:
        return f"postgresql://{role}@/{database}?host={self.sockets}"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.sockets / 'valkey.sock'}"

    def variables(self) -> dict[str, str]:
        """What the environment would say of these services."""
        return {
            "DATABASE_URL": self.database_url(APP),
            "DATABASE_OWNER_URL": self.database_url(OWNER),
            "REDIS_URL": self.redis_url,
        }

    def prepare(self) -> None:
        """Make the socket folder; one that is not ours alone is refused."""
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        found = self.sockets.lstat()
        owners = {os.getuid(), NOBODY} if os.getuid() == 0 else {os.getuid()}
        ours = stat.S_ISDIR(found.st_mode) and found.st_uid in owners
        if not ours or found.st_mode & 0o077:
            raise UnsafeFolder(f"{self.sockets} is not a private folder of this user")
