"""A picture that an app's camera reads, as one path of an SVG: no image file, no style, no script."""

from __future__ import annotations

from dataclasses import dataclass

import qrcode

QUIET = 4
"""Modules of white around the code (ISO/IEC 18004, section 9.1)."""


@dataclass(frozen=True)
class Picture:
    """``size`` modules a side, quiet zone included; ``path`` draws the dark ones."""

    size: int
    path: str


def picture(text: str) -> Picture:
    code = qrcode.QRCode(border=QUIET, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    dark = (
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return Picture(size=len(rows), path="".join(dark))
