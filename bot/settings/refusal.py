"""How the check of a single value says no."""

from pydantic_core import PydanticCustomError


def refusal(message: str, hint: str = "") -> PydanticCustomError:
    """Build the error of one value; `rules.documents` shows its message and hint with the value's place."""
    return PydanticCustomError("refused", "{message}", {"message": message, "hint": hint})
