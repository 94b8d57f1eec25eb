"""The product's figures: what is promised, what was measured, whether it holds."""
import dataclasses
import statistics
import typing

from . import fallback, long
from .load import QUIET
from .report import table
from .results import Results, broken, cpu_us, text

PEERS = ("nginx", "yarp", "portkey", "portkey-shim")
PHASES = "sat@0,half@0,s500@20,s2000@80"
AOT = "causeway-aot"
SAME = "causeway"                                           # same protocol in and out
TRANSLATED = ("causeway-responses", "causeway-messages")    # the same upstream, another protocol in
FORGETFUL = "causeway-messages"     # a caller of Responses is told the whole text once more at the end, so that it must be kept
FLAT_KIB = 64           # over a stream's 8,000 events: 8 bytes for each
BUSY_LOAD = 0.7         # of its CPUs: above it the load side queues, and its queue is taken for the target's
FULL_LOAD = 0.95        # at saturation: above it the load side is what was saturated
SETTLED_SECONDS = 30    # of warm-up, before tiered compilation is through on one CPU


def takes_part(target, phase):
    """Portkey is compared with per request, and per chunk with the shim that lets it stream; more would only end it."""
    if target.name == "portkey":
        return phase.id == "sat@0"
    if target.name == "portkey-shim":
        return phase.id == "s500@20"
    if target.name in TRANSLATED:
        return phase.id in ("sat@0", "s500@20")
    return True


@dataclasses.dataclass(frozen=True)
class Figure:
    id: str
    promise: str
    limit: float
    inclusive: bool                     # at most the limit, or below it
    form: str
    target: str
    values: typing.Callable             # results -> one value per round or start
    detail: typing.Callable             # results -> what the value was made of
    phase: str = None                   # the runs that the figure rests on; none for a cold start
    yardstick: typing.Callable = None   # results -> the same values of nginx: what the machine lets anyone reach

    def judge(self, results):
        values = self.values(results)
        measured = statistics.median(values) if values else None
        return {
            "id": self.id, "figure": self.promise, "target": self.target, "limit": self.limit, "measured": measured,
            "values": values, "text": text(values, self.form), "detail": self.detail(results) if values else "",
            "verdict": self.verdict(measured, results)}

    def verdict(self, measured, results):
        if measured is None:
            return "not measured"
        runs = results.of(self.target, self.phase) if self.phase else []
        if any(broken(run) for run in runs):
            return "invalid: broken requests or streams"
        held = self.holds(measured)
        return ", ".join(["met" if held else "MISSED", *([] if held else self.company(results)), *self.doubts(runs, results)])

    def holds(self, measured):
        return measured <= self.limit if self.inclusive else measured < self.limit

    def company(self, results):
        """A figure that nginx misses as well says more of the machine than of the target."""
        values = self.yardstick(results) if self.yardstick else []
        if values and not self.holds(statistics.median(values)):
            yield "nginx too"

    def doubts(self, runs, results):
        """What the machine did that a reader of the figure should know."""
        others = [run["foreign"] for run in runs] or results.cold(self.target, "foreign")
        if max(others, default=0) > QUIET:
            yield "noisy machine"
        limit = FULL_LOAD if self.phase and self.phase.startswith("sat") else BUSY_LOAD
        if any(run["load_busy"] > limit for run in runs):
            yield "load side busy"


def cpu(id_, subject, reference, phase, limit, promise, form="{:.2f}"):
    """CPU of the subject against that of a reference, as ratios of the same round."""
    def other(results):
        return results.portkey(phase) if reference == "portkey" else reference

    def detail(results):
        names = dict.fromkeys((subject, other(results), "nginx"))
        parts = []
        for name in names:
            if runs := results.of(name, phase):
                failures = sum(map(broken, runs))
                parts.append(f"{name} {text(list(map(cpu_us, runs)))} us" + (f" ({failures} broken)" if failures else ""))
        against_nginx = text(results.ratios(subject, "nginx", phase, cpu_us), "{:.2f}")
        return ", ".join([*parts, f"x nginx {against_nginx}"])

    return Figure(id_, promise, limit, True, form, subject,
                  lambda results: results.ratios(subject, other(results), phase, cpu_us), detail, phase)


def added(id_, subject, phase, histogram, limit, promise):
    """Milliseconds that the subject adds to the 99th percentile of the direct way."""
    def millis(results, name, quantile="p99"):
        return [us / 1e3 for us in results.added(name, phase, histogram, quantile)]

    def detail(results):
        def rate(name):
            rates = [run["rate"] for run in results.of(name, phase) if "rate" in run]
            return f" at {text(rates, '{:.0f}')} req/s" if rates else ""

        others = [f"{name} {text(millis(results, name), '{:.2f}')} ms{rate(name)}" for name in ("nginx", "yarp") if results.of(name, phase)]
        return ", ".join([f"p50 {text(millis(results, subject, 'p50'), '{:.2f}')} ms{rate(subject)}", *others])

    return Figure(id_, promise, limit, False, "{:.2f} ms", subject, lambda results: millis(results, subject), detail, phase,
                  lambda results: millis(results, "nginx"))


def memory(id_, subject, phase, limit, promise):
    def detail(results):
        since_start = text(results.kib_per_stream(subject, phase, "rss_idle_mb"))
        return f"since its first start, warm-up included: {since_start} KiB"

    return Figure(id_, promise, limit, False, "{:.1f} KiB", subject,
                  lambda results: results.kib_per_stream(subject, phase), detail, phase)


