"""A target: one gateway under measurement, however it was started."""
import dataclasses
import http.client
import json
import time
import typing
import urllib.error
import urllib.request

from . import callers, processes

FILL = "Summarise the following paragraph in two sentences and list the named entities. " * 10


@dataclasses.dataclass
class Target:
    name: str
    url: str                                   # the base that the caller's path is appended to
    model: str = "mock-model"
    key: str = "sk-bench-1"
    headers: list = dataclasses.field(default_factory=list)
    caller: callers.Caller = callers.CHAT      # what is spoken to it; the upstream speaks chat completions
    launch: typing.Callable = None             # (rig, target) -> (command, environment); None: it runs already, or is the mock
    prepare: typing.Callable = None            # (rig, target): what must be set up once it listens
    gateway: typing.Any = None                 # Causeway: its admin API and metrics
    pid: int = None
    process: object = None
    streams: bool = False
    has_key: bool = False                      # Causeway: the key outlives a restart, since the store does

    @property
    def address(self):
        return self.url + self.caller.path

    def all_headers(self):
        return [f"Authorization: Bearer {self.key}", *self.headers]

    def body(self, stream, kib=1):
        request = self.caller.ask(self.model, FILL * max(1, kib), stream)
        return json.dumps(request, separators=(",", ":")).encode()

    def post(self, stream=False, timeout=10):
        headers = dict(line.split(": ", 1) for line in self.all_headers())
        request = urllib.request.Request(
            self.address, self.body(stream), {"Content-Type": "application/json", **headers})
        with urllib.request.urlopen(request, timeout=timeout) as reply:
            return reply.status, reply.read()

    def pids(self):
        return processes.tree(self.pid) if self.pid else []

    def log(self, rig):
        return rig.work / f"{self.name}.log"

    def start(self, rig):
        if self.launch is None:
            return
        command, env = self.launch(rig, self)
        self.process = rig.spawn(command, rig.gateway_cpus, env, self.log(rig))
        self.pid = self.process.pid

    def stop(self):
        if self.process:
            processes.stop(self.process)
            self.process = self.pid = None

    def wait_until(self, rig, attempt, what, limit=60):
        """Repeats `attempt` until it raises nothing; says what the target's log said if that never happens."""
        end = time.monotonic() + limit
        problem = None
        while time.monotonic() < end:
            if self.process and self.process.poll() is not None:
                problem = f"it ended with exit code {self.process.returncode}"
                break
            try:
                return attempt()
            except (OSError, ValueError, http.client.HTTPException) as error:
                problem = describe(error)
                time.sleep(0.05)
        log = self.log(rig)
        tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
        raise SystemExit(f"{self.name}: {what}: {problem}\n{tail}")

    def make_ready(self, rig):
        if self.prepare:
            self.prepare(rig, self)
        self.wait_until(rig, self.post, "no reply through it")


def describe(error):
    if isinstance(error, urllib.error.HTTPError):
        return f"HTTP {error.code} {error.read()[:300].decode(errors='replace')}"
    return f"{type(error).__name__}: {error}"


def faults(rig, target):
    """What the target does not relay faithfully: one plain reply and one stream of five chunks. Notes whether it can stream."""
    found = []
    target.streams = False
    try:
        rig.shape_replies(chunks=5, interval_ms=1)
        status, body = target.post()
        if status != 200 or target.caller.tokens(json.loads(body)) != 152:
            found.append("plain reply differs")
        found += stream_faults(target)
    except Exception as error:  # whatever a gateway answers wrongly is a finding, not the end of the session
        found.append(describe(error))
    return found


def stream_faults(target):
    found = []
    _, body = target.post(stream=True)
    events, target.streams = target.caller.read_stream(body)
    pieces = sum(map(target.caller.is_piece, events))
    if pieces != 5:
        found.append(f"stream had {pieces} pieces of text of 5")
    if not target.streams:
        found.append(f"no {target.caller.end} at the end")
    if not any(map(target.caller.tokens, events)):
        found.append("no usage in the stream")
    return found


def from_text(rig, text):
    """A target as the command line gives it: name=N;url=U;key=K;pid=P or cmd=C;model=M;caller=C;header=H: V;pin=0."""
    fields, headers = {}, []
    for part in text.split(";"):
        name, _, value = part.partition("=")
        if name == "header":
            headers.append(value)
        elif name:
            fields[name] = value
    if "name" not in fields or "url" not in fields:
        raise SystemExit("--target needs name= and url=")
    spoken = fields.get("caller", callers.CHAT.name)
    if spoken not in callers.ALL:
        raise SystemExit(f"no caller speaks {spoken}; there are {', '.join(callers.ALL)}")
    target = Target(fields["name"], fields["url"].rstrip("/"), headers=headers, caller=callers.ALL[spoken])
    target.model = fields.get("model", target.model)
    target.key = fields.get("key", target.key)
    if "cmd" in fields:
        target.launch = lambda _rig, _target: (["sh", "-c", "exec " + fields["cmd"]], {})
    elif "pid" in fields:
        target.pid = int(fields["pid"])
        if fields.get("pin") != "0":
            processes.pin(target.pid, rig.gateway_cpus)
    return target
