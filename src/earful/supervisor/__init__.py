"""One supervisor for the desk's processes: starts them in order, restarts what dies, ends all together."""

from earful.supervisor.processes import Process, Supervisor, pause_after

__all__ = ["Process", "Supervisor", "pause_after"]
