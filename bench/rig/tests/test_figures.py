"""What the figures make of measured numbers. Run with: make test"""
import unittest

from measure import fallback, figures, long, phases, report
from measure.processes import cpu_set
from measure.results import Results


def quantiles(p99, p50=100):
    return {"n": 1000, "p50": p50, "p99": p99, "p999": p99 * 2}


def measured(target, phase, round_=0, cpu=20.0, p99=500, rss_kb=100 * 1024, **more):
    return {
        "target": target, "phase": phase, "round": round_, "cpu_us": cpu, "rps": 1000, "chunks_per_s": 25000, "conns": 2000,
        "lat": quantiles(p99), "ttft": quantiles(p99), "delay": quantiles(p99), "watch": {"gw": {"rss_kb": rss_kb}},
        "bad_status": 0, "eof": 0, "bad_streams": 0, "stuck": 0, "connect_errors": 0, "foreign": 0.0, "load_busy": 0.3, **more}


def session(*runs, cold=(), targets=None):
    args = {"chunks": 100, "warmup": 30, "profile": "full", "rounds": 3}
    return {"meta": {"args": args}, "targets": targets or {}, "runs": list(runs), "cold": list(cold)}


def verdict(data, id_):
    return next(figure["verdict"] for figure in figures.judge(data, "causeway") if figure["id"] == id_)


class FiguresTests(unittest.TestCase):
    def test_a_ratio_is_taken_within_its_round_and_then_the_median(self):
        data = session(
            measured("yarp", "sat@0", 0, cpu=60), measured("causeway", "sat@0", 0, cpu=30),
            measured("yarp", "sat@0", 1, cpu=600), measured("causeway", "sat@0", 1, cpu=360),
            measured("yarp", "sat@0", 2, cpu=60), measured("causeway", "sat@0", 2, cpu=120))

        self.assertEqual(Results(data).ratios("causeway", "yarp", "sat@0", lambda run: run["cpu_us"]), [0.5, 0.6, 2.0])
        self.assertEqual(verdict(data, "request-cpu-yarp"), "met")

    def test_a_round_in_which_the_reference_failed_is_left_out(self):
        data = session(measured("causeway", "sat@0"), {"target": "yarp", "phase": "sat@0", "round": 0, "error": "connect failed"})

        self.assertEqual(verdict(data, "request-cpu-yarp"), "not measured")

    def test_half_of_saturation_is_compared_with_the_direct_run_beside_it(self):
        run = measured("causeway", "half@0", p99=1400, rate=8000, baseline=measured("direct", "half@0", p99=300))

        self.assertEqual(verdict(session(run), "added-half"), "MISSED")
        self.assertEqual(verdict(session(run | {"lat": quantiles(1200)}), "added-half"), "met")

    def test_a_tail_that_nginx_misses_as_well_is_missed_and_says_so(self):
        direct, ours = measured("direct", "s2000@80", p99=500), measured("causeway", "s2000@80", p99=9000)

        self.assertEqual(verdict(session(direct, ours, measured("nginx", "s2000@80", p99=8000)), "added-ttfb"), "MISSED, nginx too")
        self.assertEqual(verdict(session(direct, ours, measured("nginx", "s2000@80", p99=900)), "added-ttfb"), "MISSED")

    def test_memory_of_a_stream_is_counted_from_the_warm_target(self):
        warm = {"causeway": {"rss_idle_mb": 50, "rss_warm_mb": 100}}
        run = measured("causeway", "s2000@80", rss_kb=150 * 1024)
        results = Results(session(run, targets=warm))

        self.assertEqual(results.kib_per_stream("causeway", "s2000@80"), [25.6])
        self.assertEqual(results.kib_per_stream("causeway", "s2000@80", "rss_idle_mb"), [51.2])

    def test_a_broken_stream_makes_the_figure_invalid_however_cheap_it_was(self):
        data = session(measured("yarp", "s500@20", cpu=40), measured("causeway", "s500@20", cpu=10, bad_streams=1))

        self.assertTrue(verdict(data, "chunk-cpu-yarp").startswith("invalid"))
        self.assertTrue(figures.missed(figures.judge(data, "causeway")))

    def test_a_noisy_machine_and_a_busy_load_side_are_said(self):
        data = session(measured("yarp", "sat@0"), measured("causeway", "sat@0", foreign=0.4, load_busy=0.97))

        self.assertEqual(verdict(data, "request-cpu-yarp"), "met, noisy machine, load side busy")

    def test_portkey_is_compared_as_sold_where_it_ran(self):
        shim = measured("portkey-shim", "s500@20", cpu=80)

        self.assertEqual(Results(session(shim)).portkey("s500@20"), "portkey-shim")
        self.assertEqual(Results(session(shim, measured("portkey", "s500@20"))).portkey("s500@20"), "portkey")

    def test_a_cold_start_is_judged_below_its_limit_and_not_at_it(self):
        start = {"target": "causeway", "round": 0, "accept_ms": 400, "served_ms": 1000, "rss_mb": 60, "rss_idle_mb": 61, "foreign": 0}

        self.assertEqual(verdict(session(cold=[start]), "cold-start"), "MISSED")
        self.assertEqual(verdict(session(cold=[start]), "idle-memory"), "met")
        self.assertEqual(verdict(session(cold=[start]), "aot-start"), "not measured")


    def test_a_translated_request_is_compared_with_the_same_protocol_in_its_round(self):
        data = session(
            measured("causeway", "sat@0", 0, cpu=30), measured("causeway-messages", "sat@0", 0, cpu=45),
            measured("causeway", "sat@0", 1, cpu=60), measured("causeway-messages", "sat@0", 1, cpu=150))

        self.assertEqual(Results(data).ratios("causeway-messages", "causeway", "sat@0", lambda run: run["cpu_us"]), [1.5, 2.5])
        self.assertEqual(verdict(data, "translated-cpu-causeway-messages"), "met")
        self.assertEqual(verdict(data, "translated-cpu-causeway-responses"), "not measured")

    def test_a_fallback_is_compared_with_the_request_beside_it(self):
        quiet, slow = [(1000, 1400)] * 98, [(9000, 9500)] * 2
        data = session(measured("fallback", "fallback", pairs_us=quiet + slow))

        self.assertEqual(fallback.added_ms(data["runs"][0], 0.5), 0.4)
        self.assertEqual(fallback.added_ms(data["runs"][0], 0.99), 0.5)
        self.assertEqual(fallback.latency_ms(data["runs"][0], 1, 0.99), 9.5)
        self.assertEqual(verdict(data, "fallback"), "met")

    def test_a_fallback_that_did_not_happen_makes_the_figure_invalid(self):
        data = session(measured("fallback", "fallback", pairs_us=[(1000, 1400)], bad_status=1))

        self.assertTrue(verdict(data, "fallback").startswith("invalid"))

    def test_a_long_stream_is_flat_when_collections_leave_as_much_at_its_end(self):
        self.assertEqual(verdict(session(long_run(late_heap=40 * 2**20)), "long-stream-causeway-messages"), "met")
        self.assertEqual(verdict(session(long_run(late_heap=60 * 2**20)), "long-stream-causeway-messages"), "MISSED")

    def test_allocations_are_counted_over_the_events_between_the_marks(self):
        run = long_run(late_heap=40 * 2**20)

        self.assertEqual(long.bytes_per_event(run), 500)
        self.assertEqual(verdict(session(run), "event-bytes-causeway-messages"), "met")

    def test_the_resident_size_at_a_mark_is_the_least_shortly_before_it(self):
        self.assertEqual(long.size_at({"rss_mib": [(0.08, 70), (0.12, 90), (0.14, 80), (0.3, 60)]}, long.EARLY), 80)


