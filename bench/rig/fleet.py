#!/usr/bin/env python3
"""Several instances on one PostgreSQL: what they serve together, and how long a change takes to hold on all of them. See README.md."""
import argparse
import contextlib
import http.client
import json
import pathlib
import subprocess
import time

from measure import processes
from measure.causeway import Causeway
from measure.session import BUILD, session


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", help="an empty database: postgres://USER@HOST:PORT/DATABASE")
    parser.add_argument("--causeway", default=str(BUILD / "causeway" / "causeway"), help="the executable that the SDK built")
    parser.add_argument("--instances", type=int, default=3, help="the most that are started")
    parser.add_argument("--changes", type=int, default=200)
    parser.add_argument("--rate", type=int, default=1000, help="requests a second of all, while changes are made")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--warmup", type=int, default=10)
    parser.add_argument("--gateway-cpus", default="0")
    parser.add_argument("--load-cpus", default="1")
    parser.add_argument("--mock-port", type=int, default=9100)
    parser.add_argument("--port", type=int, default=9300)
    parser.add_argument("--nice", type=int, default=0)
    return parser.parse_args()


class Fleet:
    """Instances on one store, one file and one set of master keys."""

    def __init__(self, rig, options):
        self.rig, self.options, self.running = rig, options, []
        self.admin = Causeway(options.causeway, options.port)
        self.key = None

    def join(self):
        port = self.options.port + len(self.running)
        file = self.rig.work / f"{port}.yaml"
        file.write_text(f"""listen: 127.0.0.1:{port}
store: {self.options.store}
admin: {{ token: {self.admin.token} }}
providers:
  - {{ name: mock, protocol: openai, endpoint: "http://127.0.0.1:{self.options.mock_port}/v1", key: sk-upstream, prices: {{ mock-model: {{ input: 1, output: 2 }} }} }}
""")
        process = self.rig.spawn([str(pathlib.Path(self.options.causeway).resolve()), "up", "--config", str(file)], self.rig.gateway_cpus, log=self.rig.work / f"{port}.log")
        self.running.append((port, process))
        self.wait(port, process)
        self.key = self.key or self.admin.key()["key"]

    def wait(self, port, process):
        until = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < until:
            with contextlib.suppress(OSError):
                if ask(port, "GET", "/readyz")[0] == 200:
                    return
        raise SystemExit((self.rig.work / f"{port}.log").read_text() or "an instance did not start")

    def load(self, seconds, warmup, rate=0, connections=16):
        """Starts the load on every instance; what each generator printed comes from finish."""
        body = self.rig.work / "body.json"
        body.write_text(json.dumps({"model": "mock/mock-model", "messages": [{"role": "user", "content": "x" * 900}]}))
        each = []
        for port, process in self.running:
            command = [str(BUILD / "load"), "--mode", "rate" if rate else "closed", "--url", f"http://127.0.0.1:{port}/v1/chat/completions", "--body", str(body),
                       "-c", str(max(1, connections // len(self.running))), "-w", str(warmup), "-d", str(seconds), "--header", f"Authorization: Bearer {self.key}",
                       "--watch", f"gw={process.pid}"]
            command += ["-r", str(rate // len(self.running))] if rate else []
            each.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=processes.confine(self.rig.load_cpus, self.options.nice)))
        return each

    def stop(self):
        for _, process in self.running:
            processes.stop(process)


def ask(port, method, path, token=None, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if body is not None:
        headers["Content-Type"] = "application/json"
    connection.request(method, path, json.dumps(body) if body is not None else None, headers)
    reply = connection.getresponse()
    answer = reply.status, reply.read(), dict(reply.getheaders())
    connection.close()
    return answer


def finish(generators):
    return [json.loads(generator.communicate(timeout=180)[0]) for generator in generators]


def changes(fleet):
    """Makes and revokes keys at one instance after another; each time how long until all have applied it, and whether all refuse it then."""
    took, wrong = [], 0
    ports = [port for port, _ in fleet.running]
    for i in range(fleet.options.changes):
        here = ports[i % len(ports)]
        made = json.loads(ask(here, "POST", "/api/v1/keys", fleet.admin.token, {"team": "fleet", "feature": "f", "env": "dev"})[1])
        began = time.monotonic()
        status, _, headers = ask(here, "DELETE", f"/api/v1/keys/{made['id']}", fleet.admin.token)
        took.append((time.monotonic() - began) * 1000)
        wrong += status != 200 or headers.get("x-causeway-applied") != f"{len(ports)}/{len(ports)}"
        wrong += sum(ask(port, "GET", "/v1/models", made["key"])[0] != 401 for port in ports)
    took.sort()
    return {"n": len(took), "p50_ms": took[len(took) // 2], "p99_ms": took[len(took) * 99 // 100], "max_ms": took[-1], "wrong": wrong}


def main():
    options = arguments()
    with session(options) as rig:
        fleet = Fleet(rig, options)
        try:
            rows = []
            for _ in range(options.instances):
                fleet.join()
                done = finish(fleet.load(options.seconds, options.warmup))
                requests, micros = sum(one["lat"]["n"] for one in done), sum(one["watch"]["gw"]["cpu_us"] for one in done)
                rows.append((len(fleet.running), requests / options.seconds, micros / requests, sum(one.get("errors", 0) for one in done)))
                print(f"{len(fleet.running)} instances: {requests / options.seconds:,.0f} requests/s, {micros / requests:.0f} us CPU of the gateways each, latency {[one['lat'] for one in done][0]}", flush=True)
            under = fleet.load(60, 1, options.rate)
            time.sleep(3)
            result = changes(fleet)
            for generator in under:
                generator.terminate()
            print(f"a key revoked under {options.rate:,} requests/s, until all {len(fleet.running)} have applied it: {result}")
        finally:
            fleet.stop()


if __name__ == "__main__":
    main()
