"""A worker in a process of its own, killed by SIGKILL at one request: before it leaves, or once it is answered."""

import subprocess
import sys

from building import for_a_process

CODE = """
import os, signal, sys
import django
django.setup()
from earful.channels import access
from earful.replies import deeds, outbox

class Deadly:
    def __init__(self, moment, number):
        self.moment, self.left = moment, number

    def before(self, account, request):
        self.left -= 1
        self.strike("before")

    def after(self, account, request, response):
        self.strike("after")

    def strike(self, moment):
        if self.left < 0 and moment == self.moment:
            os.kill(os.getpid(), signal.SIGKILL)

outbox.take_over()
wire = access.exchange(Deadly(sys.argv[1], int(sys.argv[2])))
while outbox.deliver_due(wire.run, limit=1) + deeds.do_due(wire.run, limit=1):
    pass
"""


def killed_at(moment: str, number: int) -> bool:
    """Let a worker do what is due; whether it came to the request of this number (0 is the first) and was killed."""
    command = [sys.executable, "-c", CODE, moment, str(number)]
    ended = subprocess.run(command, env=for_a_process(), timeout=60, check=False, capture_output=True, text=True)
    assert ended.returncode in (0, -9), ended.stderr
    return ended.returncode == -9
