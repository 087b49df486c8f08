"""A process of its own that works on the tests' database, killed by SIGKILL at one request: before it leaves, or once
it is answered.
"""

import subprocess
import sys

from building import for_a_process

_DEADLY = """
import os, signal, sys
import django
django.setup()
from earful.channels import access

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

wire = access.exchange(Deadly(sys.argv[1], int(sys.argv[2])))
"""


def killed_at(moment: str, number: int, work: str) -> bool:
    """Let a process do `work`, Python that talks over `wire`; whether it came to the request of this number (0 is the
    first) and was killed.
    """
    process = begun(work, moment, str(number))
    _, errors = process.communicate(timeout=60)
    assert process.returncode in (0, -9), errors
    return process.returncode == -9


def begun(work: str, moment: str = "never", number: str = "0") -> subprocess.Popen[str]:
    """The process; killed at no request by itself."""
    command = [sys.executable, "-c", _DEADLY + work, moment, number]
    return subprocess.Popen(command, env=for_a_process(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
