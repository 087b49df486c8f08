"""How far a post went, in a sentence."""

from earful.posts.spread import Spread


def spread_in_words(spread: Spread, network: str) -> str:
    """As in: Reposted 12 times, quoted 3 times, reach about 48,200. "" for a post that nobody carried on."""
    heard = [
        f"{verb} {_times(number)}"
        for verb, number in (("reposted", spread.reposts), ("quoted", spread.quotes))
        if number
    ]
    if spread.reach:
        heard.append(f"reach about {spread.reach:,}")
    said = ", ".join(heard).capitalize()
    if spread.total <= spread.reposts + spread.quotes:
        return said
    told = f"carried on {_times(spread.told)} by {network}’s count"
    return f"{said} ({told})" if said else told[0].upper() + told[1:]


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number:,} times"
