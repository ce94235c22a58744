"""Text: any encoding, any line ends, compressed or not, becomes a UTF-8 file the engine can read.

The rule: a byte-order mark decides (UTF-8 and UTF-16); else strict UTF-8; else Windows-1252, which is what
spreadsheets write in western Europe. Guessers fail on Spanish text more often than this rule. A file that is UTF-8
already is read where it lies; everything else is streamed once into the work folder.
"""

import codecs
import gzip
import io
import math
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from vinculo.foundation.errors import InputError
from vinculo.foundation.phrases import Phrase

CHUNK = 1 << 20
PACKED_MOST = 200
"""How many times larger than itself a compressed file may be, once that is more than ROOM; tables seldom pass 30."""
ROOM = 1 << 28
HEAD = 1 << 17
LINE_FEED, CARRIAGE_RETURN, SPACE, TAB = b"\n\r \t"
_SPACES = re.compile(r"(?<=\n)[ \t]+\r?\n")
GZIP = b"\x1f\x8b"
FALLBACK = "cp1252"
NOT_UTF8 = "The file is not UTF-8: it was read as Windows-1252. Name another encoding if accents look wrong."
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
BINARY = {
    b"\x89PNG": Phrase("a PNG image"),
    b"\xff\xd8\xff": Phrase("a JPEG image"),
    b"GIF8": Phrase("a GIF image"),
    b"\x7fELF": Phrase("a program"),
    b"MZ\x90\x00": Phrase("a program"),
    b"%PDF": Phrase("a PDF document"),
    b"SQLite format 3": Phrase("a SQLite database"),
    b"Rar!": Phrase("a RAR archive"),
    b"7z\xbc\xaf": Phrase("a 7z archive"),
    b"\x28\xb5\x2f\xfd": Phrase("a Zstandard archive"),
    b"BZh": Phrase("a bzip2 archive"),
    b"PK\x03\x04": Phrase("a ZIP archive"),
    b"PAR1": Phrase("a Parquet file"),
    b"ARROW1": Phrase("an Arrow file"),
}


@dataclass(frozen=True)
class Text:
    """A UTF-8 file ready to be parsed."""

    path: Path
    encoding: str
    head: str
    whole: bool
    """Whether `head` is all there is."""
    blank_lines: bool = False
    warnings: tuple[Phrase, ...] = ()


@dataclass
class Survey:
    """What one pass over the bytes found."""

    nul: bool = False
    blank_lines: bool = False
    space_lines: bool = False
    line_feeds: int = 0
    carriages: int = 0
    carriage_pairs: int = 0
    replaced: int = 0
    tail: bytes = b"\x00\x00"
    """The last two bytes seen."""

    def look(self, text: str, raw: bytes) -> None:
        """Take note of one more piece of text, given as its UTF-8 bytes too."""
        self.nul = self.nul or b"\x00" in raw
        self.replaced += text.count("\ufffd")
        piece = np.frombuffer(self.tail + raw, np.uint8)
        ends = np.flatnonzero(piece == LINE_FEED)
        ends = ends[ends >= len(self.tail)]
        paired = piece[ends - 1] == CARRIAGE_RETURN
        self.line_feeds += len(ends)
        self.carriages += int(np.count_nonzero(piece[len(self.tail) :] == CARRIAGE_RETURN))
        self.carriage_pairs += int(np.count_nonzero(paired))
        before = piece[ends - 1 - paired]
        self.blank_lines = self.blank_lines or bool(np.any(before == LINE_FEED))
        if not self.space_lines and np.any((before == SPACE) | (before == TAB)):
            self.space_lines = _SPACES.search(text) is not None
        self.tail = piece[-2:].tobytes()

    @property
    def mixed_line_ends(self) -> bool:
        """Tell whether lines end in more than one way, or a carriage return stands alone: the engine takes one way."""
        return self.carriages > 0 < self.line_feeds and not self.carriages == self.carriage_pairs == self.line_feeds


def prepare(path: Path, folder: Path, *, encoding: str = "") -> Text:
    """Return a file as UTF-8 text, in its own place when it is that already."""
    with damage(path), opened(path) as stream:
        head = stream.read(HEAD)
        whole = not stream.read(1)
    refuse_binary(path, head)
    codec = encoding or codec_of(head)
    known(codec)
    packed = magic(path) == GZIP
    target = folder / f"{path.name}.utf8.csv"
    survey = None
    if codec in ("utf-8", "utf-8-sig"):
        try:
            survey = stream_through(path, codec, target if packed else None)
        except UnicodeDecodeError:
            codec = FALLBACK
    copied = packed and survey is not None
    if survey is None:
        survey, copied = stream_through(path, codec, target), True
    warnings: list[Phrase] = []
    if survey.nul or survey.mixed_line_ends or survey.space_lines:
        stream_through(path, codec, target, clean=True)
        copied = True
        if survey.nul:
            warnings.append(Phrase("The file holds NUL bytes; they were left out."))
    if survey.replaced:
        warnings.append(Phrase("Some characters could not be read in the encoding {codec}.", codec=codec))
    if codec == FALLBACK and not encoding:
        warnings.append(read_as_fallback())
    text = head.decode(codec, errors="replace").replace("\x00", "")
    return Text(
        target if copied else path, codec, text, whole, survey.blank_lines or survey.space_lines, tuple(warnings)
    )


