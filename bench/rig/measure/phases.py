"""The loads that a run is made of."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Phase:
    id: str
    mode: str                # closed (saturation), rate (fixed), half (fixed: half of the target's own sat@0), stream
    connections: int
    warmup: float            # seconds
    seconds: float
    rate: float = 0          # requests per second
    latency_ms: int = 0      # of the upstream
    gap_ms: int = 0          # between two chunks of a stream
    chunks: int = 0          # of a stream; 0: as the command line says

    @property
    def streams(self):
        return self.mode == "stream"


ALL = [
    Phase("sat@0", "closed", 64, 2, 6),
    Phase("half@0", "half", 128, 1, 8),
    Phase("r500@0", "rate", 128, 1, 8, rate=500),
    Phase("r2000@0", "rate", 128, 1, 8, rate=2000),
    Phase("sat@50", "closed", 1024, 3, 6, latency_ms=50),
    Phase("r500@50", "rate", 512, 1, 8, rate=500, latency_ms=50),
    Phase("r2000@50", "rate", 512, 1, 8, rate=2000, latency_ms=50),
    Phase("s500@20", "stream", 500, 4, 8, gap_ms=20),
    Phase("s2000@80", "stream", 2000, 10, 10, gap_ms=80),
    Phase("s2000@20", "stream", 2000, 4, 8, gap_ms=20),
]


def chosen(profile, ids=""):
    """The phases of a run in order; a quick profile measures half as long. half@0 brings sat@0 along, whose rate it needs."""
    wanted = set(filter(None, ids.split(",")))
    if unknown := wanted - {phase.id for phase in ALL}:
        raise SystemExit(f"no such phase: {', '.join(sorted(unknown))}; there are {', '.join(phase.id for phase in ALL)}")
    if "half@0" in wanted:
        wanted.add("sat@0")
    factor = 0.5 if profile == "quick" else 1
    return [dataclasses.replace(phase, seconds=phase.seconds * factor) for phase in ALL if not wanted or phase.id in wanted]
