using Causeway.Contracts.Conformance;
using Causeway.Contracts.Dialects;

namespace Causeway.Contracts.Tests.Conformance;

public sealed class DriftTests
{
    private static readonly DateTimeOffset s_day = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Drift_is_the_difference_of_two_consecutive_measurements_of_one_probe_of_one_model()
    {
        Measurement[] measured =
        [
            Showing("maximum", ProbeVerdict.Enforced, 0), Showing("pattern", ProbeVerdict.Ignored, 0), Showing("maximum", ProbeVerdict.Ignored, 1, model: "other"),
            Showing("maximum", ProbeVerdict.Enforced, 1), Showing("maximum", ProbeVerdict.Ignored, 2), Showing("maximum", ProbeVerdict.Ignored, 3),
            Showing("maximum", ProbeVerdict.Rejected, 4),
        ];

        IReadOnlyList<DialectChange> changes = Drift.Of(measured.Reverse());

        Assert.Equal(
            [(ProbeVerdict.Enforced, ProbeVerdict.Ignored, 1, 2), (ProbeVerdict.Ignored, ProbeVerdict.Rejected, 3, 4)],
            changes.Select(change => (change.From, change.To, (change.FromAt - s_day).Days, (change.At - s_day).Days)));
    }

    [Fact]
    public void What_lies_before_the_window_is_only_compared_with()
    {
        Measurement[] measured =
            [Showing("maximum", ProbeVerdict.Enforced, 0), Showing("maximum", ProbeVerdict.Ignored, 2), Showing("maximum", ProbeVerdict.Enforced, 6)];

        DialectChange change = Assert.Single(Drift.Of(measured, s_day.AddDays(5)));

        Assert.Equal((ProbeVerdict.Ignored, ProbeVerdict.Enforced), (change.From, change.To));
    }

    [Fact]
    public void What_tells_nothing_or_wavers_with_the_network_is_no_drift()
    {
        Measurement[] measured =
        [
            Showing("maximum", ProbeVerdict.Enforced, 0), Showing("maximum", ProbeVerdict.Inconclusive, 1), Showing("maximum", ProbeVerdict.Enforced, 2),
            Showing("cache_latency", ProbeVerdict.Enforced, 0), Showing("cache_latency", ProbeVerdict.Ignored, 1),
        ];

        Assert.Empty(Drift.Of(measured));
    }

    [Fact]
    public void The_matrix_puts_what_was_measured_beside_what_is_documented()
    {
        IReadOnlyList<MatrixRow> rows = ConformanceMatrix.Of(
            [DialectCatalogue.Find("openai")!, DialectCatalogue.Find("anthropic")!],
            [Showing("one_of_overlap", ProbeVerdict.Enforced, 0, dialect: "openai"), Showing("not", ProbeVerdict.Rejected, 0, dialect: "openai")]);

        Assert.Equal(2 * Features.All.Count, rows.Count);
        MatrixCell oneOf = Assert.Single(rows.Single(row => row.Dialect == "openai" && row.Feature == Features.OneOf).Measured);
        Assert.Equal((ProbeVerdict.Enforced, false), (oneOf.Measurement.Verdict, oneOf.Agrees));
        Assert.True(Assert.Single(rows.Single(row => row.Dialect == "openai" && row.Feature == Features.Not).Measured).Agrees);
        Assert.All(rows.Where(row => row.Dialect == "anthropic"), row => Assert.Empty(row.Measured));
    }

    private static Measurement Showing(string probe, ProbeVerdict verdict, int day, string model = "m", string dialect = "d") =>
        new("p", model, null, dialect, probe, verdict, s_day.AddDays(day), null, null);
}
