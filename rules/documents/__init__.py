"""Files that people write: YAML text to validated values, every problem with its place."""

from rules.documents.document import Document, Listed, Loc, Section, load_document
from rules.documents.tree import MAX_ALIASED, MAX_CHARACTERS, MAX_DEPTH, Place, Plain
from rules.documents.wording import suggest

__all__ = [
    "MAX_ALIASED",
    "MAX_CHARACTERS",
    "MAX_DEPTH",
    "Document",
    "Listed",
    "Loc",
    "Place",
    "Plain",
    "Section",
    "load_document",
    "suggest",
]
