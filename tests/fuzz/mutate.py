"""Changes of a text that keep most of it a program: words are dropped, doubled, swapped, nested or taken from elsewhere. Comes in: bytes
and a seed. Goes out: other bytes. What libFuzzer does to bytes comes beside it; alone it rarely gets past the parser."""

from __future__ import annotations

import random
import re

_TOKEN = re.compile(rb'"""|"[^"\n]*"|`[^`\n]*`|[A-Za-z_\x80-\xff][\w\x80-\xff]*|\d[\w.%]*(?:-[\w-]+)?|\s+|.', re.DOTALL)
_NUMBERS = [
    b"0",
    b"1",
    b"-1",
    b"9" * 20,
    b"9" * 400,
    b"0.0000000000000000001",
    b"2147483648",
    b"1_0",
    b"99999 years",
    b"0 days",
    b"9999-12-31",
]
_ODD = [b"\x00", b"\xff", b"\xe2\x80\xae", b"\xed\xa0\x80", b"\xc2\xa0", b"\xc4\xb0", b"\r", b"\x0b", b"\xef\xbb\xbf", "é".encode(), b"\\"]


def mutated(data: bytes, words: list[bytes], seed: int) -> bytes:
    """A text like that one, changed in one to four places."""
    chance = random.Random(seed)
    tokens = _TOKEN.findall(data) or [b" "]
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(tokens))
        other = chance.randrange(len(tokens))
        low, high = sorted((at, min(len(tokens), at + chance.choice((1, 1, 3, 8, 30)))))
        match chance.randrange(9):
            case 0:
                del tokens[low:high]
            case 1:
                tokens[other:other] = tokens[low:high]
            case 2:
                tokens[at], tokens[other] = tokens[other], tokens[at]
            case 3 | 4:
                tokens[at] = chance.choice(words)
            case 5:
                tokens[at:at] = [b" ", chance.choice(words), b" "]
            case 6:
                tokens[at] = chance.choice(_NUMBERS)
            case 7:
                tokens[low:high] = [b"(", *tokens[low:high], b")"] if chance.random() < 0.7 else [b"- " * 60, *tokens[low:high]]
            case _:
                tokens[at] = tokens[at] + chance.choice(_ODD)
        tokens = tokens or [b" "]
    return b"".join(tokens)
