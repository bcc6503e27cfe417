"""House rules that a machine can check: size, clock, money, templates, dependencies, migrations."""

import ast
import re
import statistics
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
APPS = (
    "core",
    "providers",
    "fleet",
    "contracts",
    "billing",
    "imports",
    "portal",
    "scenarios",
    "config",
)
LONGEST_FILE, LONGEST_FUNCTION = 400, 50
# Who may look at the clock: the outermost rooms, and what measures or waits.
CLOCK_ROOMS = re.compile(
    r"^(core/clock\.py|config/|[a-z]+/(views|tasks|api)\b|portal/|.*/management/commands/)"
)
CLOCK = re.compile(r"\b(timezone\.now|datetime\.now|datetime\.today|date\.today|time\.time)\(")


@cache
def tracked(*patterns: str) -> tuple[Path, ...]:
    """Files of the project: those that git knows, and new ones it would not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    return tuple(CHECKOUT / name for name in sorted(set(listed)) if (CHECKOUT / name).is_file())


def named(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


def is_migration(path: Path) -> bool:
    return "migrations" in path.parts


def product() -> list[Path]:
    """Our Python, without tests and migrations."""
    found = [path for path in tracked("*.py") if named(path).split("/")[0] in APPS]
    assert len(found) > 40, "the files of the product were not found"
    return [path for path in found if not is_migration(path)]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function with its length: docstrings, which hold the law, do not count."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            text = node.body[0] if ast.get_docstring(node) else None
            told = (text.end_lineno or 0) - text.lineno + 1 if text else 0
            yield f"{named(path)}:{node.lineno} {node.name}", length(node) - told


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_file_is_long() -> None:
    sizes = {named(path): len(path.read_text().splitlines()) for path in tracked("*.py")}
    long = {name: size for name, size in sizes.items() if size > LONGEST_FILE}
    assert {name for name in long if "/migrations/" not in name} == set()


def test_functions_are_short() -> None:
    sizes = dict(entry for path in product() for entry in functions(path))
    assert {name: size for name, size in sizes.items() if size > LONGEST_FUNCTION} == {}
    assert statistics.median(sizes.values()) < 10
    assert statistics.quantiles(sizes.values(), n=10)[-1] < 35


def test_nothing_is_left_unfinished() -> None:
    words = ("TO" + "DO", "FIX" + "ME", "XX" + "X", r"raise NotImplemented" + "Error")
    marks = re.compile("|".join([*words, r"pytest\.mark\.(?:skip|xfail)", r"pytest\.skip\("]))
    assert lines_with(marks, tracked("*.py", "*.html", "script/*", "*.toml", "*.md")) == []


def lines_with(pattern: re.Pattern[str], paths: tuple[Path, ...] | list[Path]) -> list[str]:
    return [
        f"{named(path)}:{number} {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_only_the_outermost_rooms_look_at_the_clock() -> None:
    inner = [path for path in product() if not CLOCK_ROOMS.match(named(path))]
    assert lines_with(CLOCK, inner) == []


def test_money_is_never_a_float() -> None:
    floats = re.compile(r"\bfloat\(|: float\b|-> float\b|FloatField")
    rooms = re.compile(r"(billing|contracts)/(rules|operations|models|queries)|core/money")
    paths = [path for path in product() if rooms.match(named(path))]
    assert paths
    assert lines_with(floats, paths) == []


def test_nothing_names_a_machine() -> None:
    """No path of a machine, no address of a package index."""
    marks = re.compile(
        r"/ho" r"me/\w|/ro" r"ot/\w|/wo" r"rk/\w|index-" r"url|https?://[^ ]*/sim" r"ple\b"
    )
    text = [path for path in tracked() if path.suffix in {".py", ".md", ".toml", ".lock", ".yml"}]
    assert lines_with(marks, [*text, *tracked("script/*", "Dockerfile", "Procfile")]) == []


def test_migrations_are_named_by_intent() -> None:
    names = [path.name for path in tracked("*/migrations/[0-9]*.py")]
    assert names
    assert [name for name in names if "_auto_" in name] == []


# --- The audit trail ----------------------------------------------------------------------------
WRITERS = {"record", "record_all", "entry_of", "record_read"}


def acts_in(source: str) -> Iterator[str]:
    """The acts that a file writes into the trail, as far as they stand there in letters."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            given = [*node.args[:1], *(word.value for word in node.keywords if word.arg == "act")]
            if name in WRITERS:
                yield from (
                    str(each.value)
                    for each in given
                    if isinstance(each, ast.Constant) and "." in str(each.value)
                )


