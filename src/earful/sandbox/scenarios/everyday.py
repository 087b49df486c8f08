"""Stories of a day on which nothing much happens: a quiet one, and one in private."""

from collections.abc import Iterator

from earful.sandbox.scenarios.steps import Befall, Chat, Say, Step, Teller, Whisper, known
from earful.sandbox.states import State

QUIET = 8
PRIVATE = 12


def quiet(teller: Teller) -> Iterator[Step]:
    """A few people with everyday questions, one of them answered and thankful."""
    yield Say("morning", teller.brand, "Good morning! We are here until eight tonight.")
    people = teller.people(QUIET)
    lines = [line for line in teller.book.pool if not line.who and line.speaks == "en" and "@LumenHelp" in line.say]
    for place, (role, line) in enumerate(zip(people, teller.die.sample(lines, QUIET), strict=True)):
        yield known(role)
        yield Say(f"asks {place}", role.person.handle, teller.said(line.say, city=role.home))
    yield Say("answers", teller.brand, f"Hello {people[0].person.name.split()[0]}, we are looking into it.", "asks 0")
    yield Say("thanks", people[0].person.handle, f"@{teller.brand} thank you, that was quick", "answers")


def private(teller: Teller) -> Iterator[Step]:
    """People who write in private: some wait for an answer, some got one, one came from a public post, some write what
    only the two can read, and one takes no more messages.
    """
    people = teller.people(PRIVATE)
    yield from map(known, people)
    first = people[0].person.handle
    yield Say("public", first, f"@{teller.brand} nobody answers my mails, what now?")
    yield Say("invites", teller.brand, f"@{first} Please send us a private message, we will help.", "public")
    for place, role in enumerate(people):
        words = teller.said("Hello, my order {order} has not come. My number is {phone}. {manners}")
        yield Whisper(f"writes {place}", role.person.handle, teller.brand, words)
        if place % 3 == 0:
            yield Whisper(f"answers {place}", teller.brand, role.person.handle, "Thank you. We are looking into it.")
        if place % 4 == 1:
            yield Chat(role.person.handle, teller.brand)
        if place % 6 == 0:
            yield Whisper(f"again {place}", role.person.handle, teller.brand, "Any news? 🙏")
    yield Befall(people[-1].person.handle, State(letters="closed"))
    yield Befall(people[-2].person.handle, State(protected=True))
