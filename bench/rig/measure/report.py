"""The Markdown tables of a session."""
from . import fallback, long
from .results import Results, broken, cpu_us, rss_mib, text

REFERENCES = ("nginx", "yarp", "portkey")
SATURATION = ("sat@0", "sat@50")
FIXED = ("r500@0", "r2000@0", "r500@50", "r2000@50")


def report(data):
    results = Results(data)
    lines = []
    if data.get("cold"):
        lines += cold(results)
    for phase in SATURATION:
        if phase in results.phases:
            lines += saturation(results, phase)
    if "half@0" in results.phases:
        lines += half(results, "half@0")
    for phase in FIXED:
        if phase in results.phases:
            lines += fixed(results, phase)
    for phase in sorted((phase for phase in results.phases if is_stream(phase)), key=stream_shape):
        lines += streams(results, phase)
    if long.PHASE.id in results.phases:
        lines += long_streams(results)
    if fallback.PHASE in results.phases:
        lines += fallbacks(results)
    return "\n".join(lines)


def is_stream(phase):
    return phase[0] == "s" and phase[1].isdigit()


def stream_shape(phase):
    count, gap = phase[1:].split("@")
    return int(count), -int(gap)


def table(title, columns, rows):
    rule = "|" + "---|" * len(columns)
    return ["", f"**{title}**", "", row(columns), rule, *map(row, rows)]


def row(cells):
    return "| " + " | ".join(cells) + " |"


def times_cpu(results, name, phase):
    """CPU against each reference, as ratios of the same round."""
    others = [results.portkey(phase) if other == "portkey" else other for other in REFERENCES]
    return [text(results.ratios(name, other, phase, cpu_us), "{:.3f}" if "portkey" in other else "{:.2f}") for other in others]


TIMES = [f"x {name}" for name in REFERENCES]


def foreign(results, name, phase):
    return text(results.values(name, phase, lambda run: run["foreign"]), "{:.2f}")


def millis(results, name, phase, histogram, quantile):
    return text(results.values(name, phase, lambda run: run[histogram][quantile] / 1e3), "{:.2f}")


def saturation(results, phase):
    columns = ["target", "req/s", "CPU us/req", *TIMES, "p50 ms", "p99 ms", "RSS MiB", "broken", "load CPU busy", "other CPU"]
    rows = []
    for name in results.names:
        runs = results.of(name, phase)
        if not runs:
            continue
        direct = name == "direct"
        rows.append([
            name,
            text([run["rps"] for run in runs], "{:.0f}"),
            "–" if direct else text([cpu_us(run) for run in runs]),
            *(["–"] * len(TIMES) if direct else times_cpu(results, name, phase)),
            millis(results, name, phase, "lat", "p50"),
            millis(results, name, phase, "lat", "p99"),
            "–" if direct else text([rss_mib(run) for run in runs], "{:.0f}"),
            text([broken(run) for run in runs], "{:.0f}"),
            text([run["load_busy"] for run in runs], "{:.2f}"),
            foreign(results, name, phase)])
    return table(f"Saturation, upstream {phase[4:]} ms", columns, rows)


def half(results, phase):
    columns = ["target", "req/s", "added p50 us", "added p99 us", "added p99.9 us", "direct p99 us", "CPU us/req",
               "broken", "load CPU busy", "other CPU"]
    rows = []
    for name in results.names:
        runs = results.of(name, phase)
        if not runs:
            continue
        rows.append([
            name,
            text([run["rate"] for run in runs], "{:.0f}"),
            *(text(results.added(name, phase, "lat", quantile), "{:.0f}") for quantile in ("p50", "p99", "p999")),
            text([run["baseline"]["lat"]["p99"] for run in runs], "{:.0f}"),
            text([cpu_us(run) for run in runs]),
            text([broken(run) for run in runs], "{:.0f}"),
            text([run["load_busy"] for run in runs], "{:.2f}"),
            foreign(results, name, phase)])
    return table("Half of the target's own saturation, upstream 0 ms: latency added to direct at the same rate", columns, rows)


