"""A target: one gateway under measurement, however it was started."""
import dataclasses
import http.client
import json
import time
import typing
import urllib.error
import urllib.request

from . import processes

FILL = "Summarise the following paragraph in two sentences and list the named entities. " * 10


@dataclasses.dataclass
class Target:
    name: str
    url: str                                   # the base that /chat/completions is appended to
    model: str = "mock-model"
    key: str = "sk-bench-1"
    headers: list = dataclasses.field(default_factory=list)
    launch: typing.Callable = None             # (rig, target) -> (command, environment); None: it runs already, or is the mock
    prepare: typing.Callable = None            # (rig, target): what must be set up once it listens
    pid: int = None
    process: object = None
    streams: bool = False
    has_key: bool = False                      # Causeway: the key outlives a restart, since the store does

    def all_headers(self):
        return [f"Authorization: Bearer {self.key}", *self.headers]

    def body(self, stream, kib=1):
        request = {
            "model": self.model,
            "messages": [
                {"role": "system", "content": "You are a concise assistant."},
                {"role": "user", "content": FILL * max(1, kib)}],
            "temperature": 0.7,
            "max_tokens": 256,
        }
        if stream:
            request |= {"stream": True, "stream_options": {"include_usage": True}}
        return json.dumps(request, separators=(",", ":")).encode()

    def post(self, stream=False, timeout=10):
        headers = dict(line.split(": ", 1) for line in self.all_headers())
        request = urllib.request.Request(
            self.url + "/chat/completions", self.body(stream), {"Content-Type": "application/json", **headers})
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
        if status != 200 or json.loads(body)["usage"]["total_tokens"] != 152:
            found.append("plain reply differs")
        found += stream_faults(target)
    except Exception as error:  # whatever a gateway answers wrongly is a finding, not the end of the session
        found.append(describe(error))
    return found


def stream_faults(target):
    found = []
    _, body = target.post(stream=True)
    data = [line[5:].strip() for line in body.decode().split("\n") if line.startswith("data:")]
    events = [json.loads(text) for text in data if text != "[DONE]"]
    content = [choice for event in events for choice in event["choices"] if choice["delta"].get("content")]
    if len(content) != 5:
        found.append(f"stream had {len(content)} content chunks of 5")
    if data[-1:] == ["[DONE]"]:
        target.streams = True
    else:
        found.append("no [DONE]")
    if not any(event.get("usage") for event in events):
        found.append("no usage chunk")
    return found


def from_text(rig, text):
    """A target as the command line gives it: name=N;url=U;key=K;pid=P or cmd=C;model=M;header=H: V;pin=0."""
    fields, headers = {}, []
    for part in text.split(";"):
        name, _, value = part.partition("=")
        if name == "header":
            headers.append(value)
        elif name:
            fields[name] = value
    if "name" not in fields or "url" not in fields:
        raise SystemExit("--target needs name= and url=")
    target = Target(fields["name"], fields["url"].rstrip("/"), headers=headers)
    target.model = fields.get("model", target.model)
    target.key = fields.get("key", target.key)
    if "cmd" in fields:
        target.launch = lambda _rig, _target: (["sh", "-c", "exec " + fields["cmd"]], {})
    elif "pid" in fields:
        target.pid = int(fields["pid"])
        if fields.get("pin") != "0":
            processes.pin(target.pid, rig.gateway_cpus)
    return target
