"""Draws the pictures of docs/designs.md: `make picture`.

python -m infra.design_pictures
"""

from __future__ import annotations

from infra.design_pictures.gallery import PICTURES, file_of, svg

for name in PICTURES:
    file_of(name).write_text(svg(name), encoding="utf-8")
