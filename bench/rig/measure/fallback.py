"""What a fallback adds: requests whose first pin refuses the connection, between requests that need none."""
import contextlib
import http.client
import os
import socket
import time

from . import processes
from .causeway import Causeway
from .load import QUIET
from .targets import Target

NAME = PHASE = "fallback"
PORT = 9224
PAIRS = 2000
WARM_PAIRS = 500
RATE = 200              # requests per second
# A circuit opens at twenty calls in ten seconds, and then there is no refused connection to measure. So many pins see fewer.
PINS = 80
STRAIGHT = "straight"   # the channel that needs no fallback
MODEL = "mock/mock-model"


def run(rig):
    """Latencies of both kinds of request in turn, as a run of its own phase."""
    with refusing_port() as refusing:
        gateway = Causeway(rig.options.causeway, PORT, refusing_provider(refusing))
        target = Target(NAME, f"http://127.0.0.1:{PORT}/v1", model=MODEL, launch=gateway.launch, prepare=gateway.prepare)
        rig.shape_replies()
        os.sched_setaffinity(0, rig.load_cpus)
        try:
            target.start(rig)
            target.make_ready(rig)
            make_channels(gateway)
            return measured(rig, target)
        finally:
            target.stop()


@contextlib.contextmanager
def refusing_port():
    """A port that is taken and that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def refusing_provider(port):
    lines = ["  - name: dead", "    protocol: openai", f"    endpoint: http://127.0.0.1:{port}/v1", "    key: sk-upstream", "    prices:"]
    return "\n".join([*lines, *(f"      {model(pin)}: {{ input: 1, output: 2 }}" for pin in range(PINS)), ""])


def model(pin):
    return f"dead-{pin:02}"


def channel(pair):
    return f"fallback-{pair % PINS:02}"


def make_channels(gateway):
    for pin in range(PINS):
        point(gateway, channel(pin), [f"dead/{model(pin)}", MODEL])
    point(gateway, STRAIGHT, [MODEL])


def point(gateway, name, pins):
    release = gateway.make("releases", {"pins": pins})
    gateway.make("channels", {"name": name, "release": release["id"]})


def measured(rig, target):
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
    bodies = {name: body(target, name) for name in [STRAIGHT, *map(channel, range(PINS))]}
    headers = {"Content-Type": "application/json", **dict(line.split(": ", 1) for line in target.all_headers())}

    def timed(name, calls):
        asked = time.perf_counter_ns()
        connection.request("POST", "/v1/chat/completions", bodies[name], headers)
        reply = connection.getresponse()
        reply.read()
        micros = (time.perf_counter_ns() - asked) / 1e3
        return micros if reply.status == 200 and reply.headers["x-causeway-attempts"] == calls else None

    pairs(timed, WARM_PAIRS)
    mine = {os.getpid(), rig.mock.pid, *target.pids()}
    before, began = processes.ticks_of_others(mine), time.monotonic()
    found = pairs(timed, PAIRS)
    foreign = processes.cpus_of_others(before, mine, time.monotonic() - began)
    whole = [pair for pair in found if None not in pair]
    return {
        "target": NAME, "phase": PHASE, "round": 0, "pairs_us": whole, "foreign": foreign, "load_busy": 0,
        "bad_status": len(found) - len(whole), "eof": 0, "bad_streams": 0, "stuck": 0, "connect_errors": 0}


def body(target, name):
    target.model = name
    return target.body(stream=False)


def pairs(timed, count):
    """(straight, fallback) in microseconds, each first in every other pair, on a fixed schedule."""
    found, due = [], time.monotonic()
    for pair in range(count):
        kinds = [(STRAIGHT, "1"), (channel(pair), "2")]
        taken = {}
        for name, calls in kinds if pair % 2 else reversed(kinds):
            due += 1 / RATE
            time.sleep(max(0, due - time.monotonic()))
            taken[calls] = timed(name, calls)
        found.append((taken["1"], taken["2"]))
    return found


def added_ms(run, share):
    """What a fallback added to the request next to it, at a quantile of the pairs."""
    return quantile([fallback - straight for straight, fallback in run["pairs_us"]], share) / 1e3


def latency_ms(run, kind, share):
    """A quantile of the requests themselves; kind 0: straight, 1: with a fallback."""
    return quantile([pair[kind] for pair in run["pairs_us"]], share) / 1e3


def quantile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
