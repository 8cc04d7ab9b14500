"""A reliability diagram as plain SVG: what was told against what was right, by tenths of probability."""

from collections.abc import Mapping, Sequence
from typing import Final

SIDE: Final = 360
EDGE: Final = 56
COLOURS: Final = ("#1f5fa8", "#b4531b")
Bins = Sequence[tuple[float, float, int]]


def reliability_svg(title: str, curves: Mapping[str, Bins]) -> str:
    """Return the picture; the area of a dot grows with its number of pairs."""
    whole = SIDE + 2 * EDGE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}"',
        'font-family="sans-serif" font-size="13">',
        f"<title>{title}</title>",
        f'<rect width="{whole}" height="{whole}" fill="#fff"/>',
        f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="#999" stroke-dasharray="5 4"/>',
    ]
    for tenth in range(0, 11, 2):
        at = tenth / 10
        parts += [
            f'<path d="M{_x(at)} {_y(0)}V{_y(1)}M{_x(0)} {_y(at)}H{_x(1)}" stroke="#e4e4e4"/>',
            f'<text x="{_x(at)}" y="{_y(0) + 18}" text-anchor="middle">{at:.1f}</text>',
            f'<text x="{_x(0) - 8}" y="{_y(at) + 4}" text-anchor="end">{at:.1f}</text>',
        ]
    parts += [
        f'<text x="{_x(0.5)}" y="{whole - 14}" text-anchor="middle">probability told</text>',
        f'<text transform="translate(16 {_y(0.5)}) rotate(-90)" text-anchor="middle">share that was right</text>',
        f'<text x="{_x(0.5)}" y="28" text-anchor="middle" font-weight="bold">{title}</text>',
    ]
    for number, (name, bins) in enumerate(curves.items()):
        colour = COLOURS[number % len(COLOURS)]
        line = " ".join(f"{_x(told):.1f},{_y(right):.1f}" for told, right, _ in bins)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{_x(told):.1f}" cy="{_y(right):.1f}" r="{2 + min(8.0, count**0.5 / 2):.1f}" fill="{colour}"'
            f' fill-opacity="0.8"><title>{name}: {count} pairs</title></circle>'
            for told, right, count in bins
        ]
        parts.append(f'<text x="{_x(0.03)}" y="{_y(0.96) + 18 * number}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _x(value: float) -> float:
    return EDGE + value * SIDE


def _y(value: float) -> float:
    return EDGE + (1 - value) * SIDE
