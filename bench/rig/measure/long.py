"""Long streams: what they allocate, and whether memory stays flat while they run. Asked of managed memory, since the resident size of a
process moves by megabytes for reasons of its own; that is shown beside it."""
import threading
import time

from . import load, processes
from .phases import Phase

EVENTS = 10_000
STREAMS = 20            # at once, so that a few bytes kept per event are told from other changes of the heap
GAP_MS = 2
SECONDS = EVENTS * GAP_MS / 1000
PHASE = Phase("long", "stream", STREAMS, 0, SECONDS + 1.5, gap_ms=GAP_MS, chunks=EVENTS)
EARLY, LATE = 0.15, 0.95     # of a stream: between them memory is compared
AROUND = 0.05                # of a stream, before each: the samples that count


def run(rig, targets):
    """One run of long streams for each target that is a Causeway, warm and on its own."""
    runs = []
    for target in targets:
        try:
            target.start(rig)
            target.make_ready(rig)
            target.streams = True
            load.warm_up(rig, target)
            runs.append(measured(rig, target))
        finally:
            target.stop()
    return runs


def measured(rig, target):
    watch = Watch(rig, target)
    watch.start()
    record = load.generate(rig, target, PHASE)
    watch.join()
    return record | watch.seen | {"target": target.name, "phase": PHASE.id, "round": 0}


class Watch(threading.Thread):
    """Resident size throughout; managed size and allocated bytes at both marks."""

    def __init__(self, rig, target):
        super().__init__()
        self.rig, self.target = rig, target
        self.seen = {"rss_mib": []}

    def run(self):
        began = time.monotonic()
        for name, mark in (("early", EARLY), ("late", LATE)):
            while (gone := time.monotonic() - began) < mark * SECONDS:
                self.seen["rss_mib"].append((gone / SECONDS, processes.rss_mib(self.target.pid)))
                time.sleep(0.1)
            self.seen[name] = self.look()

    def look(self):
        gateway = self.target.gateway
        return {
            "chunks": self.rig.ask_mock("stats")["chunks"],
            "allocated": gateway.metric("dotnet_gc_heap_total_allocated_bytes_total"),
            "heap": gateway.metric("dotnet_gc_last_collection_heap_size_bytes")}


def bytes_per_event(run):
    """Managed bytes allocated between the marks for each event that the upstream sent."""
    early, late = run["early"], run["late"]
    return (late["allocated"] - early["allocated"]) / (late["chunks"] - early["chunks"])


def size_at(run, mark):
    """Resident MiB just before a mark: the least of a few samples, since collections come and go."""
    return min(mib for gone, mib in run["rss_mib"] if mark - AROUND <= gone <= mark)


def growth_kib(run):
    """What each stream came to hold between the marks: managed memory that collections left."""
    return (run["late"]["heap"] - run["early"]["heap"]) / 1024 / STREAMS
