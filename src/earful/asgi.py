"""The events process: `granian --interface asgi earful.asgi:application`. Its settings come from the environment."""

from earful import settings
from earful.pulse.stream import Events

application = Events(settings.DATABASE_URL, settings.SECRET_KEY)
