using System.Collections.Frozen;
using System.Collections.Immutable;
using Causeway.Contracts.Conformance;

namespace Causeway.Contracts.Dialects;

/// <summary>What one provider's structured output accepts, ignores, refuses and enforces, as data with dates and evidence.</summary>
public sealed record DialectProfile
{
    /// <summary>The dialect's name: <c>openai</c>, <c>anthropic</c>, …</summary>
    public required string Name { get; init; }

    /// <summary>The name for people.</summary>
    public required string Title { get; init; }

    /// <summary>Other names by which it is found.</summary>
    public ImmutableArray<string> Aliases { get; init; } = [];

    /// <summary>The date of its newest source.</summary>
    public required string Date { get; init; }

    /// <summary>Where it comes from: title and date.</summary>
    public required ImmutableArray<(string Title, string Date)> Sources { get; init; }

    /// <summary>Where a request holds the schema.</summary>
    public required ImmutableArray<string> Envelope { get; init; }

    /// <summary>The schema travels as a string that holds its JSON text.</summary>
    public bool SchemaAsText { get; init; }

    /// <summary>Every tool is held to its schema, whether it says <c>strict</c> or not, and one whose schema the dialect does not have is refused.</summary>
    public bool ToolsAreStrict { get; init; }

    /// <summary>The order of an answer's members.</summary>
    public KeyOrder KeyOrder { get; init; }

    /// <summary>The word <c>propertyOrdering</c> beside <c>properties</c> sets the order of an answer's members.</summary>
    public bool HasPropertyOrdering { get; init; }

    /// <summary>The ways by which a schema can travel, from the best.</summary>
    public required ImmutableArray<CarrierOption> Carriers { get; init; }

    /// <summary>What differs between its models; the first rule that matches counts.</summary>
    public ImmutableArray<ModelRule> Models { get; init; } = [];

    /// <summary>How large a schema may be.</summary>
    public DialectLimits Limits { get; init; } = new();

    /// <summary>How an answer ends, in the provider's words: <c>normal</c>, <c>truncated</c>, <c>refused</c>, <c>tool</c>, <c>failed</c>.</summary>
    public required FrozenDictionary<string, ImmutableArray<string>> Terminal { get; init; }

    /// <summary>Every row of <see cref="Features.All"/>.</summary>
    public required FrozenDictionary<string, KeywordSupport> Keywords { get; init; }

    /// <summary>The schema comes from a caller of the provider's own protocol: a root that is documented to be taken there is sent, though nobody has measured it.</summary>
    internal bool TrustsRoots { get; init; }

    /// <summary>What it does with a feature.</summary>
    /// <param name="feature">An id of <see cref="Features"/>.</param>
    public KeywordSupport this[string feature] => Keywords[feature];

    /// <summary>The profile for one of its models: the rule that matches is folded into it.</summary>
    /// <param name="model">The provider's name of the model; null: the profile as it is.</param>
    public DialectProfile For(string? model)
    {
        if (RuleOf(model) is not { } rule)
        {
            return this;
        }

        return this with
        {
            Carriers = rule.Carriers.IsDefault ? Carriers : rule.Carriers,
            KeyOrder = rule.KeyOrder ?? KeyOrder,
            HasPropertyOrdering = rule.HasPropertyOrdering || HasPropertyOrdering,
            Keywords = rule.Keywords.Count == 0 ? Keywords : With(rule.Keywords),
            Models = [],
        };
    }

    /// <summary>The rule for one of its models; null: there is none.</summary>
    /// <param name="model">The provider's name of the model; null: any.</param>
    public ModelRule? RuleOf(string? model)
    {
        if (model is null)
        {
            return null;
        }

        foreach (ModelRule rule in Models)
        {
            if (rule.Matches(model))
            {
                return rule;
            }
        }

        return null;
    }

    /// <summary>The profile with what probes showed in place of what is documented. What they could not tell stays as documented.</summary>
    /// <param name="measured">By feature: the verdict and its date.</param>
    public DialectProfile Measured(IReadOnlyDictionary<string, (ProbeVerdict Verdict, DateOnly On)> measured)
    {
        Dictionary<string, KeywordSupport> changed = [];
        foreach ((string feature, (ProbeVerdict verdict, DateOnly on)) in measured)
        {
            if (verdict != ProbeVerdict.Inconclusive && Keywords.TryGetValue(feature, out KeywordSupport? row))
            {
                changed[feature] = row with
                {
                    // A probe tries one value: where the row has limits they stay.
                    Support = verdict switch { ProbeVerdict.Enforced => row.Support == Support.Partly ? Support.Partly : Support.Enforced, ProbeVerdict.Ignored => Support.Ignored, _ => Support.Rejected },
                    Evidence = Evidence.Measured,
                    Date = on.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
                    IsUnverified = false,
                };
            }
        }

        return changed.Count == 0 ? this : this with { Keywords = With(changed) };
    }

    private FrozenDictionary<string, KeywordSupport> With(IReadOnlyDictionary<string, KeywordSupport> changed) =>
        Keywords.Select(row => KeyValuePair.Create(row.Key, changed.GetValueOrDefault(row.Key, row.Value))).ToFrozenDictionary();
}
