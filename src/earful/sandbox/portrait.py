"""A portrait drawn from a handle: two letters on a colour that is always the same for the same handle."""

import hashlib
import re

HUES = 24


def portrait(username: str) -> str:
    """An SVG picture, 96 by 96. Only letters and digits of the handle are drawn: of nina_okafor an N and an O."""
    parts = re.findall("[A-Za-z0-9]+", username)
    letters = (parts[0][0] + parts[1][0] if len(parts) > 1 else "".join(parts)[:2]).upper() or "?"
    hue = hashlib.sha256(username.lower().encode("utf-8", "replace")).digest()[0] % HUES * (360 // HUES)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96">'
        f'<rect width="96" height="96" fill="hsl({hue} 45% 42%)"/>'
        '<text x="48" y="48" fill="#fff" font-family="system-ui, sans-serif" font-size="36" font-weight="600"'
        f' text-anchor="middle" dominant-baseline="central">{letters}</text></svg>'
    )
