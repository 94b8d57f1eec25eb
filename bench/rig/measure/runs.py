"""The sessions: rounds of phases over all targets, and cold starts."""
import json
import os
import pathlib
import socket
import sys
import time

from . import load, processes
from .results import broken
from .targets import faults

COLD_LIMIT_SECONDS = 30
IDLE_SECONDS = 2        # after the first reply, before the look at idle memory
PATHS = ("target", "out", "file", "causeway", "causeway_aot")


def meta(options):
    with open("/proc/cpuinfo") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "?")
    return {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "cpu": model,
        "cpus": os.cpu_count(),
        "kernel": os.uname().release,
        "args": {name: value for name, value in vars(options).items() if name not in PATHS},
    }


def note(*words):
    print("#", *words, file=sys.stderr, flush=True)


def run(rig, targets, phases, takes_part=lambda target, phase: True):
    """Rounds of phases. Within a round each phase runs for all targets one after the other, so that what is compared lies
    within the same minutes."""
    data = {"meta": meta(rig.options), "targets": {}, "runs": []}
    try:
        for target in targets:
            data["targets"][target.name] = start(rig, target)
        saturation = {}
        for round_ in range(rig.options.rounds):
            for phase in phases:
                for target in targets:
                    if takes_part(target, phase):
                        measure(rig, targets[0], target, phase, round_, saturation, data["runs"])
            save_partial(rig.options.out, data)
        for target in targets:
            if target.pid:
                data["targets"][target.name]["rss_end_mb"] = processes.rss_mib(target.pid)
    finally:
        for target in targets:
            target.stop()
    return data


def start(rig, target):
    """Starts a target, checks that it relays faithfully and warms it up."""
    target.start(rig)
    target.make_ready(rig)
    info = {"rss_idle_mb": processes.rss_mib(target.pid) if target.pid else None, "problems": faults(rig, target)}
    if info["problems"]:
        note(f"{target.name}: {'; '.join(info['problems'])}")
    if target.pid:
        load.warm_up(rig, target)
        info["rss_warm_mb"] = processes.rss_mib(target.pid)
    return info


def measure(rig, direct, target, phase, round_, saturation, runs):
    """One cell of the table, unless the target cannot take part in it."""
    reached = saturation.get(target.name)
    if phase.streams and not target.streams:
        return
    if phase.mode == "rate" and reached is not None and reached < phase.rate * 1.05:
        return
    if phase.mode == "half":
        if target is direct or reached is None:
            return
        record = load.measure_half(rig, target, direct, phase, reached)
    else:
        record = load.measure(rig, target, phase)
    record |= {"target": target.name, "phase": phase.id, "round": round_}
    runs.append(record)
    if "error" in record:
        note(f"{target.name} {phase.id}: {record['error']}")
        return
    if phase.id == "sat@0":
        saturation[target.name] = record["rps"]
    note(progress(record, phase))


def progress(record, phase):
    speed, latency = (record["chunks_per_s"], record["ttft"]) if phase.streams else (record["rps"], record["lat"])
    rss = record["watch"].get("gw", {}).get("rss_kb", 0) / 1024
    return (
        f"{record['round']} {phase.id:9} {record['target']:18} {speed:9.0f}/s p50 {latency['p50']:9.0f} p99 {latency['p99']:9.0f} us"
        f"  cpu {record['cpu_us'] or 0:7.1f} us  rss {rss:6.0f} MiB  gw {record['gw_busy']:.2f} load {record['load_busy']:.2f}"
        f" foreign {record['foreign']:.2f} broken {broken(record)}")


def save_partial(out, data):
    folder = pathlib.Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "partial.json").write_text(json.dumps(data))


def cold(rig, targets):
    """From the start of the process to its first served request, round by round."""
    targets = [target for target in targets if target.launch]
    rig.shape_replies(chunks=5, interval_ms=1)
    os.sched_setaffinity(0, rig.load_cpus)
    for target in targets:
        set_up(rig, target)
    starts = []
    for round_ in range(rig.options.rounds):
        for target in targets:
            try:
                starts.append({"target": target.name, "round": round_, **cold_start(rig, target)})
            finally:
                target.stop()
            note(starts[-1])
    return {"meta": meta(rig.options), "cold": starts}


def set_up(rig, target):
    """Where a target needs something made before it can serve (Causeway: a key), a first start that does not count makes it."""
    if target.prepare:
        try:
            target.start(rig)
            target.make_ready(rig)
        finally:
            target.stop()


def cold_start(rig, target):
    request, address = raw_request(target)
    began = time.monotonic()
    target.start(rig)
    accepted = served = first = None
    while served is None and time.monotonic() - began < COLD_LIMIT_SECONDS:
        try:
            with socket.create_connection(address, timeout=10) as connection:
                accepted = accepted or time.monotonic() - began
                asked = time.monotonic()
                connection.sendall(request)
                reply = read_all(connection)
        except OSError:
            time.sleep(0.001)
            continue
        if reply.startswith(b"HTTP/1.1 200"):
            served, first = time.monotonic() - began, time.monotonic() - asked
        else:
            time.sleep(0.002)
    rss = processes.rss_mib(target.pid)
    foreign = processes.busy_now(IDLE_SECONDS)
    in_ms = lambda seconds: None if seconds is None else seconds * 1e3
    return {"accept_ms": in_ms(accepted), "served_ms": in_ms(served), "first_request_ms": in_ms(first),
            "rss_mb": rss, "rss_idle_mb": processes.rss_mib(target.pid), "foreign": foreign}


def raw_request(target):
    """The bytes of one plain request that closes its connection, and where to send them."""
    host_and_port, _, path = target.address.removeprefix("http://").partition("/")
    host, _, port = host_and_port.partition(":")
    body = target.body(stream=False)
    lines = [
        f"POST /{path} HTTP/1.1", f"Host: {host_and_port}", "Content-Type: application/json", "Connection: close",
        *target.all_headers(), f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body, (host, int(port))


def read_all(connection):
    data = b""
    while part := connection.recv(65536):
        data += part
    return data
