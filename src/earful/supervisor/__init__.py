"""One supervisor for the desk's processes: starts them in order, restarts what dies, ends all together."""

from earful.supervisor.processes import Process, Supervisor

__all__ = ["Process", "Supervisor"]
