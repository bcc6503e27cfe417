"""What nobody types: texts, numbers, days, files that break what was written for honest people."""

from typing import Final

from hypothesis import strategies as st

# Sent as the bytes that a careless program makes of half a pair: no valid UTF-8.
HALF_A_PAIR: Final = "\ud800"
LONG: Final = "A" * 1_000_000
TEXTS: Final = (
    "",
    " ",
    "\x00",
    "a\x00b",
    HALF_A_PAIR,
    f"{HALF_A_PAIR}\udfff",
    "\ufffe\uffff",
    "\u202eabc\u200b\ufeff",
    "e" + "\u0301" * 500,
    "\x1b[31m\x07\x7f",
    "a\r\nX-Injected: yes",
    "\u2028\u2029\x85\x0b\x0c",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7|add:7 }}{% now 'Y' %}",
    "%s%d%(name)s{0}{name.__class__}",
    "' OR 1=1 --",
    "1;DROP TABLE providers_user",
    "%",
    "_",
    "\\",
    "%_\\%",
    "../../../../etc/passwd",
    "//evil.example/x",
    "javascript:alert(1)",
    "http://[::1",
    "=cmd|' /C calc'!A0",
    "null",
    "None",
    "true",
    "[]",
    "{}",
    '{"a": NaN}',
    '"\\ud800"',
    "[" * 10_000,
    "\U0001f469\u200d\U0001f52c" * 50,
    "x" * 256,
    "é" * 70_000,
    "a@b",
    "a@" + "b." * 5_000 + "fr",
    "a" * 64 + "@" + "x" * 300 + ".example",
    "\u0661@\u0662.example",
    "ⅷ ½ ² ３",
)
NUMBERS: Final = (
    "NaN",
    "sNaN",
    "-NaN",
    "nan123",
    "Infinity",
    "-inf",
    "1e400",
    "-1e400",
    "1e-400",
    "1E+999999999999",
    "-0",
    "-0.00",
    "0",
    "00000",
    "-1",
    "+5",
    "1_000",
    "0x10",
    "1e2",
    "1,5",
    "1 234,56 €",
    "1.5.5",
    "0.000000000000000000001",
    "²",
    "½",
    "٣",
    "१२",
    "１２",
    "2147483648",
    "9223372036854775808",
    "-9223372036854775809",
    "9" * 30,
    "9" * 5_000,
    "0." + "9" * 5_000,
)
DAYS: Final = (
    "0001-01-01",
    "9999-12-31",
    "0000-00-00",
    "2026-02-30",
    "2026-13-01",
    "10000-01-01",
    "-0001-01-01",
    "01/01/0001",
    "31/12/9999",
    "1999-12-31",
    "2000-01-01",
    "2099-12-31",
    "2100-01-01",
    "2026-06-15T00:00",
    "٢٠٢٦-٠٦-١٥",
    "２０２６-０６-１５",
    "2026-06-15\x00",
    "0001-01",
    "9999-12",
    "20²6-11",
    "24:00",
    "now",
)
IDS: Final = (
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "{01a21cf2-907f-763e-b7ab-555c16632280}",
    "urn:uuid:01a21cf2-907f-763e-b7ab-555c16632280",
    "01a21cf2907f763eb7ab555c16632280",
    "01a21cf2-907f-763e-b7ab-555c1663228٠",
)
# Of the buttons that redraw an editor: a verb and a path, neither of which leads anywhere.
ACTS: Final = tuple(
    f"{verb}:{path}"
    for verb in ("add", "remove", "put", "drop", "up", "down", "nothing", "")
    for path in (
        "", "-", "x", "duration", "duration-x", "coverage-rules-²", "coverage-rules-99",
        "options-x", "options-9-value-x", "price-grid-a-b", "tariffs-0-0-0", "duration-0",
        "hours-slots--1",
    )
)  # fmt: skip
# What a device says who somebody is, as no device says it.
CREDENTIALS: Final = tuple(
    text
    for inside in (
        "{}", "null", "[]", "5", '"x"', '{"clientDataJSON": "x"}', '{"clientDataJSON": ""}',
        '{"clientDataJSON": "AAAA", "attestationObject": "AAAA"}',
        '{"clientDataJSON": "e30", "attestationObject": "oA"}',
        '{"clientDataJSON": "eyJ0eXBlIjo1fQ", "attestationObject": "o2NmbXQ"}',
        '{"clientDataJSON": "W10", "authenticatorData": "", "signature": "", "userHandle": "AA"}',
        '{"clientDataJSON": "TmFO", "authenticatorData": "AAAA", "signature": "AA"}',
        '{"clientDataJSON": 5, "attestationObject": []}',
        '{"clientDataJSON": "\\ud800", "attestationObject": "é"}',
    )
    for text in (
        inside,
        f'{{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {inside}}}',
        f'{{"id": "x", "rawId": null, "type": 7, "response": {inside}}}',
    )
)  # fmt: skip
ALL: Final = TEXTS + NUMBERS + DAYS + IDS + ACTS

# Each field meets each of these, in both forms of the suite.
WORST: Final = (
    "", "\x00", "a\x00b", HALF_A_PAIR, "\ufffe\uffff", "a\r\nX-Injected: yes", "{{ 7 }}", "%s%d",
    "' OR 1=1 --", "%", "\\", "//evil.example/x", "http://[::1", "null", "[]", '{"a": NaN}',
    '"\\ud800"', "x" * 256, "a@" + "b." * 5_000 + "fr", "NaN", "sNaN", "-inf", "1e400",
    "1E+999999999999", "-0", "-1", "²", "٣", "9223372036854775808", "9" * 5_000, "0001-01-01",
    "9999-12-31", "10000-01-01", "20²6-11", "2026-06-15\x00", IDS[0], "add:options-9-value-x",
    "add:duration-x", "add:", "remove:hours-slots--1", "[" * 9_999,
)  # fmt: skip

hostile = st.one_of(
    st.sampled_from(TEXTS),
    st.sampled_from(NUMBERS),
    st.sampled_from(DAYS),
    st.sampled_from(IDS + ACTS),
    st.text(max_size=40),
    st.integers().map(str),
    st.decimals(allow_nan=True, allow_infinity=True).map(str),
    st.dates().map(str),
)
FILES: Final = (
    ("", b""),
    ("x.csv", b""),
    ("x.csv", b"\x00" * 1_000),
    ("x.csv", b"\xff\xfe;\xd8\x00\n"),
    ("x.csv", b"Nom;Code postal\n" + b"A;83480\n" * 3),
    ("x.csv", b'"' * 9_999),
    ("x.xlsx", b"PK\x03\x04 not an archive"),
    ("x.pdf", b"%PDF-1.4\n" + b"\x00" * 100),
    ("x.png", b"\x89PNG\r\n\x1a\n" + b"\xff" * 100),
    ("x.toml", b"schema = 1\n[terms]\nprice = {annual = nan}\n"),
    ("x.toml", b"a = [" * 5_000),
    ("x.toml", b"\xff\xfe"),
    ("../../x.csv", b"a;b\n1;2\n"),
    ("\u202e" + "n" * 300 + ".csv", b"a"),
    ("a\x00b.csv", b"a;b"),
    ("con", b"x"),
)
CHARSETS: Final = (
    "utf-16", "utf-7", "idna", "zlib", "rot13", "hex", "punycode", "nothing", "latin-1", "",
)  # fmt: skip
