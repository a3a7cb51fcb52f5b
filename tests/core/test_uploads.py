"""Uploads are judged by what they contain."""

import contextlib
import io
import struct
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms, PngImagePlugin

from lyceum.core.errors import Refusal, ValidationRefused
from lyceum.core.files import reading_process
from lyceum.core.files.reading_process import Unreadable, read_file
from lyceum.core.files.uploads import CheckedPdf, check_image, draw_pdf_page
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.both_databases


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: Any) -> bytes:
    output = io.BytesIO()
    colour = (200, 30, 30, 128)[: len(mode)] if mode in {"RGB", "RGBA"} else 120
    Image.new(mode, size, colour).save(output, kind, **options)
    return output.getvalue()


def pdf(pages: int = 1, size: tuple[int, int] = (595, 842), **options: Any) -> bytes:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=size)
    output = io.BytesIO()
    document.save(output, **options)
    return output.getvalue()


def upload(content: bytes, name: str = "x.png", declared: str = "image/png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=declared)


def check_pdf(file: SimpleUploadedFile) -> CheckedPdf:
    return draw_pdf_page(file.read())[0]


def refusal(content: bytes, check: Any = check_image, **limits: Any) -> str:
    with pytest.raises(ValidationRefused) as refused:
        check(upload(content), **limits)
    assert refused.value.status == 422
    messages = refused.value.details["file"]
    assert len(messages) == 1
    return str(messages[0])


def png_header(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    data = zlib.compress(b"\x00" * 1000)
    idat = struct.pack(">I", len(data)) + b"IDAT" + data + struct.pack(">I", zlib.crc32(b"IDAT" + data))
    return b"\x89PNG\r\n\x1a\n" + chunk + idat + struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))


@pytest.mark.parametrize(
    ("kind", "content_type", "extension"),
    [("PNG", "image/png", "png"), ("JPEG", "image/jpeg", "jpg"), ("WEBP", "image/webp", "webp")],
)
def test_a_picture_is_known_by_its_content(kind: str, content_type: str, extension: str) -> None:
    checked = check_image(upload(picture(kind), name="evil.exe", declared="text/html"))
    assert (checked.content_type, checked.extension, checked.width, checked.height) == (content_type, extension, 40, 30)
    assert Image.open(io.BytesIO(checked.content)).format == kind


def test_metadata_does_not_stay() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "home address")
    assert b"home address" not in check_image(upload(picture(pnginfo=text))).content
    exif = Image.Exif()
    exif[0x010E] = "home address"
    assert b"home address" not in check_image(upload(picture("JPEG", exif=exif))).content
    # A polyglot: what follows the picture is gone too.
    assert b"<script>" not in check_image(upload(picture() + b"<script>alert(1)</script>")).content


def test_a_picture_taken_sideways_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    checked = check_image(upload(picture("JPEG", size=(40, 30), exif=exif)))
    assert (checked.width, checked.height) == (30, 40)


def test_transparency_stays_and_other_colours_become_rgb() -> None:
    assert Image.open(io.BytesIO(check_image(upload(picture(mode="RGBA"))).content)).mode == "RGBA"
    assert Image.open(io.BytesIO(check_image(upload(picture(mode="P"))).content)).mode == "RGB"
    assert Image.open(io.BytesIO(check_image(upload(picture("JPEG", mode="CMYK"))).content)).mode == "RGB"
    sixteen = io.BytesIO()
    Image.new("I;16", (4, 4), 32768).save(sixteen, "PNG")
    grey = Image.open(io.BytesIO(check_image(upload(sixteen.getvalue())).content))
    assert grey.getpixel((0, 0)) == (128, 128, 128)


def test_a_colour_profile_is_applied_and_a_broken_one_ignored() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert "icc_profile" not in Image.open(io.BytesIO(check_image(upload(picture(icc_profile=profile))).content)).info
    assert check_image(upload(picture(icc_profile=b"nonsense" * 20))).width == 40


def test_only_the_first_frame_stays() -> None:
    output = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), (n, 0, 0)) for n in range(5)]
    frames[0].save(output, "WEBP", save_all=True, append_images=frames[1:])
    assert getattr(Image.open(io.BytesIO(check_image(upload(output.getvalue())).content)), "n_frames", 1) == 1


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'\xef\xbb\xbf \n<?xml version="1.0"?><svg/>',
        '<svg onload="x"/>'.encode("utf-16"),
        b"<!DOCTYPE html><script>",
    ],
)
def test_svg_and_markup_are_refused_with_a_reason(content: bytes) -> None:
    assert "SVG" in refusal(content)


