"""Fetch the pinned front-end packages with `npm pack` and write what we ship of them. Run by hand to update one.

USWDS gives its style sheet without web fonts, with only the pictures that the sheet names; the phone company's
library is the softphone in the browser; axe-core serves tests; DejaVu is the typeface of PDF.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from fontTools import subset

ROOT = Path(__file__).resolve().parents[1]
USWDS = "@uswds/uswds@3.14.0"
AXE = "axe-core@4.14.1"
DEJAVU = "dejavu-fonts-ttf@2.37.3"
VOICE = "@twilio/voice-sdk@2.18.5"
# Of the archive that the registry gives: the code that hears every call is the code that was looked at.
VOICE_SHA256 = "b78b887ce35832e4316d477b6148660f13dae7b5b0db027286a4bbcf7ca1ded9"
# A photograph of 300 kB for a banner that we have not; our styles never ask for it.
UNWANTED = "../img/hero.jpg"


def unpack(package: str, into: Path, sha256: str | None = None) -> Path:
    """Download one package from the npm registry; the folder of its content. SystemExit for another checksum."""
    done = subprocess.run(
        ["npm", "pack", "--silent", package], cwd=into, check=True, capture_output=True, text=True
    )
    packed = into / done.stdout.strip().splitlines()[-1]
    found = hashlib.sha256(packed.read_bytes()).hexdigest()
    if sha256 is not None and found != sha256:
        raise SystemExit(f"{package}: expected SHA-256 {sha256}, found {found}.")
    with tarfile.open(packed) as archive:
        archive.extractall(into / "content", filter="data")
    return into / "content" / "package"


def without_fonts(sheet: str) -> str:
    """The sheet without its web fonts, its source map and the unwanted picture."""
    sheet = re.sub(r"@font-face\s*\{[^}]*\}", "", sheet)
    sheet = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", sheet)
    return sheet.replace(f"url({UNWANTED})", "none")


def vendor_uswds(source: Path, target: Path) -> None:
    """Write uswds.min.css, the pictures that it names and the licence."""
    shutil.rmtree(target, ignore_errors=True)
    (target / "css").mkdir(parents=True)
    sheet = without_fonts((source / "dist/css/uswds.min.css").read_text(encoding="utf-8"))
    (target / "css/uswds.min.css").write_text(sheet, encoding="utf-8")
    for name in sorted(set(re.findall(r"url\(\.\./(img/[^)]+)\)", sheet))):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / "dist" / name, target / name)
    shutil.copyfile(source / "LICENSE.md", target / "LICENSE.txt")


def vendor_axe(source: Path, target: Path) -> None:
    """Write the accessibility checker that tests run in the browser, and its licences."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in ("axe.min.js", "LICENSE", "LICENSE-3RD-PARTY.txt"):
        shutil.copyfile(source / name, target / name)


def vendor_voice(source: Path, target: Path) -> None:
    """Write the softphone's library for browsers and its licence."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    shutil.copyfile(source / "dist/twilio.min.js", target / "twilio.min.js")
    shutil.copyfile(source / "LICENSE.md", target / "LICENSE.txt")


def vendor_dejavu(source: Path, target: Path) -> None:
    """Write the two cuts that a PDF is set in, with every sign but without hints for screens, and the licence."""
    target.mkdir(parents=True, exist_ok=True)
    for name in ("DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf"):
        options = subset.Options()
        options.hinting, options.layout_features, options.glyph_names = False, [], False
        options.recalc_timestamp = False
        options.drop_tables += ["GPOS", "GSUB", "GDEF", "kern", "FFTM"]
        font = subset.load_font(str(source / "ttf" / name), options)
        cut = subset.Subsetter(options)
        cut.populate(unicodes=font.getBestCmap().keys())
        cut.subset(font)
        subset.save_font(font, str(target / name), options)
    shutil.copyfile(source / "LICENSE", target / "LICENSE.txt")


def main() -> None:
    """Fetch and write everything."""
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        for name in ("uswds", "axe", "voice", "dejavu"):
            (folder / name).mkdir()
        vendor_uswds(unpack(USWDS, folder / "uswds"), ROOT / "hotline/web/static/uswds")
        vendor_axe(unpack(AXE, folder / "axe"), ROOT / "tests/vendor/axe-core")
        vendor_voice(unpack(VOICE, folder / "voice", VOICE_SHA256), ROOT / "hotline/web/static/twilio-voice")
        vendor_dejavu(unpack(DEJAVU, folder / "dejavu"), ROOT / "hotline/printing/fonts")


if __name__ == "__main__":
    main()
