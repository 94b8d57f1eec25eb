#!/usr/bin/env python3
"""Side-by-side measurement of LLM gateways in front of a mock OpenAI upstream. See README.md."""
import argparse
import json
import pathlib
import resource
import signal
import sys
import time

from measure import fallback, figures, long, peers, phases, report, runs
from measure.session import BUILD, session


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["figures", "run", "cold", "long", "fallback", "report", "list"])
    parser.add_argument("file", nargs="?", help="for report: the JSON of an earlier session")
    parser.add_argument("--peers", default="nginx", help="comma-separated; see list (figures chooses its own)")
    parser.add_argument("--target", action="append", default=[],
                        help="name=N;url=http://127.0.0.1:PORT/v1;key=K;pid=P or cmd=COMMAND;model=M;header=H: V")
    parser.add_argument("--subject", default="causeway", help="figures: the target that is judged; a peer, or the name of a --target")
    parser.add_argument("--causeway", default=str(BUILD / "causeway" / "causeway"), help="the executable that the SDK built")
    parser.add_argument("--causeway-aot", default=str(BUILD / "causeway-aot" / "causeway"), help="the NativeAOT executable")
    parser.add_argument("--profile", choices=["quick", "full"], default="full")
    parser.add_argument("--phases", default="", help="only these, e.g. sat@0,half@0,s500@20")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--warmup", type=float, default=30, help="seconds of load before the first measured run of each target")
    parser.add_argument("--chunks", type=int, default=100, help="per stream")
    parser.add_argument("--body-kb", type=int, default=1, help="size of a request")
    parser.add_argument("--gateway-cpus", default="0")
    parser.add_argument("--load-cpus", default="1")
    parser.add_argument("--mock-port", type=int, default=9100)
    parser.add_argument("--retries", type=int, default=1, help="repeat a run disturbed by other processes up to this often")
    parser.add_argument("--quiet-wait", type=float, default=5, help="seconds to wait for an idle machine before each run")
    parser.add_argument("--nice", type=int, default=0, help="e.g. -10 (root): shields runs on a machine with other work")
    parser.add_argument("--out", default="results")
    parser.add_argument("--tag", default="", help="names the result files; default the time")
    return parser.parse_args()


def main():
    options = arguments()
    if options.command == "list":
        print_peers(options)
        return 0
    if options.command == "report":
        data = json.loads(pathlib.Path(options.file).read_text())
        print(tables(data))
        return 0
    options.out = str(pathlib.Path(options.out).resolve())
    allow_many_files()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with session(options) as rig:
        if options.command == "figures":
            return measure_figures(rig)
        if options.command == "fallback":
            save(options, alone(options, [fallback.run(rig)]))
            return 0
        targets = peers.chosen(rig)
        if options.command == "cold":
            save(options, runs.cold(rig, targets))
        elif options.command == "long":
            save(options, alone(options, long.run(rig, [target for target in targets if target.gateway])))
        else:
            save(options, runs.run(rig, targets, phases.chosen(options.profile, options.phases)))
    return 0


def print_peers(options):
    for name, peer in peers.catalogue(options).items():
        missing = peer.missing()
        print(f"{name:20} {f'{missing} is not installed or built' if missing else 'ready'}")


def measure_figures(rig):
    """Exactly the product's figures: cold starts first, then the loads, then one table. Exit code 1 if one was missed."""
    options = rig.options
    own = [] if any(text.startswith(f"name={options.subject};") for text in options.target) else [options.subject]
    options.peers = ",".join(dict.fromkeys([*figures.PEERS, *own, figures.SAME, *figures.TRANSLATED, figures.AOT]))
    targets = peers.chosen(rig)
    starters = [target for target in targets if target.name in (options.subject, figures.AOT)]
    loaded = [target for target in targets if target.name != figures.AOT or options.subject == figures.AOT]
    data = runs.cold(rig, starters)
    data |= runs.run(rig, loaded, phases.chosen(options.profile, options.phases or figures.PHASES), figures.takes_part)
    if gateways := [target for target in loaded if target.name in (figures.SAME, *figures.TRANSLATED)]:
        data["runs"] += [*long.run(rig, gateways), fallback.run(rig)]
    data["figures"] = figures.judge(data, options.subject)
    save(options, data)
    return 1 if figures.missed(data["figures"]) else 0


def alone(options, measured):
    """A session of nothing but these runs."""
    return {"meta": runs.meta(options), "targets": {}, "runs": measured}


def tables(data):
    parts = [report.report(data)]
    if "figures" in data:
        parts.append(figures.as_table(data))
    return "\n\n".join(parts)


def save(options, data):
    folder = pathlib.Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{options.command}-{options.tag or time.strftime('%Y%m%d-%H%M%S')}"
    (folder / f"{name}.json").write_text(json.dumps(data))
    markdown = tables(data)
    (folder / f"{name}.md").write_text(markdown + "\n")
    print(markdown)


def allow_many_files():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    sys.exit(main())
