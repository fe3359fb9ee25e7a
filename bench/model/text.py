"""Text that came from outside and is to stand in a document."""


def readable(text: str) -> str:
    """Return the text as valid Unicode: a byte of a file name that is no UTF-8 is spelled out, so that documents can hold it."""
    return text.encode("utf-8", "backslashreplace").decode()
