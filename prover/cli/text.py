"""Text from elsewhere, as it is printed."""


def one_line(text: str) -> str:
    """Without line breaks and control characters that could pass for lines of ours."""
    return "".join(character if character.isprintable() else " " for character in " ".join(text.split()))
