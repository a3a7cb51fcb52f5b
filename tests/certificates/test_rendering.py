"""What a drawn certificate is: conforming, tagged, the same bytes, in every script, or refused."""

import io
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lyceum.certificates.rendering.backgrounds import read_background
from lyceum.certificates.rendering.coverage import read_coverage
from lyceum.certificates.rendering.draw_pdf import RenderingFailed, keep_picture, render_pdf, render_png
from lyceum.certificates.rendering.fonts import FONT_FOLDER
from lyceum.certificates.rendering.printable_text import printable, unprintable
from lyceum.core.errors import ValidationRefused
from tests.certificates.drawn import boxes_of, content, design, fonts_of, opened, own_layout, sizes_of, text_of
from tests.factories.certificates import pdf_bytes, png_bytes, upload

NAMES = {
    "latin": "Zoë Ångström-Łukasiewicz",
    "greek": "Γεώργιος Παπαδόπουλος",
    "cyrillic": "Дмитрий Менделеев",
    "arabic": "محمد عبد الله",
    "hebrew": "דוד בן גוריון",
    "devanagari": "श्रीनिवास रामानुजन्",
    "vietnamese": "Nguyễn Thị Minh Khai",
    "combining": "Zoe\u0308 A\u030angstro\u0308m",
}
DESIGNS = ["classic", "modern", "minimal", "academic"]


def background(content_bytes: bytes) -> tuple[str, object]:
    made = read_background(upload(content_bytes))
    name = keep_picture(f"test-{hash(content_bytes)}", "jpg", lambda key: made.content)
    return name, made.page


def assert_conforms(pdf: bytes) -> None:
    with opened(pdf) as document, document.open_metadata() as meta:
        assert str(meta["pdfaid:part"]) == "2"
        assert str(meta["pdfaid:conformance"]) == "A"
        assert str(meta["pdfuaid:part"]) == "1"
        assert "Clinical Ethics" in str(meta["dc:title"])
        assert str(document.Root.Lang) == "en"
        assert document.Root.MarkInfo.Marked is True or bool(document.Root.MarkInfo.Marked)
        assert "/StructTreeRoot" in document.Root
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert "/OutputIntents" in document.Root
        assert len(document.pages) == 1
        assert "/JavaScript" not in document.Root.get("/Names", pikepdf.Dictionary())
    assert all(fonts_of(pdf).values())
    assert fonts_of(pdf)


@pytest.mark.parametrize("name", DESIGNS)
def test_every_design_conforms_to_archive_and_accessibility(name: str) -> None:
    assert_conforms(render_pdf(content(), design(name)))


@pytest.mark.parametrize("name", DESIGNS)
def test_every_design_says_everything(name: str) -> None:
    said = text_of(render_pdf(content(), design(name)))
    for words in (
        "Alexandra Morgan",
        "Clinical Ethics in Practice",
        "14 March 2026",
        "2.5",
        "Your organization",
        "ABCDE-FGHJK",
    ):
        assert words in said, words


def test_the_same_data_gives_the_same_bytes() -> None:
    first = render_pdf(content(), design("classic"))
    assert render_pdf(content(attendee_name="Somebody Else"), design("classic")) != first
    assert render_pdf(content(), design("classic")) == first


@pytest.mark.parametrize("kind", ["png", "jpeg", "pdf"])
def test_uploaded_backgrounds_conform_too(kind: str) -> None:
    if kind == "pdf":
        raw = pdf_bytes()
    else:
        output = io.BytesIO()
        Image.effect_noise((1056, 816), 30).convert("RGB").save(output, kind.upper())
        raw = output.getvalue()
    name, page = background(raw)
    positions = {
        "attendee_name": {"x": 100, "y": 300, "max_width": 800, "font_size": 48, "align": "center"},
        "event_title": {"x": 100, "y": 400},
        "qr_code": {"x": 20, "y": 20, "size": 90},
    }
    pdf = render_pdf(content(), own_layout(positions, page=page, background=name))  # type: ignore[arg-type]
    assert_conforms(pdf)
    with opened(pdf) as document:
        assert "/XObject" in document.pages[0].Resources


def test_a_pdf_page_keeps_its_size_and_a_picture_becomes_a4_or_letter() -> None:
    assert read_background(upload(pdf_bytes(width=612, height=792))).page.width == 816
    sizes = {}
    for width, height in ((1056, 816), (3508, 2480), (816, 1056)):
        page = read_background(upload(png_bytes(width, height))).page
        sizes[width] = (round(page.width * page.scale), round(page.height * page.scale))
    assert sizes == {1056: (792, 612), 3508: (842, 595), 816: (612, 792)}


