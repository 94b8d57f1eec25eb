"""One session of the rig: its options, its working folder and the mock upstream."""
import contextlib
import dataclasses
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import urllib.request

from . import processes

HERE = pathlib.Path(__file__).resolve().parent.parent
BUILD = HERE / ".build"


@dataclasses.dataclass
class Rig:
    options: object
    work: pathlib.Path
    mock: subprocess.Popen = None

    @property
    def gateway_cpus(self):
        return processes.cpu_set(self.options.gateway_cpus)

    @property
    def load_cpus(self):
        return processes.cpu_set(self.options.load_cpus)

    @property
    def upstream(self):
        return f"http://127.0.0.1:{self.options.mock_port}"

    def spawn(self, command, cpus, env=None, log=None):
        return processes.spawn(command, cpus, self.options.nice, self.work, env, log)

    def ask_mock(self, path):
        with urllib.request.urlopen(f"{self.upstream}/mock/{path}", timeout=10) as reply:
            return json.loads(reply.read())

    def shape_replies(self, latency_ms=0, chunks=5, interval_ms=1):
        self.ask_mock(f"set?latency_ms={latency_ms}&chunks={chunks}&interval_ms={interval_ms}")


@contextlib.contextmanager
def session(options):
    """Builds the C parts, starts the mock upstream, and clears up however the session ends."""
    subprocess.run(["make", "-s", "-C", str(HERE)], check=True)
    work = pathlib.Path(tempfile.mkdtemp(prefix="bench"))
    os.chmod(work, 0o755)
    rig = Rig(options, work)
    try:
        rig.mock = rig.spawn([str(BUILD / "mock"), "--port", str(options.mock_port)], rig.load_cpus)
        time.sleep(0.2)
        if rig.mock.poll() is not None:
            raise SystemExit(f"the mock upstream did not start: is port {options.mock_port} in use?")
        yield rig
    finally:
        if rig.mock:
            processes.stop(rig.mock)
        shutil.rmtree(work, ignore_errors=True)
