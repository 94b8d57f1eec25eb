"""The gateways that the rig can start by name, and what each needs to be there."""
import dataclasses
import pathlib
import shutil
import string
import sys
import typing

from . import callers
from .causeway import Causeway
from .session import BUILD, HERE
from .targets import Target, from_text

NODE = HERE / "peers" / "node"
PORTKEY = NODE / "node_modules/@portkey-ai/gateway/build/start-server.js"
CHAT_ONLY = "mock-chat"     # the provider of peers/causeway.yaml that does not offer Responses
INLINE = {"RELAY_INLINE": "1", "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS": "1"}


@dataclasses.dataclass(frozen=True)
class Peer:
    port: int
    needs: typing.Any                                # a file, or the name of a program
    launch: typing.Callable                          # (rig, target) -> (command, environment)
    prepare: typing.Callable = None
    model: str = "mock-model"
    headers: typing.Callable = lambda rig: []
    caller: callers.Caller = callers.CHAT
    gateway: Causeway = None

    def missing(self):
        found = self.needs.exists() if isinstance(self.needs, pathlib.Path) else shutil.which(self.needs)
        return None if found else getattr(self.needs, "name", self.needs)


def configured(port, program, file, *arguments):
    """A program that reads a configuration file: arguments may name {file} and {work}."""
    def launch(rig, _target):
        template = string.Template((HERE / "peers" / file).read_text())
        written = rig.work / file
        written.write_text(template.substitute(port=port, upstream=rig.options.mock_port, work=rig.work))
        return [program, *(part.format(file=written, work=rig.work) for part in arguments)], {}
    return Peer(port, program, launch)


def floor(port):
    program = BUILD / "floor"
    return Peer(port, program, lambda rig, _target: ([str(program), str(port), str(rig.options.mock_port)], {}))


def dotnet(port, name, **env):
    program = BUILD / name / name
    return Peer(port, program, lambda rig, _target: ([str(program)], {"PORT": str(port), "UPSTREAM": rig.upstream, **env}))


def node(port, needs, arguments, **more):
    def launch(rig, _target):
        env = {"PORT": str(port), "UPSTREAM": rig.upstream, "NODE_ENV": "production"}
        return ["node", *map(str, arguments)], env
    return Peer(port, needs, launch, **more)


def portkey(port, *before):
    return node(
        port, PORTKEY, [*before, PORTKEY, f"--port={port}", "--headless"],
        headers=lambda rig: ["x-portkey-provider: openai", f"x-portkey-custom-host: {rig.upstream}/v1"])


def gateway(port, executable, caller=callers.CHAT, provider="mock"):
    started = Causeway(executable, port)
    return Peer(
        port, pathlib.Path(executable), started.launch, started.prepare, model=f"{provider}/mock-model", caller=caller, gateway=started)


def catalogue(options):
    return {
        "floor": floor(9201),
        "nginx": configured(9202, "nginx", "nginx.conf", "-p", "{work}", "-c", "{file}"),
        "haproxy": configured(9203, "haproxy", "haproxy.cfg", "-q", "-db", "-f", "{file}"),
        "caddy": configured(9204, "caddy", "Caddyfile", "run", "--adapter", "caddyfile", "--config", "{file}"),
        "yarp": dotnet(9205, "yarp"),
        "yarp-forwarder": dotnet(9206, "yarp", YARP_MODE="forwarder"),
        "relay-httpclient": dotnet(9207, "relay", RELAY_MODE="httpclient"),
        "relay-scan": dotnet(9208, "relay", RELAY_MODE="scan"),
        "relay-dom": dotnet(9209, "relay", RELAY_MODE="dom"),
        "relay-rawup": dotnet(9210, "relay", RELAY_MODE="rawup"),
        "relay-rawall": dotnet(9211, "relay", RELAY_MODE="rawall"),
        "relay-scan-inline": dotnet(9215, "relay", RELAY_MODE="scan", **INLINE),
        "relay-rawall-inline": dotnet(9216, "relay", RELAY_MODE="rawall", **INLINE),
        "relay-epoll": dotnet(9217, "relay", RELAY_MODE="epoll"),
        "portkey": portkey(9212),
        "portkey-shim": portkey(9214, "-r", NODE / "portkey-shim.cjs"),
        "llms": node(9213, NODE / "node_modules/@musistudio/llms", [NODE / "llms.cjs"], model="mock,mock-model"),
        "causeway": gateway(9220, options.causeway),
        "causeway-aot": gateway(9221, options.causeway_aot),
        # The upstream offers chat completions only, so what these callers say is translated, and so is what they hear.
        "causeway-responses": gateway(9222, options.causeway, callers.RESPONSES, CHAT_ONLY),
        "causeway-messages": gateway(9223, options.causeway, callers.MESSAGES, CHAT_ONLY),
    }


def chosen(rig):
    """The mock itself, then the named peers that are there, then the targets of the command line."""
    known = catalogue(rig.options)
    found = [Target("direct", f"{rig.upstream}/v1")]
    for name in filter(None, rig.options.peers.split(",")):
        if name not in known:
            raise SystemExit(f"no peer is called {name}; see the command `list`")
        peer = known[name]
        if missing := peer.missing():
            print(f"# {name}: skipped, {missing} is not installed or built", file=sys.stderr)
            continue
        found.append(Target(
            name, f"http://127.0.0.1:{peer.port}/v1", model=peer.model, headers=peer.headers(rig), caller=peer.caller,
            launch=peer.launch, prepare=peer.prepare, gateway=peer.gateway))
    return found + [from_text(rig, text) for text in rig.options.target]
