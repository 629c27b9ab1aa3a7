"""Encodings: the compressions that a client accepts."""


def accepted_encodings(header: str) -> frozenset[str]:
    """The names in an Accept-Encoding header. One with the weight 0 is refused (RFC 9110, 12.4.2)."""
    names = set[str]()
    for entry in header.split(","):
        name, *parameters = (text.strip().lower() for text in entry.split(";"))
        if name and not any(_is_refusal(parameter) for parameter in parameters):
            names.add(name)
    return frozenset(names)


def _is_refusal(parameter: str) -> bool:
    weight = parameter.removeprefix("q=")
    return weight != parameter and weight.strip("0.") == ""