def cold(id_, target, field, limit, promise, form, also):
    """A cold start, with the other field that a reader will ask for."""
    other_field, note = also
    return Figure(id_, promise, limit, False, form, target, lambda results: results.cold(target, field),
                  lambda results: note.format(text(results.cold(target, other_field), "{:.0f}")))


def translated(subject):
    """CPU of a translated request against that of one whose bytes pass, and for information of a streamed chunk."""
    request = cpu(f"translated-cpu-{subject}", subject, SAME, "sat@0", 2.0, f"{subject}: CPU per translated request, at most 2 x same-protocol")

    def detail(results):
        chunk = results.ratios(subject, SAME, "s500@20", cpu_us)
        ours, same = (text(list(map(cpu_us, results.of(name, "s500@20")))) for name in (subject, SAME))
        return request.detail(results) + (f"; a chunk {ours} us, same-protocol {same} us, ratio {text(chunk, '{:.2f}')}" if chunk else "")

    return dataclasses.replace(request, detail=detail)


def allocated(subject):
    return Figure(
        f"event-bytes-{subject}", f"{subject}: allocated per event, under 1 KiB", 1024, False, "{:.0f} B", subject,
        lambda results: results.values(subject, long.PHASE.id, long.bytes_per_event),
        lambda results: f"everything that the process allocated over {long.STREAMS} streams, reading and sending included",
        long.PHASE.id)


def flat(subject):
    def detail(results):
        same = text(results.values(SAME, long.PHASE.id, long.growth_kib), "{:.1f}")
        sizes = [results.values(subject, long.PHASE.id, lambda run, at=at: long.size_at(run, at)) for at in (long.EARLY, long.LATE)]
        return f"managed memory; same-protocol {same} KiB; resident {text(sizes[0])} MiB, at the end {text(sizes[1])} MiB"

    return Figure(
        f"long-stream-{subject}", f"{subject}: growth over a stream of {long.EVENTS:,} events, under {FLAT_KIB} KiB", FLAT_KIB, False,
        "{:.1f} KiB", subject, lambda results: results.values(subject, long.PHASE.id, long.growth_kib), detail, long.PHASE.id)


def fallen_back():
    def detail(results):
        run, = results.of(fallback.NAME, fallback.PHASE)
        kinds = [f"{kind} {fallback.latency_ms(run, at, 0.5):.2f} / {fallback.latency_ms(run, at, 0.99):.2f} ms"
                 for at, kind in enumerate(("straight", "with a fallback"))]
        return f"added p50 {fallback.added_ms(run, 0.5):.2f} ms of {len(run['pairs_us'])} pairs; p50 / p99: {', '.join(kinds)}"

    return Figure(
        "fallback", "fallback after a refused connection: added p99, under 5 ms", 5, False, "{:.2f} ms", fallback.NAME,
        lambda results: results.values(fallback.NAME, fallback.PHASE, lambda run: fallback.added_ms(run, 0.99)), detail, fallback.PHASE)


def promised(subject):
    return [
        cpu("request-cpu-yarp", subject, "yarp", "sat@0", 1.0, "CPU per request, at most 1.0 x YARP"),
        cpu("request-cpu-portkey", subject, "portkey", "sat@0", 1 / 15, "CPU per request, at most 1/15 (0.067) of Portkey", "{:.3f}"),
        cpu("chunk-cpu-yarp", subject, "yarp", "s500@20", 0.8, "CPU per streamed chunk, at most 0.8 x YARP"),
        added("added-half", subject, "half@0", "lat", 1, "added p99 at half of saturation, under 1 ms"),
        added("added-ttfb", subject, "s2000@80", "ttft", 2, "2,000 open streams: added p99 to first byte, under 2 ms"),
        memory("stream-memory", subject, "s2000@80", 40, "2,000 open streams: memory each, under 40 KiB"),
        cold("cold-start", subject, "served_ms", 1000, "start to first served request, under 1 s", "{:.0f} ms",
             ("accept_ms", "listening after {} ms")),
        cold("idle-memory", subject, "rss_idle_mb", 120, "idle memory, under 120 MiB", "{:.0f} MiB",
             ("rss_mb", "with the first reply {} MiB")),
        cold("aot-start", AOT, "accept_ms", 250, "NativeAOT: start to listening, under 250 ms", "{:.0f} ms",
             ("served_ms", "first served request after {} ms")),
        cold("aot-idle-memory", AOT, "rss_idle_mb", 64, "NativeAOT: idle memory, under 64 MiB", "{:.0f} MiB",
             ("rss_mb", "with the first reply {} MiB")),
        *map(translated, TRANSLATED),
        *map(allocated, TRANSLATED),
        flat(FORGETFUL),
        fallen_back(),
    ]


def judge(data, subject):
    results = Results(data)
    return [figure.judge(results) for figure in promised(subject)]


def missed(figures):
    return [figure for figure in figures if figure["verdict"].startswith(("MISSED", "invalid"))]


def as_table(data):
    """The figures in one table, marked where the session was shorter than the promise needs."""
    figures, args = data["figures"], data["meta"]["args"]
    columns = ["figure", "target", "measured", "verdict", "made of"]
    rows = [[figure["figure"], figure["target"], figure["text"], figure["verdict"], figure["detail"]] for figure in figures]
    short = args["warmup"] < SETTLED_SECONDS or args["profile"] == "quick" or args["rounds"] < 3
    title = "Figures (provisional: fewer rounds, a shorter warm-up or a quicker profile than the default)" if short else "Figures"
    return "\n".join(table(title, columns, rows)[1:])
