"""What a session measured, and the questions that a report and the figures ask of it."""
import statistics


class Results:
    def __init__(self, data):
        self.data = data
        self.runs = [run for run in data.get("runs", []) if "error" not in run]
        self.by_key = {(run["target"], run["phase"], run["round"]): run for run in self.runs}
        self.rounds = sorted({run["round"] for run in self.runs})
        self.phases = {run["phase"] for run in self.runs}
        self.names = list(dict.fromkeys(run["target"] for run in data.get("runs", [])))

    def of(self, name, phase):
        """The runs of one target in one phase, by round."""
        return [self.by_key[name, phase, round_] for round_ in self.rounds if (name, phase, round_) in self.by_key]

    def values(self, name, phase, read):
        return [read(run) for run in self.of(name, phase)]

    def pairs(self, name, other, phase):
        """Runs of two targets in the same round: the only ones that may be compared."""
        keys = [((name, phase, round_), (other, phase, round_)) for round_ in self.rounds]
        return [(self.by_key[a], self.by_key[b]) for a, b in keys if a in self.by_key and b in self.by_key]

    def ratios(self, name, other, phase, read):
        return [read(a) / read(b) for a, b in self.pairs(name, other, phase) if read(b)]

    def added(self, name, phase, histogram, quantile):
        """Microseconds that the target adds to a percentile of the direct way, round by round."""
        if phase.startswith("half"):
            pairs = [(run, run["baseline"]) for run in self.of(name, phase)]
        else:
            pairs = self.pairs(name, "direct", phase)
        return [a[histogram][quantile] - b[histogram][quantile] for a, b in pairs]

    def kib_per_stream(self, name, phase, since="rss_warm_mb"):
        """Resident memory with all streams open, less that of the idle target: after its warm-up, or as it was first started."""
        idle = self.data["targets"].get(name, {}).get(since)
        runs = self.of(name, phase)
        return [(rss_mib(run) - idle) * 1024 / run["conns"] for run in runs] if idle is not None else []

    def cold(self, name, field):
        return [run[field] for run in self.data.get("cold", []) if run["target"] == name and run.get(field) is not None]

    def portkey(self, phase):
        """Portkey as it is sold where that ran, else with the shim without which it cannot stream."""
        return "portkey" if self.of("portkey", phase) else "portkey-shim"


def cpu_us(run):
    return run["cpu_us"] or 0


def rss_mib(run):
    return run["watch"].get("gw", {}).get("rss_kb", 0) / 1024


def broken(run):
    """Requests and streams that did not end as they should."""
    return run["bad_status"] + run["eof"] + run["bad_streams"] + run["stuck"] + run["connect_errors"]


def text(values, form="{:.1f}"):
    """The median, with the range where there is more than one value."""
    values = [value for value in values if value is not None]
    if not values:
        return "–"
    middle = form.format(statistics.median(values))
    if len(values) == 1:
        return middle
    return f"{middle} [{form.format(min(values))}–{form.format(max(values))}]"
