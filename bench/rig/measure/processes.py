"""Processes: start them on chosen CPUs, find their children, weigh them, stop them."""
import os
import re
import signal
import subprocess
import time

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def cpu_set(text):
    """The CPUs of a list such as 0,2-3."""
    cpus = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        cpus |= set(range(int(first), int(last or first) + 1))
    return cpus


def confine(cpus, nice):
    """What a child does between fork and exec: take its CPUs and its priority."""
    def in_child():
        os.sched_setaffinity(0, cpus)
        if nice:
            os.setpriority(os.PRIO_PROCESS, 0, nice)
    return in_child


def spawn(command, cpus, nice, folder, env=None, log=None):
    output = open(log, "ab") if log else subprocess.DEVNULL
    try:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=str(folder),
            env={**os.environ, **(env or {})}, start_new_session=True, preexec_fn=confine(cpus, nice))
    finally:
        if log:
            output.close()


def stat_fields(pid):
    """The fields of /proc/PID/stat that follow the name (state, parent, ...), or None if it is gone."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            text = file.read()
    except OSError:
        return None
    return text[text.rindex(")") + 2:].split()


def all_pids():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def tree(pid):
    """A process and all its descendants."""
    children = {}
    for other in all_pids():
        fields = stat_fields(other)
        if fields:
            children.setdefault(int(fields[1]), []).append(other)
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def pin(pid, cpus):
    """Confines a running process, with its threads and children."""
    for member in tree(pid):
        for thread in os.listdir(f"/proc/{member}/task"):
            try:
                os.sched_setaffinity(int(thread), cpus)
            except OSError:
                pass


def stop(process):
    """Ends a process that we started, and what it started."""
    children = tree(process.pid)[1:]
    process.terminate()
    try:
        process.wait(8)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pid in children:
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            pass


def rss_mib(pid):
    """Resident memory of a process tree."""
    kib = 0
    for member in tree(pid):
        try:
            with open(f"/proc/{member}/status") as file:
                found = re.search(r"VmRSS:\s+(\d+)", file.read())
        except OSError:
            continue
        kib += int(found.group(1)) if found else 0
    return kib / 1024


def ticks_of_others(mine):
    """CPU ticks of every process that is not part of the measurement (exited children counted through their parents)."""
    ticks = 0
    for pid in all_pids():
        fields = None if pid in mine else stat_fields(pid)
        if fields:
            ticks += sum(map(int, fields[11:15]))
    return ticks


def cpus_of_others(before, mine, seconds):
    """How many CPUs the rest of the machine used since `before` was read."""
    return max(0, ticks_of_others(mine) - before) / TICKS_PER_SECOND / seconds


def busy_now(seconds=0.5):
    mine = {os.getpid()}
    before = ticks_of_others(mine)
    time.sleep(seconds)
    return cpus_of_others(before, mine, seconds)
