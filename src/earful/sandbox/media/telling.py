"""What is told about files, through the API: the alt text that one gives them, and looking them up by their keys."""

import msgspec

from earful.sandbox.asking import identifier, several
from earful.sandbox.gate import Answer, Call
from earful.sandbox.media.attaching import as_media
from earful.sandbox.media.fields import media_shape
from earful.sandbox.media.uploading import mine
from earful.sandbox.problems import invalid, missing

LONGEST_ALT = 1000


class Alt(msgspec.Struct, frozen=True):
    """Words for those who do not see a picture."""

    text: str


class Metadata(msgspec.Struct, frozen=True):
    """What is told about a file. X has more of it; only the alt text is kept here."""

    alt_text: Alt | None = None


class Description(msgspec.Struct):
    """The body that describes a file."""

    id: str
    metadata: Metadata = Metadata()


def describe(call: Call) -> Answer:
    """Keep the alt text of a file."""
    wanted = call.read(Description)
    described = mine(call, wanted.id)
    if wanted.metadata.alt_text is None:
        return Answer({"data": {"id": wanted.id, "associated_metadata": {}}})
    text = wanted.metadata.alt_text.text
    if not 1 <= len(text) <= LONGEST_ALT:
        raise invalid(f"alt_text has 1 to {LONGEST_ALT} characters", text=text[:80])
    call.world.uploads.describe(described, text)
    return Answer({"data": {"id": wanted.id, "associated_metadata": {"alt_text": {"text": text}}}})


def lookup(call: Call) -> Answer:
    """Files by their media keys."""
    return _shown(call, several(call.query, "media_keys"), many=True)


def one(call: Call) -> Answer:
    """One file by its media key."""
    return _shown(call, [call.path["media_key"]], many=False)


def _shown(call: Call, keys: list[str], *, many: bool) -> Answer:
    shaper, data = call.shaper(), []
    for key in keys:
        found = call.world.uploads.find(identifier(key.partition("_")[2], "media_keys"))
        if found is None or found.key != key or found.kind.private or not found.used:
            shaper.errors.append(missing(key, "media_keys" if many else "media_key", "media", call.vocabulary.name))
        else:
            item = as_media(call.world, found)
            data.append(media_shape(call.world, item, call.asked.media_fields))
    return Answer(shaper.whole(data if many else (data[0] if data else None)))
