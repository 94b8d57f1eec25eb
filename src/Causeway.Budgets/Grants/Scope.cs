using System.Collections.Immutable;

namespace Causeway.Budgets.Grants;

/// <summary>
/// What inference a grant is for. A dimension that is null allows whatever the grants above allow; the effective scope is the meet over the path,
/// so that a child can only be narrower.
/// </summary>
public sealed record Scope
{
    /// <summary>Allows everything.</summary>
    public static Scope All { get; } = new();

    /// <summary>Environments; null: any.</summary>
    public ImmutableArray<string>? Environments { get; init; }

    /// <summary>Classes of models (<c>small</c>, <c>standard</c>, <c>frontier</c>, <c>embedding</c>); null: any.</summary>
    public ImmutableArray<string>? ModelClasses { get; init; }

    /// <summary>Models: a name as callers write it, or the beginning of names with <c>*</c> at its end; null: any.</summary>
    public ImmutableArray<string>? Models { get; init; }

    /// <summary>Routes, by the name under which usage records them; null: any.</summary>
    public ImmutableArray<string>? Routes { get; init; }

    /// <summary>The highest class of data, as its place in <see cref="Grants.DataClasses"/>; null: any.</summary>
    public int? DataClassMax { get; init; }

    /// <summary>The class of data that every request belongs to at least, as its place in <see cref="Grants.DataClasses"/>; null: nothing is demanded.</summary>
    public int? DataClassMin { get; init; }

    /// <summary>Generated tokens of one request; null: the models' own.</summary>
    public long? MaxOutputTokens { get; init; }

    /// <summary>Prompt tokens of one request; null: the models' own.</summary>
    public long? MaxInputTokens { get; init; }

    /// <summary>What one request may cost at most, nano-USD; null: no ceiling.</summary>
    public long? MaxRequestNanoUsd { get; init; }

    /// <summary>What both allow.</summary>
    public Scope Meet(Scope other) => new()
    {
        Environments = Meet(Environments, other.Environments),
        ModelClasses = Meet(ModelClasses, other.ModelClasses),
        Models = MeetPatterns(Models, other.Models),
        Routes = Meet(Routes, other.Routes),
        DataClassMax = Least(DataClassMax, other.DataClassMax),
        DataClassMin = DataClassMin is null || other.DataClassMin > DataClassMin ? other.DataClassMin ?? DataClassMin : DataClassMin,
        MaxOutputTokens = Least(MaxOutputTokens, other.MaxOutputTokens),
        MaxInputTokens = Least(MaxInputTokens, other.MaxInputTokens),
        MaxRequestNanoUsd = Least(MaxRequestNanoUsd, other.MaxRequestNanoUsd),
    };

    /// <summary>The dimensions in which this is wider than <paramref name="parent"/>, in words; empty: it is narrower or equal. What this leaves open is the parent's.</summary>
    public IEnumerable<string> Exceeds(Scope parent)
    {
        if (Beyond(Environments, parent.Environments) is { } environments)
        {
            yield return $"environment {environments} (allowed above: {string.Join(", ", parent.Environments!.Value)})";
        }

        if (Beyond(ModelClasses, parent.ModelClasses) is { } classes)
        {
            yield return $"model class {classes} (allowed above: {string.Join(", ", parent.ModelClasses!.Value)})";
        }

        if (Models is { } models && parent.Models is { } allowed && models.FirstOrDefault(model => !allowed.Any(above => Pattern.CoversModel(above, model))) is { } wide)
        {
            yield return $"model {wide} (allowed above: {string.Join(", ", allowed)})";
        }

        if (Beyond(Routes, parent.Routes) is { } routes)
        {
            yield return $"route {routes} (allowed above: {string.Join(", ", parent.Routes!.Value)})";
        }

        if (DataClassMax > parent.DataClassMax)
        {
            yield return $"data class {DataClasses.Known[DataClassMax.Value]} (highest above: {DataClasses.Known[parent.DataClassMax.Value]})";
        }

        if (DataClassMin < parent.DataClassMin)
        {
            yield return $"data of class {DataClasses.Known[DataClassMin.Value]} at least (at least above: {DataClasses.Known[parent.DataClassMin.Value]})";
        }

        if (MaxOutputTokens > parent.MaxOutputTokens)
        {
            yield return $"{MaxOutputTokens} output tokens a request (above: {parent.MaxOutputTokens})";
        }

        if (MaxInputTokens > parent.MaxInputTokens)
        {
            yield return $"{MaxInputTokens} input tokens a request (above: {parent.MaxInputTokens})";
        }

        if (MaxRequestNanoUsd > parent.MaxRequestNanoUsd)
        {
            yield return $"{Limit.Write(Meter.Usd, MaxRequestNanoUsd.Value)} USD a request (above: {Limit.Write(Meter.Usd, parent.MaxRequestNanoUsd.Value)})";
        }
    }

