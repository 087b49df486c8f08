"""What a person at a browser does when an app asks to be let in: reads the page, says who they are, allows it."""

from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx

from referees.alone import Alone


def approve(pretend: Alone, address: str) -> str:
    """Allow what is asked at this address; the code that comes back."""
    asked = dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))
    page = httpx.get(address, timeout=10)
    assert page.status_code == 200, page.text
    form = asked | {"answer": "yes", "as": pretend.handle}
    place = f"{pretend.url}{urlsplit(address).path}"
    answer = httpx.post(place, data=form, headers={"origin": pretend.url}, timeout=10)
    assert answer.status_code in (302, 303), answer.text
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
