"""Causeway itself as a target: its file, its readiness, its key, its admin API and metrics."""
import json
import pathlib
import secrets
import string
import urllib.request

from .session import HERE


class Causeway:
    """Starts `causeway up` on a file and a store of its own; a later start of the same target finds the same store and token."""

    def __init__(self, executable, port, more_providers=""):
        self.program = pathlib.Path(executable).resolve()
        self.port = port
        self.more_providers = more_providers    # YAML, appended to the list of providers
        self.token = secrets.token_hex(24)

    def launch(self, rig, target):
        folder = rig.work / target.name
        folder.mkdir(exist_ok=True)
        template = string.Template((HERE / "peers" / "causeway.yaml").read_text())
        text = template.substitute(port=self.port, work=folder, token=self.token, upstream=rig.options.mock_port)
        file = folder / "causeway.yaml"
        file.write_text(text + self.more_providers)
        return [str(self.program), "up", "--config", str(file)], {}

    def prepare(self, rig, target):
        target.wait_until(rig, lambda: self.get("readyz"), "not ready")
        if not target.has_key:
            target.key = target.wait_until(rig, self.key, "no key", limit=5)["key"]
            target.has_key = True

    def key(self):
        """A key under two grants with limits, so that every request is held and settled on a path of four limits."""
        team = self.make("grants", {"holder": "team/bench", "env": ["dev"], "usd": ["1000000/month"], "requests": ["100000000/day"]})["id"]
        feature = self.make("grants", {"parent": team, "holder": "feature/rig", "usd": ["100000/day"], "tokens": ["1000G/day"]})["id"]
        return self.make("keys", {"team": "bench", "feature": "rig", "env": "dev", "grant": feature})

    def make(self, what, body):
        """Has the admin API make a key, a release or a channel."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v1/{what}", json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=5) as reply:
            return json.loads(reply.read())

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{path}", timeout=5) as reply:
            return reply.read()

    def metric(self, name):
        """The sum of a metric over its labels; 0 where there is none."""
        lines = self.get("metrics").decode().split("\n")
        return sum(float(line.split(" ")[1]) for line in lines if line.split(" ")[0].partition("{")[0] == name)