def test_what_is_no_picture_is_refused() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("a", b"\x00" * 1_000_000)
    gif = io.BytesIO()
    Image.new("P", (3, 3)).save(gif, "GIF")
    for content in (b"hello", b"\x89PNG\r\n\x1a\n", archive.getvalue(), gif.getvalue(), pdf(), b"\x00" * 5000):
        assert refusal(content).startswith("This isn't a picture")


def test_a_cut_off_picture_is_refused() -> None:
    for kind in ("PNG", "JPEG", "WEBP"):
        content = picture(kind, size=(300, 300))
        assert refusal(content[: len(content) // 2]).startswith("This isn't a picture")


def test_fifty_thousand_pixels_square_are_refused_from_the_header() -> None:
    assert refusal(png_header(50_000, 50_000)) == (
        "The picture has too many pixels; at most 24,000,000 are possible. Please scale it down."
    )
    assert "pixels" in refusal(png_header(1, 60_000))
    assert "pixels" in refusal(picture(size=(101, 100)), max_pixels=10_000)


def test_size_is_limited_whatever_the_file_says_about_itself() -> None:
    assert refusal(b"x" * 2049, max_bytes=2048) == "The file is larger than 2 KB. Please choose a smaller one."
    with pytest.raises(ValidationRefused):
        check_image(io.BytesIO(b"x" * 2049), max_bytes=2048)
    assert refusal(b"") == "The file is empty."


def test_the_field_and_the_formats_are_the_callers() -> None:
    with pytest.raises(ValidationRefused) as refused:
        check_image(upload(picture("WEBP")), formats=("PNG", "JPEG"), field="avatar")
    assert refused.value.details == {"avatar": ["This isn't a picture that can be read. Please use PNG or JPEG."]}


def test_a_pdf_tells_its_pages_and_size() -> None:
    checked = check_pdf(upload(pdf(size=(842, 595))))
    assert (checked.pages, checked.width, checked.height) == (1, 842.0, 595.0)


def test_too_many_pages_are_refused() -> None:
    assert refusal(pdf(pages=2), check_pdf) == "The PDF has 2 pages; it may have one page."
    assert refusal(pdf(pages=10_000), check_pdf) == "The PDF has 10000 pages; it may have one page."


def test_a_password_is_refused() -> None:
    locked = pdf(encryption=pikepdf.Encryption(owner="a", user="b"))
    assert "password" in refusal(locked, check_pdf)
    assert "password" in refusal(pdf(encryption=pikepdf.Encryption(owner="a", user="")), check_pdf)


def test_what_is_no_pdf_is_refused() -> None:
    assert refusal(picture(), check_pdf) == "This isn't a PDF file."
    for content in (b"%PDF-1.7\n" + b"\x00" * 500, b"%PDF-", pdf()[:200], b"%PDF-1.4\n%%EOF"):
        assert "PDF" in refusal(content, check_pdf)


def test_a_page_is_drawn_within_the_limit() -> None:
    _, drawn = draw_pdf_page(pdf(size=(595, 842)), dpi=144)
    assert (drawn.width, drawn.height, drawn.content_type) == (1190, 1684, "image/png")
    _, small = draw_pdf_page(pdf(size=(14_000, 14_000)), dpi=200, max_pixels=1_000_000)
    assert small.width * small.height <= 1_003_000


def test_a_pdf_that_unpacks_into_gigabytes_takes_the_small_process_down_and_nothing_else() -> None:
    document = pikepdf.new()
    document.add_blank_page(page_size=(100, 100))
    bomb = zlib.compress(zlib.compress(b"\x00" * 1_500_000_000, 1), 9)
    document.pages[0].Contents = pikepdf.Stream(document, bomb)
    document.pages[0].Contents.Filter = pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode])
    output = io.BytesIO()
    document.save(output, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert len(output.getvalue()) < 1_000_000
    try:
        facts = read_file("render_pdf", output.getvalue(), dpi=72, max_pixels=1_000_000, fit=None, save="png")
    except Unreadable:
        return
    assert facts["width"] == 100


def jpeg_of_many_scans(repeats: int) -> bytes:
    """A progressive JPEG whose last scan, a pass over the whole picture, stands there again and again."""
    small = io.BytesIO()
    Image.new("RGB", (3000, 3000), (9, 9, 9)).save(small, "JPEG", progressive=True)
    content = small.getvalue()[:-2]
    last = content.rindex(b"\xff\xda")
    return content + content[last:] * repeats + b"\xff\xd9"


def test_a_jpeg_of_many_scans_is_refused_before_any_is_decoded() -> None:
    content = jpeg_of_many_scans(400)
    assert len(content) < 1_000_000
    began = time.monotonic()
    assert "unusual way" in refusal(content)
    assert time.monotonic() - began < 2
    # What cameras and browsers make has about ten.
    assert check_image(upload(jpeg_of_many_scans(5))).width == 3000


@pytest.mark.parametrize("kind", ["zTXt", "tEXt", "iCCP"])
def test_a_png_of_many_chunks_or_of_texts_that_unpack_without_end_is_refused_in_time(kind: str) -> None:
    whole = picture()
    texts = zlib.compress(b"\x00" * 50_000_000, 9)
    data = b"k\x00\x00" + (texts if kind != "tEXt" else b"")
    chunk = struct.pack(">I", len(data)) + kind.encode() + data + struct.pack(">I", zlib.crc32(kind.encode() + data))
    content = whole[:33] + chunk * (300_000 if kind == "tEXt" else 50) + whole[33:]
    began = time.monotonic()
    with contextlib.suppress(ValidationRefused):
        assert check_image(upload(content[: 5 * 1024 * 1024])).width == 40
    assert time.monotonic() - began < 5


def test_a_moving_picture_costs_one_frame() -> None:
    output = io.BytesIO()
    frames = [Image.new("RGB", (2000, 1000), (n % 256, 0, 0)) for n in range(60)]
    frames[0].save(output, "WEBP", save_all=True, append_images=frames[1:], minimize_size=False)
    moving = io.BytesIO()
    frames[0].save(moving, "PNG", save_all=True, append_images=frames[1:10])
    for content in (output.getvalue(), moving.getvalue()):
        checked = check_image(upload(content))
        assert getattr(Image.open(io.BytesIO(checked.content)), "n_frames", 1) == 1


def test_the_process_knows_no_secret_and_has_little_time_and_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}
    run = reading_process.subprocess.run

    def note(command: Any, **options: Any) -> Any:
        seen.update(options)
        return run(command, **options)

    monkeypatch.setenv("SECRET_KEY", "secret")
    monkeypatch.setattr(reading_process.subprocess, "run", note)
    check_image(upload(picture()))
    assert (seen["env"], seen["timeout"] <= 15) == ({}, True)
    limits = "import resource as r, runpy, sys; m = runpy.run_path(sys.argv[1]); m['_limit']();"
    limits += "print(r.getrlimit(r.RLIMIT_AS), r.getrlimit(r.RLIMIT_CPU), r.getrlimit(r.RLIMIT_FSIZE))"
    worker = str(reading_process._WORKER)
    said = run([sys.executable, "-c", limits, worker], capture_output=True, text=True, check=True).stdout
    assert said.split("\n")[0] == "(1073741824, 1073741824) (8, 8) (0, 0)"


