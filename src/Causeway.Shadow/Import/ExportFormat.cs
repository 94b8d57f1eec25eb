namespace Causeway.Shadow.Import;

/// <summary>A vendor's export as data: how it is recognised, and which of its columns means what. Every name may stand for several; the first that the file has is taken.</summary>
public sealed record ExportFormat
{
    /// <summary>Its name, lower snake case.</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public required string Title { get; init; }

    /// <summary>Who bills; null: a column says so.</summary>
    public string? Vendor { get; init; }

    /// <summary>Sets of columns; a file that has all of one is of this format.</summary>
    public required IReadOnlyList<string[]> Marks { get; init; }

    /// <summary>Whether it is a log of what was called, not of what was used.</summary>
    public bool IsLog { get; init; }

    /// <summary>When; every record has it.</summary>
    public required string[] Time { get; init; }

    /// <inheritdoc cref="UsageKey"/>
    public string[] Provider { get; init; } = [];

    /// <inheritdoc cref="UsageKey"/>
    public string[] Account { get; init; } = [];

    /// <inheritdoc cref="UsageKey"/>
    public string[] Project { get; init; } = [];

    /// <inheritdoc cref="UsageKey"/>
    public string[] Key { get; init; } = [];

    /// <inheritdoc cref="UsageKey"/>
    public string[] User { get; init; } = [];

    /// <inheritdoc cref="UsageKey"/>
    public string[] Model { get; init; } = [];

    /// <inheritdoc cref="UsageKey"/>
    public string[] Region { get; init; } = [];

    /// <inheritdoc cref="UsageKey"/>
    public string[] Item { get; init; } = [];

    /// <summary>The number of requests.</summary>
    public string[] Requests { get; init; } = [];

    /// <summary>Prompt tokens, in parts that are added up.</summary>
    public IReadOnlyList<string[]> Input { get; init; } = [];

    /// <summary>Prompt tokens that were read from a cache.</summary>
    public string[] CacheRead { get; init; } = [];

    /// <summary>Generated tokens.</summary>
    public string[] Output { get; init; } = [];

    /// <summary>The cost; empty: the export is of usage.</summary>
    public string[] Cost { get; init; } = [];

    /// <summary>What is added to the cost, such as credits, which are negative.</summary>
    public string[] Credits { get; init; } = [];

    /// <summary>The unit of an amount whose column is one of these, 1 of the currency otherwise: Anthropic's API gives hundredths.</summary>
    public string[] CostInHundredths { get; init; } = [];

    /// <summary>The currency; empty: US dollars.</summary>
    public string[] Currency { get; init; } = [];

    /// <summary>Columns whose text decides whether a record is of inference.</summary>
    public IReadOnlyList<string[]> About { get; init; } = [];

    /// <summary>What stands in one of those, case aside, when it is; empty: every record is.</summary>
    public string[] Inference { get; init; } = [];

    /// <summary>Whether the item names the model before its first comma.</summary>
    public bool ItemHasModel { get; init; }

    /// <summary>Bytes of a log, in parts that are added up.</summary>
    public IReadOnlyList<string[]> Bytes { get; init; } = [];

    /// <summary>All columns that something is made of.</summary>
    internal IEnumerable<string[]> Columns => ((IEnumerable<string[]>)[Time, Provider, Account, Project, Key, User, Model, Region, Item, Requests, .. Input, CacheRead, Output, Cost, Currency, .. Bytes]).Where(names => names.Length > 0);

    /// <summary>Whether a file of these columns is of this format.</summary>
    public bool Recognises(ExportRecords records) => Marks.Any(set => set.All(name => records.Find(name) >= 0));
}