def read_as_fallback() -> Phrase:
    """Return what is to be said of a file that was read as spreadsheets of western Europe write."""
    return Phrase(NOT_UTF8)


def stream_through(path: Path, codec: str, target: Path | None, *, clean: bool = False) -> Survey:
    """Decode a file piece by piece, into a UTF-8 file when a target is given; return what was seen."""
    errors = "strict" if codec in ("utf-8", "utf-8-sig") else "replace"
    plain = codecs.getincrementaldecoder(codec)(errors)
    decoder = io.IncrementalNewlineDecoder(plain, translate=True) if clean else plain
    survey = Survey()
    most = max(ROOM, PACKED_MOST * path.stat().st_size) if magic(path) == GZIP else math.inf
    with damage(path), opened(path) as source, written(target) as sink:
        for number, chunk in enumerate(iter(lambda: source.read(CHUNK), b""), start=1):
            if number * CHUNK > most:
                raise swollen(path)
            if len(chunk) == CHUNK and b"\n" not in chunk and b"\r" not in chunk:
                raise InputError(
                    "{path} holds a line longer than {limit:,} bytes: a table has one line a row. "
                    "Check that the file is delimited text and that its quotes are balanced.",
                    path=str(path),
                    limit=CHUNK,
                )
            text = decoder.decode(chunk)
            raw = text.encode()
            survey.look(text, raw)
            if sink:
                sink.write(cleaned(text).encode() if clean else raw)
        rest = decoder.decode(b"", final=True)
        if sink and rest:
            sink.write(rest.encode())
    return survey


def cleaned(text: str) -> str:
    """Return text without NUL, and with nothing in lines that hold only spaces."""
    return _SPACES.sub("\n", text.replace("\x00", ""))


def swollen(path: Path) -> InputError:
    """Return the refusal of a file that unpacks to far more than a table of its size holds."""
    return InputError(
        "{path} unpacks to more than {times} times its size: that is no table but an attack or an accident.",
        path=str(path),
        times=PACKED_MOST,
    )


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes] | gzip.GzipFile]:
    """Open a file for reading, through gzip when it is compressed."""
    if magic(path) == GZIP:
        with gzip.open(path, "rb") as packed:
            yield packed
    else:
        with path.open("rb") as plain:
            yield plain


@contextmanager
def written(target: Path | None) -> Iterator[IO[bytes] | None]:
    """Open a file for writing, if there is one."""
    if target is None:
        yield None
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as stream:
        yield stream


@contextmanager
def damage(path: Path) -> Iterator[None]:
    """Say a damaged archive in one sentence."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(
            "{path} is a gzip file that is cut short or damaged ({reason}): fetch it again.",
            path=str(path),
            reason=str(error),
        ) from error


def magic(path: Path) -> bytes:
    """Return the first two bytes of a file."""
    with path.open("rb") as stream:
        return stream.read(2)


def refuse_binary(path: Path, head: bytes) -> None:
    """Refuse what is no text, whatever its name says."""
    if not head.strip():
        raise InputError("{path} is empty: a table has a header and rows.", path=str(path))
    kind = next((kind for start, kind in BINARY.items() if head.startswith(start)), None)
    controls = sum(byte < 9 or 13 < byte < 32 for byte in head[:4096]) - head[:4096].count(0)
    if not kind and controls > len(head[:4096]) / 20 and codec_of(head) == "utf-8":
        kind = Phrase("binary data")
    if kind:
        raise InputError(
            "{path} is {kind}, not a table: give delimited text (CSV), a spreadsheet (XLSX) or Parquet.",
            path=str(path),
            kind=kind,
        )


def codec_of(head: bytes) -> str:
    r"""Return the encoding the first bytes speak for; UTF-8 until it is found not to hold.

    >>> codec_of(b"\xff\xfea\x00;\x00"), codec_of(b"a;b"), codec_of(b"a\x00;\x00b\x00")
    ('utf-16', 'utf-8', 'utf-16-le')
    """
    for mark, codec in MARKS:
        if head.startswith(mark):
            return codec
    even, odd = head[0:4096:2].count(0), head[1:4096:2].count(0)
    half = len(head[:4096]) / 2
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    return "utf-8"


def known(codec: str) -> None:
    """Refuse an encoding Python does not know."""
    try:
        codecs.lookup(codec)
    except LookupError:
        raise InputError(
            "There is no encoding {found!r}: give one such as utf-8, cp1252, cp850 or utf-16.", found=codec
        ) from None