def test_only_a_few_are_read_at_once_and_the_others_are_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    going, most, lock, gate = [0], [0], threading.Lock(), threading.Event()

    def slow(*_: Any, **__: Any) -> Any:
        with lock:
            going[0] += 1
            most[0] = max(most[0], going[0])
        gate.wait(10)
        with lock:
            going[0] -= 1
        return subprocess.CompletedProcess([], 0, b'{"refused": "unreadable"}\n', b"")

    monkeypatch.setattr(reading_process.subprocess, "run", slow)
    outcomes: list[int] = []

    def ask() -> None:
        try:
            check_image(upload(b"x"))
        except Refusal as refused:
            outcomes.append(refused.status)

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    ends = time.monotonic() + 5
    while len(outcomes) < 10 and time.monotonic() < ends:
        time.sleep(0.01)
    assert outcomes == [503] * 10
    gate.set()
    for thread in threads:
        thread.join()
    assert (most[0], sorted(outcomes)) == (2, [422] * 6 + [503] * 10)


@pytest.mark.django_db
def test_a_person_meets_the_same_over_http(api_as: Any) -> None:
    client = api_as(UserFactory())
    began = time.monotonic()
    answer = client.patch("/api/v1/users/me/", {"avatar": upload(jpeg_of_many_scans(400))}, format="multipart")
    assert (answer.status_code, time.monotonic() - began < 2) == (422, True)
    for _ in range(6):
        reading_process._here.acquire()
    try:
        busy = client.patch("/api/v1/users/me/", {"avatar": upload(picture())}, format="multipart")
    finally:
        for _ in range(6):
            reading_process._here.release()
    assert (busy.status_code, busy["Retry-After"]) == (503, "5")
    assert busy.json()["error"]["code"] == "SERVICE_UNAVAILABLE"