@pytest.mark.parametrize("script", NAMES)
@pytest.mark.parametrize("name", ["classic", "modern"])
def test_names_in_every_bundled_script_are_printed(script: str, name: str) -> None:
    assert unprintable(NAMES[script]) == []
    pdf = render_pdf(content(attendee_name=NAMES[script]), design(name))
    # No glyph is .notdef: Typst refuses to export that under PDF/A, so a PDF at all is the proof.
    assert_conforms(pdf)


def test_arabic_is_shaped_and_runs_from_the_right() -> None:
    layout = own_layout({"attendee_name": {"x": 100, "y": 100, "font_size": 40}})
    whole = boxes_of(render_pdf(content(attendee_name="محمد"), layout))[0]
    letters = boxes_of(render_pdf(content(attendee_name="م ح م د"), layout))
    # Joined letters are narrower than the same letters standing alone.
    assert whole[2] - whole[0] < max(right for _, _, right, _ in letters) - min(left for left, _, _, _ in letters)
    assert "NotoNaskhArabic" in " ".join(fonts_of(render_pdf(content(attendee_name="محمد"), layout)))


@pytest.mark.parametrize("bad", ["李小龍", "Bob 😀", "\ue000 Private", "ꦗꦮ"])
def test_a_name_no_font_can_show_is_never_printed_as_boxes(bad: str) -> None:
    assert unprintable(bad)
    with pytest.raises(RenderingFailed):
        render_pdf(content(attendee_name=bad), design("classic"))


def test_marks_that_reorder_text_are_left_out() -> None:
    assert printable("Ada\u202e Lovelace\u200f\x00\n Byron") == "Ada Lovelace Byron"


