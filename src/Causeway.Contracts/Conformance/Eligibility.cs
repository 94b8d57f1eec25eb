using System.Collections.Immutable;
using System.Globalization;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Dialects;
using Causeway.Contracts.Schemas;

namespace Causeway.Contracts.Conformance;

/// <summary>
/// Whether measurements prove that a pin can serve a contract. What the compiler leaves to the provider has to have been seen enforced; what it
/// enforces itself only needs the carrier, since nothing of it rests on the provider.
/// </summary>
public static class Eligibility
{
    /// <summary>
    /// How old a measurement may be, 14 days: vendors change their dialects about once a month each (docs/dialect-conformance.md), so that half of that
    /// bounds how long a change can pass for proven, while a weekly schedule may miss one run.
    /// </summary>
    public static TimeSpan Freshness { get; } = TimeSpan.FromDays(14);

    /// <summary>Whether a pin is proven for a schema, as its dialect compiles it.</summary>
    /// <param name="contract">The canonical schema.</param>
    /// <param name="dialect">The dialect's name or alias.</param>
    /// <param name="provider">The provider's name.</param>
    /// <param name="model">The model in the provider's words.</param>
    /// <param name="latest">The newest measurements; of one probe the newest counts.</param>
    /// <param name="now">The time.</param>
    /// <param name="fresh">How old a measurement may be; null: <see cref="Freshness"/>.</param>
    /// <param name="cache">Where compiled forms are kept, for who asks again and again; null: it is compiled now.</param>
    public static Proof Of(
        JsonSchema contract, string dialect, string provider, string model, LatestConformance latest, DateTimeOffset now, TimeSpan? fresh = null, ContractCache? cache = null) =>
        DialectCatalogue.Find(dialect) is { } profile
            ? Of((cache?.Compile(contract, profile, new ContractAsk(model)) ?? ContractCompiler.Compile(contract, profile, new ContractAsk(model))).Reliance, provider, model, latest, now, fresh)
            : new Proof([$"no dialect is called \"{dialect}\""]);

    /// <summary>Whether a pin is proven for what a compiled contract relies on.</summary>
    public static Proof Of(Reliance reliance, string provider, string model, LatestConformance latest, DateTimeOffset now, TimeSpan? fresh = null)
    {
        ImmutableArray<string>.Builder missing = ImmutableArray.CreateBuilder<string>();
        DateTimeOffset? until = null;
        foreach (string impossible in reliance.Impossible)
        {
            missing.Add($"impossible: {impossible}");
        }

        foreach (string probe in reliance.Enforced)
        {
            Measurement? measured = latest.Find(provider, model, probe);
            if (WhyUnproven(measured, now, fresh ?? Freshness) is { } why)
            {
                missing.Add($"{probe}: {why}");
            }
            else if (measured!.At + (fresh ?? Freshness) is var stale && !(stale > until))
            {
                until = stale;
            }
        }

        foreach (string probe in reliance.Taken)
        {
            if (latest.Find(provider, model, probe) is { Verdict: ProbeVerdict.Rejected } rejected && IsFresh(rejected, now, fresh))
            {
                missing.Add($"{probe}: rejected on {Day(rejected)}");
            }
        }

        return missing.Count > 0 ? new Proof(missing.DrainToImmutable()) : new Proof([]) { Until = until };
    }

    /// <summary>
    /// Whether a fresh measurement contradicts what the compiler relies on: ignored or rejected where it counts on the provider. For the data path, with
    /// <see cref="CompiledContract.Reliance"/>: allocates nothing.
    /// </summary>
    public static bool IsDisproven(Reliance reliance, string provider, string model, LatestConformance latest, DateTimeOffset now, TimeSpan? fresh = null)
    {
        foreach (string probe in reliance.Enforced)
        {
            if (latest.Find(provider, model, probe) is { Verdict: ProbeVerdict.Ignored or ProbeVerdict.Rejected } contrary && IsFresh(contrary, now, fresh))
            {
                return true;
            }
        }

        foreach (string probe in reliance.Taken)
        {
            if (latest.Find(provider, model, probe) is { Verdict: ProbeVerdict.Rejected } contrary && IsFresh(contrary, now, fresh))
            {
                return true;
            }
        }

        return false;
    }

    private static string? WhyUnproven(Measurement? measured, DateTimeOffset now, TimeSpan fresh) => measured switch
    {
        null => "never measured",
        { Verdict: ProbeVerdict.Ignored } => $"ignored on {Day(measured)}",
        { Verdict: ProbeVerdict.Rejected } => $"rejected on {Day(measured)}",
        { Verdict: ProbeVerdict.Inconclusive } => $"told nothing on {Day(measured)}",
        _ when !IsFresh(measured, now, fresh) => string.Create(CultureInfo.InvariantCulture, $"measured on {Day(measured)}, more than {fresh.TotalDays:0.#} days ago"),
        _ => null,
    };

    private static bool IsFresh(Measurement measured, DateTimeOffset now, TimeSpan? fresh) => now - measured.At <= (fresh ?? Freshness);

    private static string Day(Measurement measured) => measured.At.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>Whether a pin may be relied on, and if not, why.</summary>
/// <param name="Missing">One line per reason, each beginning with the probe's id.</param>
public sealed record Proof(ImmutableArray<string> Missing)
{
    /// <summary>Nothing is missing.</summary>
    public bool IsProven => Missing.IsEmpty;

    /// <summary>When the first of the measurements that it rests on is too old, UTC; null: it is not proven, or rests on none.</summary>
    public DateTimeOffset? Until { get; init; }
}
