using System.Collections.Immutable;
using Causeway.Contracts.Dialects;

namespace Causeway.Contracts.Conformance;

/// <summary>Feature by dialect: what is documented, beside what was measured.</summary>
public static class ConformanceMatrix
{
    /// <summary>The rows of some dialects, in the order of the dialects and of <see cref="Features.All"/>.</summary>
    /// <param name="dialects">The profiles.</param>
    /// <param name="measured">What was measured, of any dialect; null: only what is documented.</param>
    public static IReadOnlyList<MatrixRow> Of(IEnumerable<DialectProfile> dialects, IEnumerable<Measurement>? measured = null)
    {
        ILookup<string, Measurement> byDialect = (measured ?? []).ToLookup(one => one.Dialect, StringComparer.Ordinal);
        return [.. dialects.SelectMany(dialect => Features.All.Select(feature => Row(dialect, feature.Id, feature.Title, byDialect[dialect.Name])))];
    }

    /// <summary>Whether a verdict fits what is documented; null: nothing is, or nothing that a probe could contradict.</summary>
    public static bool? Agrees(Support documented, ProbeVerdict measured) => (documented, measured) switch
    {
        (Support.Unknown, _) or (_, ProbeVerdict.Inconclusive) => null,
        (Support.Accepted, _) => measured != ProbeVerdict.Rejected,
        (Support.Enforced or Support.Partly, _) => measured == ProbeVerdict.Enforced,
        (Support.Ignored, _) => measured == ProbeVerdict.Ignored,
        (Support.Rejected, _) => measured == ProbeVerdict.Rejected,

        // Documented as unsupported: it may be refused or without effect.
        _ => measured != ProbeVerdict.Enforced,
    };

    private static MatrixRow Row(DialectProfile dialect, string feature, string title, IEnumerable<Measurement> measured)
    {
        KeywordSupport documented = dialect[feature];
        return new MatrixRow(
            dialect.Name,
            feature,
            title,
            documented,
            [
                .. measured
                    .Where(one => ProbeSet.Find(one.Probe)?.Feature == feature)
                    .OrderBy(one => one.Provider, StringComparer.Ordinal).ThenBy(one => one.Model, StringComparer.Ordinal).ThenBy(one => one.Probe, StringComparer.Ordinal)
                    .Select(one => new MatrixCell(one, Agrees(dialect.For(one.Model)[feature].Support, one.Verdict))),
            ]);
    }
}

/// <summary>One feature of one dialect.</summary>
/// <param name="Dialect">The dialect's name.</param>
/// <param name="Feature">An id of <see cref="Features"/>.</param>
/// <param name="Title">The feature for people.</param>
/// <param name="Documented">What the profile says, with its date and evidence.</param>
/// <param name="Measured">What probes showed last, by provider, model and probe; empty: nothing was measured.</param>
public sealed record MatrixRow(string Dialect, string Feature, string Title, KeywordSupport Documented, ImmutableArray<MatrixCell> Measured);

/// <summary>What one probe showed last of one model.</summary>
/// <param name="Measurement">The measurement.</param>
/// <param name="Agrees">It fits what is documented for that model; null: nothing is.</param>
public sealed record MatrixCell(Measurement Measurement, bool? Agrees);
