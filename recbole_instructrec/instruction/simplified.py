"""Traditional Chinese characters as the simplified ones of the property files."""

from __future__ import annotations

from functools import cache

from opencc import OpenCC

# CJK ideographs, the ones in use of which OpenCC has pairs.
_IDEOGRAPHS = range(0x3400, 0xA000)


def simplified(text: str) -> str:
    """A text in simplified characters, each in its place: 科幻電影 is 科幻电影."""
    return text if text.isascii() else text.translate(_table())


@cache
def _table() -> dict[int, str]:
    """The simplified character of each traditional one. One by one: OpenCC would also exchange
    words, and places in a text would move."""
    ideographs = list(map(chr, _IDEOGRAPHS))
    simple = OpenCC("t2s").convert("\n".join(ideographs)).split("\n")
    pairs = zip(ideographs, simple, strict=True)
    return {ord(one): other for one, other in pairs if one != other and len(other) == 1}
