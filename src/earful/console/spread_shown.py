"""How far a post went, in a sentence that does not claim more than was heard."""

from earful.posts.spread import Spread


def spread_in_words(spread: Spread, network: str) -> str:
    """As in: Reposted 12 times, quoted 3 times that we heard, reach about 48,200; X counts 20 in all. "" for a post
    that nobody carried on. Of quotes without our words the network tells nothing but its number.
    """
    counted = [("reposted", spread.reposts), ("quoted", spread.quotes)]
    heard = ", ".join(f"{verb} {_times(number)}" for verb, number in counted if number).capitalize()
    if not heard:
        return _only_told(spread.told, network)
    reach = f", reach about {spread.reach:,}" if spread.reach else ""
    more = f"; {network} counts {spread.told:,} in all" if spread.told > spread.reposts + spread.quotes else ""
    return f"{heard} that we heard{reach}{more}"


def _only_told(told: int, network: str) -> str:
    if told == 1:
        return f"{network} counts one repost or quote; we did not hear it"
    return f"{network} counts {told:,} reposts and quotes; we heard none of them" if told else ""


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")
