"""The README's pictures: a demonstration of their own, real sign-ins, each page light and dark.

`script/screenshots` runs this. The pictures are WebP files of a window of 1280 × 800, or of a
phone, small enough to be read on a slow line.
"""

import argparse
import io
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from config.demo import answers, free_port
from config.embedded.places import CHECKOUT
from scenarios.cast import PASSWORD, logins

IMAGES: Final = CHECKOUT / "docs" / "images"
SIZES: Final[dict[str, ViewportSize]] = {
    "desktop": {"width": 1280, "height": 800},
    "phone": {"width": 390, "height": 844},
}
THEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
CHROMIUM: Final = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 600.0
# A date's field follows the browser's own language, not the page's.
FRENCH: Final[dict[str, str | float | bool]] = {**os.environ, "LC_ALL": "fr_FR.UTF-8"}


@dataclass(frozen=True, slots=True)
class Picture:
    """One page: who looks at it, in which window, and how they get there from their home."""

    name: str
    role: str
    reach: Callable[[Page], None]
    size: str = "desktop"


def stay(page: Page) -> None:
    """The home of the role."""


def open_contract(page: Page) -> None:
    _go_to_contract(page)
    explanation = page.locator("details", has_text="Comment est-ce calculé").first
    explanation.locator("summary").click()
    explanation.evaluate("node => node.closest('.card-block').scrollIntoView()")


def open_forecast(page: Page) -> None:
    _go_to_contract(page)
    forecast = page.locator("#previsions")
    forecast.locator(".timeline").wait_for()
    forecast.evaluate("node => node.scrollIntoView()")


def _go_to_contract(page: Page) -> None:
    page.get_by_role("link", name="Contrats", exact=True).first.click()
    row = page.get_by_role("row").filter(has_text="Cabinet Lamarck")
    row.get_by_role("link").first.click()


def open_invoices(page: Page) -> None:
    page.get_by_role("link", name="Factures", exact=True).first.click()


def open_offer_draft(page: Page) -> None:
    page.get_by_role("link", name="Offres", exact=True).first.click()
    page.get_by_role("link", name="Contrat de maintenance").first.click()
    page.get_by_role("link", name="Prix et révision").first.click()


PICTURES: Final = (
    Picture("home", "owner", stay),
    Picture("contract", "owner", open_contract),
    Picture("forecast", "owner", open_forecast),
    Picture("practice-phone", "practice manager", stay, size="phone"),
    Picture("invoices", "accountant", open_invoices),
    Picture("offer", "owner", open_offer_draft),
)


def main() -> int:
    wanted = _wanted()
    IMAGES.mkdir(parents=True, exist_ok=True)
    with _demonstration() as address, sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=_chromium(), args=["--no-sandbox"], env=FRENCH
        )
        for picture in wanted:
            for theme in THEMES:
                _take(browser, address, picture, theme)
        browser.close()
    return 0


def _wanted() -> list[Picture]:
    parser = argparse.ArgumentParser(prog="script/screenshots", description=__doc__)
    everything = [row.name for row in PICTURES]
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(everything))
    names = parser.parse_args().names or everything
    if unknown := set(names) - set(everything):
        parser.error(f"no such picture: {', '.join(sorted(unknown))}")
    return [row for row in PICTURES if row.name in names]


def _chromium() -> str | None:
    """Debian's, when it is there; else the driver's own."""
    return next((found for name in CHROMIUM if (found := shutil.which(name))), None)


@contextmanager
def _demonstration() -> Iterator[str]:
    """A demonstration on a port of its own, loopback only, with data of its own."""
    port = free_port()
    command = [sys.executable, "-m", "config.demo", "--port", str(port), "--place", "screenshots"]
    process = subprocess.Popen(command, cwd=CHECKOUT)
    try:
        _wait_for(process, port)
        yield f"http://localhost:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def _wait_for(process: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        if answers(port):
            return
        time.sleep(0.5)
    raise RuntimeError("The demonstration did not start.")


def _take(
    browser: Browser, address: str, picture: Picture, theme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(
        viewport=SIZES[picture.size], locale="fr-FR", color_scheme=theme, reduced_motion="reduce"
    )
    page = context.new_page()
    _sign_in(page, address, picture.role)
    picture.reach(page)
    page.wait_for_load_state("networkidle")
    _keep(page.screenshot(), f"{picture.name}-{theme}.webp")
    context.close()


def _sign_in(page: Page, address: str, role: str) -> None:
    """As a person does; the demonstration's people have no second factor."""
    email = next(login.email for login in logins() if login.role == role)
    page.goto(address)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_role("heading", level=1).wait_for()
    page.reload()  # without the message that welcomes


def _keep(picture: bytes, name: str) -> None:
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.save(IMAGES / name, "WEBP", quality=82, method=6)
    sys.stdout.write(f"docs/images/{name}: {(IMAGES / name).stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    sys.exit(main())
