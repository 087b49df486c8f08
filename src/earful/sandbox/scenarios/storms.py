"""Stories of a day on which everything happens at once: an outage, a storm of reposts, an angry thread."""

from collections.abc import Iterator

from earful.sandbox.scenarios.steps import Say, Step, Teller, known

COMPLAINTS = 400
FOLLOWED_BY = 60
REPOSTS = 600
QUOTES = 40
ANGRY = 60


def outage(teller: Teller) -> Iterator[Step]:
    """A whole town loses its connection: hundreds complain, half of them to the brand, some to one another."""
    lines, area = teller.book.waves.lines, teller.die.choice(teller.book.waves.areas)
    here = {"area": area["area"], "place": area["home"]}
    kinds = [*lines["first"], *lines["more"]]
    for place, person in enumerate(teller.strangers(COMPLAINTS)):
        yield person
        yield Say(f"down {place}", person.handle, teller.said(teller.die.choice(kinds), **here))
    for place, person in enumerate(teller.strangers(FOLLOWED_BY)):
        about = f"down {teller.die.randrange(COMPLAINTS)}"
        yield Say(f"too {place}", person.handle, teller.said(teller.die.choice(lines["join"]), **here), about)
    for place, role in enumerate(teller.people(10)):
        yield known(role)
        yield Say(f"back {place}", role.person.handle, teller.said(teller.die.choice(lines["back"]), **here))


def reposts(teller: Teller) -> Iterator[Step]:
    """One complaint that everybody passes on, some with words of their own."""
    author = teller.people(1)[0]
    yield known(author)
    words = teller.said("Day {days} without a line. @LumenHelp closed my ticket and called it solved. {emoji}")
    yield Say("spark", author.person.handle, words)
    passing = list(teller.strangers(REPOSTS + QUOTES))
    for place, person in enumerate(passing[:REPOSTS]):
        yield Say(f"repost {place}", person.handle, repost="spark")
    for place, person in enumerate(passing[REPOSTS:]):
        words = teller.said("{knock} {second}")
        yield Say(f"quote {place}", person.handle, words, quote="spark")


def thread(teller: Teller) -> Iterator[Step]:
    """One angry customer, sixty who join in, and answers that carry the brand along without naming it."""
    people = teller.people(ANGRY)
    author = people[0]
    yield from map(known, people)
    yield Say(
        "anger", author.person.handle, teller.said("@LumenHelp third time I ask, ref {order}. Where is my money?")
    )
    yield Say("sorry", teller.brand, f"@{author.person.handle} Sorry about that. Which order is it?", "anger")
    last = "sorry"
    for place in range(1, ANGRY):
        # A third goes on under itself, deeper and deeper; the others hang on what was said before.
        deeper = place % 3 == 0
        who = author if deeper else people[place]
        on = last if deeper else f"said {teller.die.randrange(1, place)}" if place > 1 else "anger"
        yield Say(f"said {place}", who.person.handle, teller.said("{second} {leaving_line}"), on)
        last = f"said {place}" if deeper else last
