using Causeway.Simulator.Providers;

namespace Causeway.Simulator.Scripts;

/// <summary>What the simulator does other than answer well. The first rule that matches a request and is not spent decides.</summary>
internal sealed record Script
{
    /// <summary>The only key that is accepted; without it any non-empty key is.</summary>
    public string? RequiredKey { get; init; }

    /// <summary>At most 1,000 rules, tried in order.</summary>
    public IReadOnlyList<Rule>? Rules { get; init; }
}

/// <summary>Which requests, how many of them, and what happens to them.</summary>
internal sealed record Rule
{
    /// <summary>Absent matches every request.</summary>
    public Match? Match { get; init; }

    /// <summary>How many requests it applies to before it is spent: 1 or more, absent means all.</summary>
    public int? Times { get; init; }

    /// <summary>Absent means the ordinary answer, which lets a rule shield requests from the rules below it.</summary>
    public Behaviour? Then { get; init; }
}

/// <summary>Conditions that must all hold; an absent one holds always.</summary>
internal sealed record Match
{
    /// <summary>Whose API was called; several speak one protocol.</summary>
    public Vendor? Vendor { get; init; }

    public Protocol? Protocol { get; init; }

    public Operation? Operation { get; init; }

    /// <summary>The model as requested, compared exactly.</summary>
    public string? Model { get; init; }

    /// <summary>Whether a stream was asked for.</summary>
    public bool? Stream { get; init; }

    /// <summary>A key that the request must carry, so that accounts at one provider can differ.</summary>
    public string? Key { get; init; }
}
