"""Names of files that people receive: safe in a header, on a disk and to the eye."""

import unicodedata

_FORBIDDEN = frozenset('<>:"/\\|?*%;')
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))]
)
MAX_STEM = 100


def safe_filename(name: str, *, extension: str, fallback: str = "file") -> str:
    """A file name made from any text, with exactly the given extension.

    name: may hold anything a person typed; one trailing `.extension` is not doubled.
    extension: without the dot, chosen here, never the sender's.
    Returns: at most 100 characters and the extension, without path separators, control
    characters, direction marks (which can show `exe.pdf` for `fdp.exe`) or device names.
    """
    kept = "".join(_kept_character(character) for character in name[:1000])
    stem = " ".join(kept.split())
    ending = f".{extension}"
    if extension and stem.lower().endswith(ending.lower()):
        stem = stem[: -len(ending)]
    stem = stem.strip(" .")[:MAX_STEM].strip(" .")
    if not stem or stem.lower().split(".")[0] in _RESERVED:
        stem = fallback
    return f"{stem}{ending}" if extension else stem


def _kept_character(character: str) -> str:
    if character in _FORBIDDEN:
        return "-"
    category = unicodedata.category(character)
    if category.startswith("Z"):
        return " "
    if category == "Cc":
        return " " if character in "\t\r\n" else ""
    if category.startswith("C"):
        return ""
    return character
