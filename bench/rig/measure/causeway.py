"""Causeway itself as a target: its file, its readiness, its key."""
import json
import pathlib
import secrets
import string
import urllib.request

from .session import HERE


def launcher(executable, port):
    """Starts `causeway up` on a file and a store of its own; a later start of the same target finds the same store and token."""
    token = secrets.token_hex(24)
    program = pathlib.Path(executable).resolve()

    def launch(rig, target):
        folder = rig.work / target.name
        folder.mkdir(exist_ok=True)
        template = string.Template((HERE / "peers" / "causeway.yaml").read_text())
        file = folder / "causeway.yaml"
        file.write_text(template.substitute(port=port, work=folder, token=token, upstream=rig.options.mock_port))
        return [str(program), "up", "--config", str(file)], {}

    def prepare(rig, target):
        target.wait_until(rig, lambda: request(f"http://127.0.0.1:{port}/readyz"), "not ready")
        if not target.has_key:
            grant = {"team": "bench", "feature": "rig", "env": "dev"}
            answer = target.wait_until(
                rig, lambda: request(f"http://127.0.0.1:{port}/api/v1/keys", token, grant), "no key", limit=5)
            target.key = json.loads(answer)["key"]
            target.has_key = True

    return launch, prepare


def request(url, token=None, body=None):
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = json.dumps(body).encode() if body else None
    with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=5) as reply:
        return reply.read()
