"""What differs between two texts, word by word. Pure: no Django, no database."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

KEPT, ADDED, TAKEN = "kept", "added", "taken"
PIECES = re.compile(r"\s+|\S+\s*")
# Two paragraphs with more words than this are told as taken and added in full: comparing them word by word takes long.
MOST_WORDS = 5000


@dataclass(frozen=True)
class Piece:
    """Words that stand in both texts, only in the new one, or only in the old one."""

    kind: str
    text: str

    @property
    def words(self):
        """Without the white space at its end."""
        return self.text.rstrip()

    @property
    def space(self):
        return self.text[len(self.words) :]


def changes(old, new):
    """The new text in pieces, with what was taken out in its place. Paragraphs are matched first, then words."""
    before, after = lines(old), lines(new)
    found = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece(KEPT, "".join(before[a:b])))
        else:
            found += words("".join(before[a:b]), "".join(after[c:d]))
    return joined(found)


def lines(text):
    """Its lines with the same kind of break, so that a form's carriage returns are no change."""
    plain = "\n".join(text.splitlines())
    return (plain + "\n").splitlines(keepends=True) if plain else []


def words(old, new):
    before, after = PIECES.findall(old), PIECES.findall(new)
    if len(before) + len(after) > MOST_WORDS:
        yield from filter(lambda piece: piece.text, (Piece(TAKEN, old), Piece(ADDED, new)))
        return
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece(KEPT, "".join(before[a:b]))
            continue
        if a < b:
            yield Piece(TAKEN, "".join(before[a:b]))
        if c < d:
            yield Piece(ADDED, "".join(after[c:d]))


def joined(pieces):
    """Neighbours of the same kind as one."""
    found = []
    for piece in pieces:
        if found and found[-1].kind == piece.kind:
            found[-1] = Piece(piece.kind, found[-1].text + piece.text)
        else:
            found.append(piece)
    return found
