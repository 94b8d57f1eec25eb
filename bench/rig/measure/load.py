"""One measured run of the load generator against one target."""
import dataclasses
import json
import os
import subprocess
import time

from . import processes
from .phases import Phase
from .session import BUILD

QUIET = 0.12            # CPUs that others may use during a run before it is repeated
SETTLE_SECONDS = 1      # between a warm-up and the look at resident memory


def generate(rig, target, phase):
    """Runs the load once. The record holds what the generator printed, and what the processes used meanwhile."""
    rig.shape_replies(phase.latency_ms, phase.chunks or rig.options.chunks, phase.gap_ms)
    mine = {os.getpid(), rig.mock.pid, *target.pids()}
    rss_before = processes.rss_mib(target.pid) if target.pid else 0
    stats_before, others_before, began = rig.ask_mock("stats"), processes.ticks_of_others(mine), time.monotonic()
    done = subprocess.run(
        generator_command(rig, target, phase), capture_output=True, text=True, timeout=180,
        preexec_fn=processes.confine(rig.load_cpus, rig.options.nice))
    if done.returncode:
        return {"error": done.stderr.strip() or done.stdout[:200]}
    record = json.loads(done.stdout)
    record["foreign"] = processes.cpus_of_others(others_before, mine, time.monotonic() - began)
    stats_after = rig.ask_mock("stats")
    record["upstream_new_conns"] = stats_after["accepted"] - stats_before["accepted"] - 1
    record["upstream_requests"] = stats_after["requests"] - stats_before["requests"]
    record["rss_before_kb"] = rss_before * 1024
    add_cpu(record, phase, len(rig.load_cpus))
    return record


def generator_command(rig, target, phase):
    body = rig.work / "body.json"
    body.write_bytes(target.body(phase.streams, rig.options.body_kb))
    command = [
        str(BUILD / "load"), "--mode", phase.mode, "--url", target.address, "--body", str(body),
        "-c", str(phase.connections), "-w", str(phase.warmup), "-d", str(phase.seconds), "--watch", f"mock={rig.mock.pid}"]
    if phase.rate:
        command += ["-r", str(phase.rate)]
    if phase.streams:
        # Streams start spread over the life of one, so that their ends and restarts are spread too.
        chunks = phase.chunks or rig.options.chunks
        ramp = min(phase.warmup - 1, chunks * phase.gap_ms / 1000)
        command += ["--expect-chunks", str(chunks), "--ramp", str(max(0, ramp))]
        command += ["--chunk-mark", target.caller.chunk_mark, "--end-mark", target.caller.end]
    for header in target.all_headers():
        command += ["--header", header]
    if target.pid:
        command += ["--watch", "gw=" + ",".join(map(str, target.pids()))]
    return command


def add_cpu(record, phase, load_cpus):
    micros = record["watch"].get("gw", {}).get("cpu_us", 0)
    count = record["chunks"] if phase.streams else record["lat"]["n"]
    record["cpu_us"] = micros / count if count else None
    record["gw_busy"] = micros / 1e6 / record["secs"]
    load_micros = record["watch"]["mock"]["cpu_us"] + record["self_cpu_us"]
    record["load_busy"] = load_micros / 1e6 / record["secs"] / load_cpus


def measure(rig, target, phase):
    """The quietest of a few attempts, each begun when the machine is idle or the wait for that is over."""
    best = None
    for _ in range(1 + rig.options.retries):
        give_up = time.monotonic() + rig.options.quiet_wait
        while time.monotonic() < give_up and processes.busy_now() > 0.15:
            pass
        record = generate(rig, target, phase)
        if "error" in record:
            return record
        if best is None or record["foreign"] < best["foreign"]:
            best = record
        if best["foreign"] < QUIET:
            break
    return best


def measure_half(rig, target, direct, phase, saturation):
    """The target at half of what it reached at saturation, and beside it the upstream without a gateway at the same rate."""
    fixed = dataclasses.replace(phase, mode="rate", rate=round(saturation / 2, 1))
    baseline = measure(rig, direct, fixed)
    record = baseline if "error" in baseline else measure(rig, target, fixed)
    if "error" not in record:
        record |= {"rate": fixed.rate, "baseline": baseline}
    return record


def warm_up(rig, target):
    """Full load until tiered compilation settles, plain and streamed: what grows in it is the program, not the load's memory."""
    seconds = rig.options.warmup
    generate(rig, target, Phase("warm", "closed", 64, 0.2, seconds))
    if target.streams:
        generate(rig, target, Phase("warm", "stream", 64, 1, max(1, seconds / 4), gap_ms=2))
    time.sleep(SETTLE_SECONDS)
