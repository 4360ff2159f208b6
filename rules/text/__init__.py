"""Text as people write it: cleaned for showing, folded for comparing, cut into sentences."""

from rules.text.cleaning import clean
from rules.text.folding import Folded, fold
from rules.text.sentences import sentences

__all__ = ["Folded", "clean", "fold", "sentences"]