@settings(max_examples=150, deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_what_is_judged_printable_is_printed(name: str) -> None:
    layout = own_layout({"attendee_name": {"x": 10, "y": 10}, "certificate_id": {"x": 10, "y": 200}})
    if not unprintable(name):
        assert render_pdf(content(attendee_name=name), layout).startswith(b"%PDF-")


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("long", ["Wolfeschlegelsteinhausenbergerdorff " * 7, "W" * 255, "Maria del Carmen " * 4])
def test_long_names_stay_on_the_page(name: str, long: str) -> None:
    layout = design(name)
    pdf = render_pdf(content(attendee_name=long), layout)
    width = layout.page.width * layout.page.scale
    for left, top, right, bottom in boxes_of(pdf):
        assert left >= 20
        assert right <= width - 20
        assert top >= 0
        assert bottom <= layout.page.height * layout.page.scale


# Letters that stand nowhere else on the page: their sizes are the name's.
LONG_NAMES = {"words": ("Żażżą " * 42)[:250].strip(), "one word": "Ż" * 250, "from the right": "ض" * 250}


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("kind", LONG_NAMES)
def test_a_name_of_250_letters_can_be_read(name: str, kind: str) -> None:
    pdf = render_pdf(content(attendee_name=LONG_NAMES[kind]), design(name))
    assert_conforms(pdf)
    sizes = sizes_of(pdf)[LONG_NAMES[kind][0]]
    assert min(sizes) >= 6.9
    assert len(set(sizes)) == 1


def lines_of(pdf: bytes) -> int:
    return len({round(bottom) for _, _, _, bottom in boxes_of(pdf)})


@pytest.mark.parametrize(("words", "lines", "least"), [(1, 1, 27), (5, 1, 15), (9, 1, 15), (14, 2, 9), (40, 2, 7)])
def test_a_long_name_shrinks_to_a_floor_and_then_takes_two_lines(words: int, lines: int, least: float) -> None:
    """In a box of 600 points, in letters of 30 points."""
    layout = own_layout({"attendee_name": {"x": 100, "y": 100, "max_width": 800, "font_size": 40}})
    pdf = render_pdf(content(attendee_name=" ".join(["Hanna"] * words)), layout)
    assert lines_of(pdf) == lines
    assert min(min(sizes) for letter, sizes in sizes_of(pdf).items() if letter in "Hna") >= least


@pytest.mark.parametrize("kind", LONG_NAMES)
@pytest.mark.parametrize("width", [30, 60, 200])
def test_in_a_small_box_it_can_be_read_too(kind: str, width: int) -> None:
    layout = own_layout({"attendee_name": {"x": 300, "y": 10, "max_width": width, "font_size": 24}})
    pdf = render_pdf(content(attendee_name=LONG_NAMES[kind]), layout)
    scale, boxes = layout.page.scale, boxes_of(pdf)
    for left, top, right, bottom in boxes:
        assert left >= 300 * scale - 1.5
        assert right <= (300 + width) * scale + 8
        assert top >= 0
        assert bottom <= layout.page.height * scale
    sizes = sizes_of(pdf)[LONG_NAMES[kind][0]]
    assert min(sizes) >= (6.9 if width >= 60 else 4)


def test_at_the_bottom_of_the_page_it_stays_on_it() -> None:
    layout = own_layout({"attendee_name": {"x": 300, "y": 740, "max_width": 100, "font_size": 24}})
    pdf = render_pdf(content(attendee_name=LONG_NAMES["words"]), layout)
    assert max(bottom for _, _, _, bottom in boxes_of(pdf)) <= layout.page.height * layout.page.scale


def test_letters_that_were_meant_small_stay_small() -> None:
    layout = own_layout({"attendee_name": {"x": 100, "y": 100, "max_width": 900, "font_size": 5}})
    assert max(map(max, sizes_of(render_pdf(content(), layout)).values())) < 4


@settings(max_examples=60, deadline=None)
@given(
    x=st.integers(0, 900),
    y=st.integers(0, 700),
    width=st.integers(60, 223),
    size=st.integers(6, 60),
    align=st.sampled_from(["left", "center", "right"]),
    words=st.integers(1, 6),
)
def test_a_field_stays_inside_its_box(x: int, y: int, width: int, size: int, align: str, words: int) -> None:
    layout = own_layout(
        {"attendee_name": {"x": x, "y": y, "max_width": width, "font_size": size, "align": align, "font": "Noto Sans"}}
    )
    scale = layout.page.scale
    pdf = render_pdf(content(attendee_name=" ".join(["Maximilian"] * words)), layout)
    for left, top, right, _ in boxes_of(pdf):
        assert left >= x * scale - 1.5
        # The space at which a line breaks may hang over; nothing is drawn there.
        assert right <= (x + width) * scale + 1.5 + size * scale * 0.3
        assert top >= y * scale - 1.5


def test_alignment_is_within_the_box() -> None:
    lefts = {}
    for align in ("left", "center", "right"):
        layout = own_layout({"certificate_id": {"x": 100, "y": 100, "max_width": 800, "align": align}})
        lefts[align] = boxes_of(render_pdf(content(), layout))[0]
    scale = layout.page.scale
    assert lefts["left"][0] == pytest.approx(100 * scale, abs=2)
    assert lefts["right"][2] == pytest.approx(900 * scale, abs=2)
    assert (lefts["center"][0] + lefts["center"][2]) / 2 == pytest.approx(500 * scale, abs=2)
    assert lefts["left"][1] == pytest.approx(100 * scale, abs=12)


def test_the_code_is_a_real_qr_code_of_the_address() -> None:
    said = render_pdf(content(), own_layout({"qr_code": {"x": 100, "y": 100, "size": 200}}))
    picture = pypdfium2.PdfDocument(said)[0].render(scale=2).to_pil().convert("L")
    scale = 2 * 841.89 / 1123
    box = picture.crop(tuple(int(one * scale) for one in (100, 100, 300, 300)))
    assert box.getpixel((2, 2)) == 255
    dark = sum(1 for value in box.getdata() if value < 128) / (box.width * box.height)
    assert 0.2 < dark < 0.6


def test_previews_are_pictures() -> None:
    picture = Image.open(io.BytesIO(render_png(content(), design("classic"), width=800)))
    assert picture.size[0] == 800


BAD_FILES = {
    "zip": b"PK\x03\x04" + b"\x00" * 2000,
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "empty": b"",
    "gif": b"GIF89a" + b"\x00" * 100,
    "half a png": png_bytes()[:2000],
    "half a pdf": pdf_bytes()[:200],
    "text": b"hello",
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_what_is_no_background_is_refused(kind: str) -> None:
    with pytest.raises(ValidationRefused):
        read_background(upload(BAD_FILES[kind]))


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    header = bytearray(png_bytes(60, 60))
    header[16:24] = (50_000).to_bytes(4, "big") * 2
    with pytest.raises(ValidationRefused, match="values"):
        read_background(upload(bytes(header)))


def test_many_pages_are_refused() -> None:
    with pytest.raises(ValidationRefused) as refused:
        read_background(upload(pdf_bytes(pages=10_000), "big.pdf"))
    assert "10000 pages" in str(refused.value.details)


def test_a_font_says_what_it_can_show(tmp_path: Any) -> None:
    serif = read_coverage(FONT_FOLDER / "NotoSerif-Regular.ttf")
    assert len(serif) == 2840
    assert {ord("A"), ord("é"), ord("Ω"), ord("я")} <= serif
    assert ord("李") not in serif
    assert ord("न") in read_coverage(FONT_FOLDER / "NotoSerifDevanagari-Regular.ttf")
    (tmp_path / "no-font.ttf").write_text("These are only words.")
    assert read_coverage(tmp_path / "no-font.ttf") == frozenset()
