"""The crowd: invented customers of an invented provider ("Lumen"), who talk on the pretend X.

Pure: no clock, no I/O but its own data files. Whoever runs it says what time it is and what the brand
answered, and is told what the people do next:

    crowd = Crowd(seed=1, brand="LumenHelp")
    for move in crowd.moves(now=60.0, replies=[]):
        ...

All people, streets and account numbers are invented, and so is the brand.
"""

from earful.sandbox.crowd.runner import Crowd
from earful.sandbox.crowd.said import Move, MoveKind, Person, Reply

__all__ = ["Crowd", "Move", "MoveKind", "Person", "Reply"]
