"""Text that can be read: WCAG contrast of the colours that carry white text."""

from __future__ import annotations

import re
from pathlib import Path

CSS = (Path(__file__).resolve().parents[2] / "assets" / "portal.css").read_text(encoding="utf-8")


def luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def values(token: str) -> list[str]:
    return re.findall(rf"--{token}: (#[0-9a-f]{{6}});", CSS)


def test_buttons_can_be_read_in_both_modes() -> None:
    for token in ("button", "button-hover"):
        pairs = list(zip(values(token), values("on-accent"), strict=True))
        assert len(pairs) == 2
        assert all(contrast(*pair) >= 4.5 for pair in pairs)