    /// <summary>Whether one of these names of a model is allowed.</summary>
    public bool AllowsModel(params ReadOnlySpan<string> names)
    {
        if (Models is not { } models)
        {
            return true;
        }

        foreach (string model in models)
        {
            foreach (string name in names)
            {
                if (Pattern.Covers(model, name))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Equal dimensions, lists compared by what is in them.</summary>
    public bool Equals(Scope? other) => other is not null
        && Same(Environments, other.Environments) && Same(ModelClasses, other.ModelClasses) && Same(Models, other.Models) && Same(Routes, other.Routes)
        && DataClassMax == other.DataClassMax && DataClassMin == other.DataClassMin && MaxOutputTokens == other.MaxOutputTokens && MaxInputTokens == other.MaxInputTokens && MaxRequestNanoUsd == other.MaxRequestNanoUsd;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(DataClassMax, MaxOutputTokens, MaxInputTokens, MaxRequestNanoUsd, Models?.Length, ModelClasses?.Length);

    private static bool Same(ImmutableArray<string>? one, ImmutableArray<string>? other) =>
        one is null || other is null ? one is null && other is null : one.Value.SequenceEqual(other.Value, StringComparer.Ordinal);

    private static string? Beyond(ImmutableArray<string>? own, ImmutableArray<string>? parents) =>
        own is { } words && parents is { } allowed && words.Except(allowed, StringComparer.Ordinal).ToArray() is { Length: > 0 } wide ? string.Join(", ", wide) : null;

    private static ImmutableArray<string>? Meet(ImmutableArray<string>? one, ImmutableArray<string>? other) =>
        one is { } first && other is { } second ? [.. first.Intersect(second, StringComparer.Ordinal)] : one ?? other;

    private static ImmutableArray<string>? MeetPatterns(ImmutableArray<string>? one, ImmutableArray<string>? other) =>
        one is { } first && other is { } second
            ? [.. first.SelectMany(model => second.Select(above => Pattern.MeetModels(model, above))).OfType<string>().Distinct(StringComparer.Ordinal)]
            : one ?? other;

    private static long? Least(long? one, long? other) => one is null || other is null ? one ?? other : Math.Min(one.Value, other.Value);

    private static int? Least(int? one, int? other) => one is null || other is null ? one ?? other : Math.Min(one.Value, other.Value);
}

/// <summary>A name, or the beginning of names.</summary>
public static class Pattern
{
    /// <summary>Whether everything that <paramref name="narrow"/> names is named by <paramref name="wide"/>; either may end in <c>*</c>.</summary>
    public static bool Covers(string wide, string narrow) => wide.EndsWith('*')
        ? narrow.AsSpan().StartsWith(wide.AsSpan(0, wide.Length - 1), StringComparison.Ordinal)
        : string.Equals(wide, narrow, StringComparison.Ordinal);

    /// <summary>The same of models, which are also named with their provider before them: <c>mine/p1</c> is one of those that <c>p1</c> names.</summary>
    public static bool CoversModel(string wide, string narrow) => Covers(wide, narrow) || (Bare(narrow) is { } bare && Covers(wide, bare));

    /// <summary>The models that both name; null: there are none.</summary>
    public static string? MeetModels(string one, string other) =>
        CoversModel(one, other) ? other
        : CoversModel(other, one) ? one
        : AtProvider(one, other) ?? AtProvider(other, one);

    // Those of a provider among models that are named without one: mine/* and gpt-* have mine/gpt-* in common.
    private static string? AtProvider(string qualified, string model) =>
        Bare(qualified) is { } bare && Bare(model) is null && Covers(bare, model) ? qualified[..^bare.Length] + model : null;

    private static string? Bare(string qualified) => qualified.IndexOf('/', StringComparison.Ordinal) is > 0 and int slash ? qualified[(slash + 1)..] : null;
}

/// <summary>Classes of data, from the least to the most protected.</summary>
public static class DataClasses
{
    /// <summary>The words in their order.</summary>
    public static IReadOnlyList<string> Known { get; } = ["public", "internal", "customer", "restricted"];

    /// <summary>A class's place in the order; null: there is none of that name.</summary>
    public static int? Rank(string word)
    {
        for (int i = 0; i < Known.Count; i++)
        {
            if (string.Equals(Known[i], word, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return null;
    }
}
