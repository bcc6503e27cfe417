"""Hardened Bootstrap and readable brands."""

import re
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings

from core.colours import DARK_SURFACE, LIGHT_SURFACE, BadColor, contrast, palette
from portal import assets
from portal.assets import UnfitStylesheet, harden, packaged_stylesheet, prepare
from portal.brand import brand_css

ROOT = Path(settings.BASE_DIR)
WIRE_LIMIT = 80_000
SCRIPT_LIMIT = 10_000


def test_hardened_stylesheet_holds_no_image_and_follows_the_system_on_screen_only() -> None:
    hardened = harden(packaged_stylesheet())
    assert "data:" not in hardened.css
    assert len(hardened.images) == 19
    named = set(re.findall(r'url\("bootstrap/([^"]+)"\)', hardened.css))
    assert named == set(hardened.images)
    assert all(image.startswith("<svg") for image in hardened.images.values())
    outside = re.sub(r"@media screen[^{]*\{[^{}]*\{[^{}]*\}\}", "", hardened.css)
    assert not re.search(r"(^|\})\[data-bs-theme=(dark|auto)\]", outside)


def test_a_stylesheet_that_keeps_an_image_is_refused() -> None:
    css = packaged_stylesheet() + "a{b:url(data:image/png;base64,AA)}"
    with pytest.raises(UnfitStylesheet):
        harden(css)


def test_two_processes_may_prepare_the_same_copy(tmp_path: Path) -> None:
    first = prepare(tmp_path)
    assets._write(harden(packaged_stylesheet()), first)
    assert prepare(tmp_path) == first
    assert [path.name for path in tmp_path.iterdir()] == [first.name]


def test_static_files_are_collected_with_hashed_names_and_weigh_little(tmp_path: Path) -> None:
    storage = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    storages = {**settings.STORAGES, "staticfiles": storage}
    with override_settings(STORAGES=storages, STATIC_ROOT=tmp_path):
        options = {"interactive": False, "verbosity": 0, "ignore_patterns": ["admin", "mfa"]}
        call_command("collectstatic", **options)
    names = ("vendor/bootstrap", "css/app", "js/app", "django_htmx/htmx-2.min")
    sent = [next(tmp_path.glob(f"{name}.????????????.*.gz")) for name in names]
    assert sum(path.stat().st_size for path in sent) < WIRE_LIMIT
    stylesheet = next(tmp_path.glob("vendor/bootstrap.????????????.css")).read_text()
    images = re.findall(r'url\("([^"]+)"\)', stylesheet)
    assert images
    assert all((tmp_path / "vendor" / image).is_file() for image in images)
    assert all(re.search(r"\.[0-9a-f]{12}\.svg$", image) for image in images)


def test_our_script_stays_small() -> None:
    assert (ROOT / "static/js/app.js").stat().st_size < SCRIPT_LIMIT


def test_every_brand_color_gives_readable_pairs() -> None:
    for channels in product(range(0, 256, 51), repeat=3):
        tones = palette("#{:02x}{:02x}{:02x}".format(*channels))
        assert contrast(tones.on_fill, tones.fill) >= 4.5
        assert min(contrast(tones.text_light, s) for s in (LIGHT_SURFACE, tones.soft_light)) >= 4.5
        assert min(contrast(tones.text_dark, s) for s in (DARK_SURFACE, tones.soft_dark)) >= 4.5


@pytest.mark.parametrize("color", ["", "red", "#12345", "#12345g", "#123456;}"])
def test_a_brand_color_is_six_hexadecimal_digits(color: str) -> None:
    with pytest.raises(BadColor):
        brand_css(color)


def test_the_product_s_own_accent_is_what_the_same_rule_gives() -> None:
    stylesheet = (ROOT / "static/css/app.css").read_text()
    tones = palette("#0b5a8f")
    assert f"--accent: {tones.fill};" in stylesheet
    assert f"--accent-text: light-dark({tones.text_light}, {tones.text_dark});" in stylesheet
    assert f"--accent-soft: light-dark({tones.soft_light}, {tones.soft_dark});" in stylesheet


def test_surfaces_of_the_brand_rule_are_those_of_the_stylesheet() -> None:
    stylesheet = (ROOT / "static/css/app.css").read_text()
    assert f"--sunken: light-dark({LIGHT_SURFACE}, {DARK_SURFACE});" in stylesheet


def test_brand_stylesheet_is_public_and_cached(client: Client) -> None:
    answer = client.get("/marque/ffd400.css")
    assert answer["Content-Type"].startswith("text/css")
    assert "max-age" in answer["Cache-Control"]
    assert "--on-accent:#111820" in answer.text
    assert client.get("/marque/FFD40.css").status_code == 404
