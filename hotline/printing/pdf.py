"""A document as PDF, letter size. It is drawn sign by sign: no HTML is read, no address fetched, no picture loaded."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, MethodReturnValue, XPos, YPos
from fpdf.fonts import TTFFont

from hotline.printing.document import Document, Part
from hotline.printing.lettering import ordered, reads_from_the_right, shown

FONTS = Path(__file__).parent / "fonts"
_FAMILY = "dejavu"
_FILES = {"": FONTS / "DejaVuSansCondensed.ttf", "B": FONTS / "DejaVuSansCondensed-Bold.ttf"}

_MARGIN = 54.0
_LABEL = 150.0
_GAP = 10.0
_TEXT, _TITLE, _HEADING, _SMALL = 10.0, 18.0, 13.0, 8.0
_LEADING = 1.35
_PAGES = "{nb}"


def pdf(document: Document, made_at: datetime) -> bytes:
    """The file. Its properties hold the title, the language and `made_at` (aware), and nobody's name."""
    sheet = _Sheet(document, made_at)
    try:
        sheet.add_page()
        sheet.text_of(document.title, _TITLE, "B")
        for part in document.parts:
            sheet.part(part)
        if sheet.missing:
            sheet.ln(_GAP)
            sheet.text_of(document.unshown_words.format(count=sheet.missing), _TEXT, "B")
        return bytes(sheet.output())
    finally:
        sheet.put_away()


class _Sheet(FPDF):
    """Pages with their head and foot, and how the pieces of a document are set on them."""

    def __init__(self, document: Document, made_at: datetime) -> None:
        super().__init__(format="letter", unit="pt")
        self.missing = 0
        self.set_margins(_MARGIN, _MARGIN, _MARGIN)
        self.c_margin = 0.0
        self.set_auto_page_break(True, _MARGIN + 2 * _SMALL)
        for style, path in _FILES.items():
            self.add_font(_FAMILY, style, path)
        cuts = [font for font in self.fonts.values() if isinstance(font, TTFFont)]
        self._close = [font.close for font in cuts]
        self._signs: frozenset[int] = frozenset.intersection(*(frozenset(font.cmap) for font in cuts))
        self._mark, self._head = self._shown(document.mark), self._shown(document.title)
        self._foot, self._page_words = self._shown(document.foot), document.page_words
        self.set_title(self._head)
        self.set_lang(document.language)
        self.set_creation_date(made_at)
        self.set_producer("Hotline")
        self.alias_nb_pages(_PAGES)

    def put_away(self) -> None:
        """Close the files of the typeface."""
        for close in self._close:
            close()

    def header(self) -> None:
        self._lettering(_SMALL, "B")
        self.cell(self.epw / 2, _SMALL * 2, self._mark, align=Align.L)
        self.cell(self.epw / 2, _SMALL * 2, self._head, align=Align.R, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(_GAP)

    def footer(self) -> None:
        self.set_y(-_MARGIN)
        self._lettering(_SMALL)
        words = self._page_words.format(page=self.page_no(), pages=_PAGES)
        self.cell(self.epw * 0.75, _SMALL * 2, self._foot, align=Align.L)
        self.cell(self.epw * 0.25, _SMALL * 2, words, align=Align.R)

    def part(self, part: Part) -> None:
        """A heading with what belongs to it; a heading never stands alone at the foot of a page."""
        size = _TEXT + 1 if part.small else _HEADING
        self.ln(_GAP if part.small else 1.5 * _GAP)
        if self.will_page_break(size * _LEADING + 3 * _TEXT * _LEADING):
            self.add_page()
        self.text_of(part.title, size, "B")
        if not part.small:
            self.set_line_width(0.5)
            self.line(self.l_margin, self.y, self.l_margin + self.epw, self.y)
            self.ln(4)
        for line in part.lines:
            self._pair(line.label, line.text)
        for point in part.points:
            self._point(point)

    def text_of(self, text: str, size: float, style: str = "") -> None:
        """A paragraph over the whole width."""
        self._lettering(size, style)
        self._set(self._shown(text), 0.0, self.epw, size)

    def _pair(self, label: str, text: str) -> None:
        """The label beside the first line of its text; both begin on the same page."""
        if self.will_page_break(2 * _TEXT * _LEADING):
            self.add_page()
        top, page = self.y, self.page
        self._lettering(_TEXT, "B")
        self._set(self._shown(label), 0.0, _LABEL, _TEXT)
        bottom, last = self.y, self.page
        self.page, self.y = page, top
        self._lettering(_TEXT)
        self._set(self._shown(text), _LABEL + _GAP, self.epw - _LABEL - _GAP, _TEXT)
        if self.page < last or (self.page == last and self.y < bottom):
            self.page, self.y = last, bottom
        self.ln(2)

    def _point(self, text: str) -> None:
        if self.will_page_break(_TEXT * _LEADING):
            self.add_page()
        self._lettering(_TEXT)
        top = self.y
        self._set("•", 0.0, _GAP, _TEXT)
        self.y = top
        self._set(self._shown(text), _GAP, self.epw - _GAP, _TEXT)
        self.ln(2)

    def _set(self, text: str, left: float, width: float, size: float) -> None:
        """Break the text into lines of `width`, each in the order of its script, and draw them from `left` on."""
        height = size * _LEADING
        for paragraph in text.split("\n"):
            right = reads_from_the_right(paragraph)
            for line in self._broken(paragraph, width):
                if self.will_page_break(height):
                    self.add_page()
                self.set_x(self.l_margin + left)
                self.cell(
                    width,
                    height,
                    ordered(line, from_the_right=right),
                    align=Align.R if right else Align.L,
                    new_x=XPos.LMARGIN,
                    new_y=YPos.NEXT,
                )

    def _broken(self, paragraph: str, width: float) -> list[str]:
        if not paragraph.strip():
            return [""]
        found = self.multi_cell(
            width, text=paragraph, dry_run=True, output=MethodReturnValue.LINES, align=Align.L
        )
        return [str(line) for line in found] if isinstance(found, list) else [paragraph]

    def _shown(self, text: str) -> str:
        words, missing = shown(text, self._signs)
        self.missing += missing
        return words

    def _lettering(self, size: float, style: str = "") -> None:
        self.set_font(_FAMILY, style, size)
