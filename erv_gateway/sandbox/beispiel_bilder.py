"""Raster images of the sample case: invented photographs and a scanned letter. The same on every run."""

import io
import random

from PIL import Image, ImageDraw, ImageFilter

FOTO = (1400, 933)
FOTO_QUALITY = 88
DPI = 300  # the usual setting of scanning offices
FLECKEN = 260
SCHRAEGE_GRAD = 0.4
SCHWELLE = 150


def draw_foto(nummer: int) -> bytes:
    """JPEG of a house scene with the grain of a real photograph (some 300 KB to 600 KB)."""
    zufall = random.Random(nummer)  # noqa: S311 - a picture, not a secret
    bild = _verlauf((150 + 6 * nummer, 180, 215), (228, 232, 236))
    stift = ImageDraw.Draw(bild)
    horizont = 560 + zufall.randrange(80)
    stift.rectangle((0, horizont, FOTO[0], FOTO[1]), fill=(96, 118, 74))
    _draw_haus(stift, zufall, horizont)
    _draw_zaun(stift, zufall, horizont)
    return _jpeg(Image.blend(bild.filter(ImageFilter.GaussianBlur(1.2)), _korn(zufall), 0.16))


def _draw_haus(stift: ImageDraw.ImageDraw, zufall: random.Random, horizont: int) -> None:
    x, breite, hoehe = 180 + zufall.randrange(500), 420 + zufall.randrange(160), 260 + zufall.randrange(90)
    oben = horizont - hoehe + 60
    stift.rectangle((x, oben, x + breite, horizont + 60), fill=(222, 205, 178), outline=(90, 80, 70), width=3)
    stift.polygon(((x - 40, oben), (x + breite // 2, oben - 170), (x + breite + 40, oben)), fill=(142, 66, 48))
    for spalte in range(3):
        links = x + 50 + spalte * (breite - 100) // 3
        stift.rectangle(
            (links, oben + 60, links + 70, oben + 150), fill=(74, 96, 120), outline=(240, 240, 240), width=6
        )


def _draw_zaun(stift: ImageDraw.ImageDraw, zufall: random.Random, horizont: int) -> None:
    for x in range(0, FOTO[0], 46):
        top = horizont + 70 + zufall.randrange(10)
        stift.rectangle((x, top, x + 22, top + 150), fill=(150, 118, 84), outline=(96, 74, 52))
    stift.line((690, horizont + 260, 690 + zufall.randrange(-40, 40), horizont - 40), fill=(200, 40, 30), width=8)


def _verlauf(oben: tuple[int, int, int], unten: tuple[int, int, int]) -> Image.Image:
    maske = Image.linear_gradient("L").resize(FOTO)
    return Image.composite(Image.new("RGB", FOTO, unten), Image.new("RGB", FOTO, oben), maske)


def _korn(zufall: random.Random) -> Image.Image:
    klein = (FOTO[0] // 2, FOTO[1] // 2)
    return Image.frombytes("RGB", klein, zufall.randbytes(klein[0] * klein[1] * 3)).resize(FOTO)


def _jpeg(bild: Image.Image) -> bytes:
    ziel = io.BytesIO()
    bild.save(ziel, "JPEG", quality=FOTO_QUALITY, dpi=(150, 150))
    return ziel.getvalue()


def as_scan(seite: bytes) -> Image.Image:
    """A page (PNG) as a scanner sees it: bilevel, a little askew, with specks."""
    bild = Image.open(io.BytesIO(seite)).convert("L")
    bild = bild.rotate(SCHRAEGE_GRAD, resample=Image.Resampling.BICUBIC, fillcolor=255)
    _draw_flecken(ImageDraw.Draw(bild))
    return bild.point([0 if wert < SCHWELLE else 255 for wert in range(256)]).convert("1", dither=Image.Dither.NONE)


def _draw_flecken(stift: ImageDraw.ImageDraw) -> None:
    zufall = random.Random(DPI)  # noqa: S311 - dust, not a secret
    breite, hoehe = stift.im.size
    for _ in range(FLECKEN):
        x, y, r = zufall.randrange(breite), zufall.randrange(hoehe), zufall.randrange(1, 4)
        stift.ellipse((x, y, x + r, y + r), fill=0)


def as_tiff(seite: Image.Image) -> bytes:
    """TIFF 6.0 baseline bilevel: PackBits, one page, 300 dpi (TIFF 6.0 sections 3 and 9)."""
    ziel = io.BytesIO()
    seite.save(ziel, "TIFF", compression="packbits", dpi=(DPI, DPI))
    return ziel.getvalue()


def as_png(seite: Image.Image) -> bytes:
    ziel = io.BytesIO()
    seite.save(ziel, "PNG", dpi=(DPI, DPI), optimize=False)
    return ziel.getvalue()