def long_run(late_heap):
    return measured(
        "causeway-messages", "long", rss_mib=[(long.EARLY, 100), (long.LATE, 101)],
        early={"chunks": 1000, "allocated": 10_000, "heap": 39.5 * 2**20},
        late={"chunks": 11_000, "allocated": 5_010_000, "heap": late_heap})


class PhaseTests(unittest.TestCase):
    def test_half_of_saturation_brings_saturation_along(self):
        self.assertEqual([phase.id for phase in phases.chosen("full", "half@0")], ["sat@0", "half@0"])

    def test_an_unknown_phase_is_refused(self):
        with self.assertRaises(SystemExit):
            phases.chosen("full", "sat@1")

    def test_cpu_lists_may_hold_ranges(self):
        self.assertEqual(cpu_set("0,2-4"), {0, 2, 3, 4})


class ReportTests(unittest.TestCase):
    def test_every_row_is_as_wide_as_its_head(self):
        targets = {"causeway": {"rss_idle_mb": 50, "rss_warm_mb": 100}}
        names = ("direct", "nginx", "yarp", "portkey", "causeway")
        runs = [measured(name, phase) for phase in ("sat@0", "r500@0", "s2000@80") for name in names]
        runs.append(measured("causeway", "half@0", rate=500, baseline=measured("direct", "half@0")))
        runs += [long_run(late_heap=40 * 2**20), measured("fallback", "fallback", pairs_us=[(1000, 1400)])]
        data = session(*runs, targets=targets)

        widths = {}
        for block in report.report(data).split("**"):
            widths.setdefault(block, {line.count("|") for line in block.split("\n") if line.startswith("|")})

        self.assertTrue(all(len(found) <= 1 for found in widths.values()), widths)


if __name__ == "__main__":
    unittest.main()
