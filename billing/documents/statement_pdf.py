"""Draws a statement as PDF: the sum, then each line's waterfall; the same bytes each time."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from billing.explanation import Step
from marketplace.core.errors import DomainError

FONT = "WenQuanYi"
FONT_FILE = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")
INK, LINE, MIST = colors.HexColor("#14202b"), colors.HexColor("#c9d3db"), colors.HexColor("#f3f6f8")


@dataclass(frozen=True)
class Section:
    """One line of the statement: its heading and its steps."""

    heading: str
    steps: Sequence[Step]


@dataclass(frozen=True)
class Sheet:
    """What a statement says: title, pairs of label and value, sections, and notes below them."""

    title: str
    facts: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    notes: Sequence[str]


class FontMissing(DomainError):
    """The machine lacks the font in which statements are set."""

    code = "font-missing"
    status = 503


def draw(sheet: Sheet) -> bytes:
    """Return the PDF. Raises FontMissing with what to install."""
    _register_font()
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=18 * mm,
        bottomMargin=18 * mm,
        title=sheet.title,
        author="Minshi",
        invariant=1,
    )
    document.build(_story(sheet), onFirstPage=_footer, onLaterPages=_footer)
    return buffer.getvalue()


def _register_font() -> None:
    if FONT in pdfmetrics.getRegisteredFontNames():
        return
    if not FONT_FILE.is_file():
        message = _("Statements need the font %(path)s; install the Debian package fonts-wqy-microhei.")
        raise FontMissing(message % {"path": FONT_FILE})
    pdfmetrics.registerFont(TTFont(FONT, str(FONT_FILE), subfontIndex=0))


def _style(name: str, size: float, **more: object) -> ParagraphStyle:
    return ParagraphStyle(name, fontName=FONT, fontSize=size, leading=size * 1.5, textColor=INK, wordWrap="CJK", **more)


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(text), style)


def _story(sheet: Sheet) -> list[Flowable]:
    body, small, head = _style("body", 10), _style("small", 8.5), _style("head", 12, spaceBefore=6 * mm)
    amount = _style("amount", 8.5, alignment=2)
    rows = [[_paragraph(label, body), _paragraph(value, body)] for label, value in sheet.facts]
    story: list[Flowable] = [_paragraph(sheet.title, _style("title", 18, spaceAfter=4 * mm)), _grid(rows, (55, 119))]
    for section in sheet.sections:
        story.append(_paragraph(section.heading, head))
        steps = [
            [_paragraph(step.title, small), _paragraph(step.sum, small), _paragraph(step.result, amount)]
            for step in section.steps
        ]
        story.append(_grid(steps, (52, 90, 32)))
    story.append(Spacer(1, 6 * mm))
    story += [_paragraph(note, small) for note in sheet.notes]
    return story


def _grid(rows: list[list[Paragraph]], widths: Sequence[int]) -> Table:
    table = Table(rows, colWidths=[width * mm for width in widths])
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
                ("BACKGROUND", (0, 0), (0, -1), MIST),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        )
    )
    return table


def _footer(canvas: Canvas, document: SimpleDocTemplate) -> None:
    canvas.setFont(FONT, 8)
    canvas.drawCentredString(A4[0] / 2, 10 * mm, str(document.page))
