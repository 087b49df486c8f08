"""A supervisor to be stopped and killed: keeps each shell command of its command line running until SIGTERM.

python keeper.py COMMAND ...
"""

import sys

from earful.supervisor.processes import Process, Supervisor

supervisor = Supervisor()
supervisor.on_signals()
for number, command in enumerate(sys.argv[1:]):
    supervisor.start(Process(f"child {number}", ["sh", "-c", command]))
print("running", flush=True)
try:
    supervisor.run()
finally:
    supervisor.end_all()