def fixed(results, phase):
    rate, latency = phase[1:].split("@")
    columns = ["target", "p50", "p99", "p99.9", "CPU us/req", *TIMES, "broken", "other CPU"]
    rows = []
    for name in results.names:
        runs = results.of(name, phase)
        if name == "direct":
            values = [text([run["lat"][quantile] for run in runs], "{:.0f}") for quantile in ("p50", "p99", "p999")]
            values += ["–"] * (1 + len(TIMES))
        elif runs:
            values = [text(results.added(name, phase, "lat", quantile), "{:.0f}") for quantile in ("p50", "p99", "p999")]
            values += [text([cpu_us(run) for run in runs]), *times_cpu(results, name, phase)]
        else:
            rows.append([name, "not reached", *[""] * (len(columns) - 2)])
            continue
        label = "direct (absolute)" if name == "direct" else name
        rows.append([label, *values, text([broken(run) for run in runs], "{:.0f}"), foreign(results, name, phase)])
    return table(f"{rate} req/s, upstream {latency} ms: latency added to direct (us)", columns, rows)


def streams(results, phase):
    count, gap = phase[1:].split("@")
    chunks = results.data["meta"]["args"]["chunks"]
    columns = ["target", "chunks/s", "TTFT added p50 ms", "p99 ms", "chunk delay p50 ms", "p99 ms", "CPU us/chunk", *TIMES,
               "RSS MiB", "KiB per stream", "since first start", "broken", "other CPU"]
    rows = []
    for name in results.names:
        runs = results.of(name, phase)
        if not runs:
            continue
        direct = name == "direct"
        if direct:
            first = [millis(results, name, phase, "ttft", quantile) for quantile in ("p50", "p99")]
            cost = ["–"] * (4 + len(TIMES))
        else:
            first = [text([us / 1e3 for us in results.added(name, phase, "ttft", quantile)], "{:.2f}") for quantile in ("p50", "p99")]
            cost = [text([cpu_us(run) for run in runs]), *times_cpu(results, name, phase),
                    text([rss_mib(run) for run in runs], "{:.0f}"),
                    text(results.kib_per_stream(name, phase)), text(results.kib_per_stream(name, phase, "rss_idle_mb"))]
        rows.append([
            "direct (absolute)" if direct else name,
            text([run["chunks_per_s"] for run in runs], "{:.0f}"),
            *first,
            *(millis(results, name, phase, "delay", quantile) for quantile in ("p50", "p99")),
            *cost,
            text([broken(run) for run in runs], "{:.0f}"),
            foreign(results, name, phase)])
    return table(f"{count} concurrent streams, {chunks} chunks, one per {gap} ms", columns, rows)


def long_streams(results):
    columns = ["target", "managed MiB", "at the end", "growth KiB per stream", "resident MiB", "at the end", "bytes allocated per event", "broken"]
    rows = []
    for name in results.names:
        runs = results.of(name, long.PHASE.id)
        if runs:
            rows.append([
                name,
                *(text([run[when]["heap"] / 2**20 for run in runs]) for when in ("early", "late")),
                text(list(map(long.growth_kib, runs))),
                *(text([long.size_at(run, mark) for run in runs]) for mark in (long.EARLY, long.LATE)),
                text(list(map(long.bytes_per_event, runs)), "{:.0f}"),
                text(list(map(broken, runs)), "{:.0f}")])
    return table(f"{long.STREAMS} streams of {long.EVENTS:,} events, one per {long.GAP_MS} ms", columns, rows)


def fallbacks(results):
    run, = results.of(fallback.NAME, fallback.PHASE)
    rows = [[kind, *(f"{read(share):.2f}" for share in (0.5, 0.9, 0.99))] for kind, read in (
        ("straight", lambda share: fallback.latency_ms(run, 0, share)),
        ("with a fallback", lambda share: fallback.latency_ms(run, 1, share)),
        ("added, pair by pair", lambda share: fallback.added_ms(run, share)))]
    title = f"Fallback after a refused connection, {len(run['pairs_us'])} pairs at {fallback.RATE} requests/s, {broken(run)} broken"
    return table(title, ["request", "p50 ms", "p90 ms", "p99 ms"], rows)


def cold(results):
    columns = ["target", "listening ms", "first 200 ms", "of which the first request ms", "RSS then MiB", "idle RSS MiB"]
    rows = []
    for name in dict.fromkeys(run["target"] for run in results.data["cold"]):
        fields = ("accept_ms", "served_ms", "first_request_ms", "rss_mb", "rss_idle_mb")
        rows.append([name, *(text(results.cold(name, field), "{:.0f}") for field in fields)])
    return table("Cold start", columns, rows)