def test_every_act_of_the_audit_trail_has_its_sentence() -> None:
    """An act without one is a line in `providers/acts.py`, and its French."""
    told = (CHECKOUT / "providers" / "acts.py").read_text()
    found = {act for path in product() for act in acts_in(path.read_text())}
    assert {"customer.updated", "payment.reversed", "contract.renewed"} <= found
    assert {act for act in found if f'"{act}": ' not in told} == set()


def test_an_act_is_found_however_it_is_written() -> None:
    source = (
        'audit.record("a.b", x, at=now)\nrecord_read(x, at=now, act="c.d")\nrecord_all("e.f", y)'
    )
    assert list(acts_in(source)) == ["a.b", "c.d", "e.f"]


# --- Templates ----------------------------------------------------------------------------------
INLINE = re.compile(r"""\sstyle=|\son[a-z]+=|<style\b|<script(?![^>]*\bsrc=)|javascript:|\bhx-on""")
# Classes whose contrast fails in one of the themes.
COLOURS = "primary|secondary|success|danger|warning|info"
FAINT = re.compile(rf"""class="[^"]*\b(?:text-(?:{COLOURS})|btn-outline-(?:{COLOURS}))(?=[\s"])""")


def pages() -> list[Path]:
    """What browsers get; documents are printed, and mail programs know no style sheet."""
    apart = ("/documents/", "/emails/")
    found = tracked("templates/*.html")
    return [path for path in found if not any(folder in named(path) for folder in apart)]


def test_templates_hold_no_inline_code_or_style() -> None:
    assert lines_with(INLINE, pages()) == []


def test_templates_use_no_class_that_is_hard_to_read() -> None:
    assert lines_with(FAINT, pages()) == []


def test_forms_that_change_something_carry_their_token() -> None:
    posts = re.compile(r"<form\b[^>]*method=\"post\"[^>]*>.*?</form>", re.DOTALL | re.IGNORECASE)
    bare = [
        named(path)
        for path in pages()
        for form in posts.findall(path.read_text())
        if "csrf_token" not in form
    ]
    assert bare == []


# --- Dependencies -------------------------------------------------------------------------------
# Found by its own name, not by an import of ours: servers, drivers and data.
NOT_IMPORTED = {
    "argon2-cffi",
    "gunicorn",
    "psycopg2-binary",
    "tzdata",
    "whitenoise",
    "bootstrap-wrapper",
}
IMPORTED_AS = {
    "django-allauth": "allauth",
    "django-anymail": "anymail",
    "django-csp": "csp",
    "django-environ": "environ",
    "djangorestframework": "rest_framework",
    "font-source-sans-pro": "font_source_sans_pro",
    "pillow": "PIL",
    "python-stdnum": "stdnum",
    "pyyaml": "yaml",
}


def requirements() -> dict[str, str]:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    entries = [
        *project["project"]["dependencies"],
        *groups["embedded"],
        *(entry for entry in groups["dev"] if isinstance(entry, str)),
    ]
    return dict(re.sub(r"\[.*?\]", "", entry).split("==") for entry in entries)


def locked(name: str) -> dict[str, str]:
    text = (CHECKOUT / name).read_text()
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", text, re.MULTILINE))


def test_the_locks_hold_what_the_project_asks_for() -> None:
    assert requirements().items() <= locked("requirements-dev.lock").items()
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()


def test_every_locked_package_has_hashes_and_no_address() -> None:
    for lock in tracked("requirements*.lock"):
        text = lock.read_text()
        entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
        assert entries, lock
        assert [entry for entry in entries if "--hash=sha256:" not in entry] == [], lock
        assert "://" not in text, lock


def test_every_dependency_is_used() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    names = {re.split(r"[\[=]", entry)[0] for entry in project["dependencies"]}
    names -= NOT_IMPORTED
    sources = "\n".join(path.read_text() for path in product())
    unused = {
        name
        for name in names
        if not re.search(rf"\b{IMPORTED_AS.get(name, name.replace('-', '_'))}\b", sources)
    }
    assert unused == set()
