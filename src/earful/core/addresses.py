"""Whether a text is a web address and nothing else: what a person types into a field for one.

For links inside running text see `links`: there other rules hold.
"""

import regex


def is_web_address(text: str, *, bare: bool = False) -> bool:
    """Whether the whole text is one http or https address (RFC 3986, with Unicode letters let in).

    Unlike in running text, a name and password, and an IPv4 address, may stand in it. With `bare`, it may
    also lack the protocol.
    """
    match = _ADDRESS.fullmatch(text)
    return match is not None and text.split() == [text] and (bare or match["protocol"] is not None)


_PIECE = r"[A-Za-z0-9\u0080-\U0010ffff]"
_FOLLOWING = r"[A-Za-z0-9\-._~!$&'()*+,;=:@/\u0080-\U0010ffff]|%[0-9A-Fa-f]{2}"
_BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_ADDRESS = regex.compile(
    rf"""(?P<protocol>[Hh][Tt][Tt][Pp][Ss]?://)?
    (?:(?:[A-Za-z0-9\-._~!$&'()*+,;=:]|%[0-9A-Fa-f]{{2}})*+@)?+
    (?:{_BYTE}(?:\.{_BYTE}){{3}}
      |(?:{_PIECE}(?:(?:{_PIECE}|[_\-])*{_PIECE})?\.)*{_PIECE}(?:(?:{_PIECE}|-)*{_PIECE})?
       \.(?:[A-Za-z\u0080-\U0010ffff]{{2,}}|xn--[a-z0-9\-]+))
    (?::[0-9]{{1,5}})?
    (?:/(?:{_FOLLOWING})*+)?
    (?:\?(?:{_FOLLOWING}|[?|\[\]])*+)?
    (?:\#(?:{_FOLLOWING}|[?|\#])*+)?""",
    regex.VERBOSE,
)
