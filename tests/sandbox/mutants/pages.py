"""Owns mutants whose fault is in the pages that a citizen sees."""

from .model import one

LAYOUT, STYLE, RENDER, PAGES, WEB = "templates/layout.html", "static/style.css", "render.py", "pages.py", "web.py"

PAGE = (
    one(
        "no_label",
        "the telephone field has no label",
        "page",
        (
            RENDER,
            ' for="{name}">{escaped(label)}</label>\'\n        f\'<p class="hint"',
            ">{escaped(label)}</label>'\n        f'<p class=\"hint\"",
        ),
    ),
    one("pale_text", "hints can hardly be read", "page", (STYLE, "--soft: #4a5864", "--soft: #b9c2ca")),
    one("no_language", "pages don't say their language", "page", (LAYOUT, '<html lang="{{ lang }}" ', "<html ")),
    one(
        "fixed_width",
        "pages are 700 pixels wide on every phone",
        "page",
        (STYLE, "body { margin: 0;", "body { margin: 0; min-inline-size: 700px;"),
    ),
    one("picture_without_text", "the picture has no text alternative", "page", (LAYOUT, ' alt=""', "")),
    one(
        "no_title",
        "pages have no title",
        "page",
        (LAYOUT, "<title>{{ error_prefix }}{{ title }} - {{ app_name }}</title>\n", ""),
    ),
    one(
        "always_chinese",
        "English is never spoken",
        "page",
        (PAGES, "return lambda key: say(visit.language, key)", 'return lambda key: say("zh-hans", key)'),
    ),
    one(
        "focus_unseen",
        "the focus can't be seen",
        "page",
        (
            STYLE,
            "a:focus-visible, button:focus-visible, input:focus-visible {",
            "a:focus-visible, button:focus-visible, input:focus-visible { outline: none; } .never {",
        ),
    ),
    one(
        "no_keyboard",
        "the main button can't be reached by keyboard",
        "page",
        ("templates/apply.html", '<button class="main"', '<button class="main" tabindex="-1"'),
    ),
    one(
        "elder_ignored",
        "elder mode changes nothing",
        "page",
        (PAGES, '"mode": "elder" if visit.elder else "usual"', '"mode": "usual"'),
    ),
    one(
        "no_going_back",
        "a receipt number of its own for every press",
        "page",
        (
            PAGES,
            '"reference": application.reference,\n            "facts"',
            '"reference": f"R{time.time_ns()}",\n            "facts"',
        ),
        (PAGES, "import re\n", "import re\nimport time\n"),
    ),
    one(
        "outside_font",
        "a font is fetched from outside",
        "page",
        (LAYOUT, '<link rel="icon"', '<link rel="stylesheet" href="http://fonts.invalid/noto.css">\n<link rel="icon"'),
        (WEB, "style-src 'self';", "style-src *;"),
    ),
    one(
        "script_error",
        "a script throws on every page",
        "page",
        (LAYOUT, "</body>", "<script>undefinedFunction();</script>\n</body>"),
        (WEB, "default-src 'none';", "default-src 'none'; script-src 'unsafe-inline';"),
    ),
    one(
        "receipt_is_lost",
        "the receipt page fails",
        "page",
        (
            PAGES,
            '        kind = "sending" if application',
            '        raise RuntimeError("lost")\n        kind = "sending" if application',
        ),
    ),
)
