using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Budgets.Raises;

/// <summary>A glass that was broken, and the review that it asks for.</summary>
public sealed record BrokenGlass
{
    private const string Prefix = "glass_";

    /// <summary>Its name.</summary>
    public required Guid Id { get; init; }

    /// <summary>The grant that was helped.</summary>
    public required GrantId Grant { get; init; }

    /// <summary>The sealed grant that was opened.</summary>
    public required GrantId Seal { get; init; }

    /// <summary>How much was opened.</summary>
    public required long NanoUsd { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Until when the limits between the two are raised.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>Who did it.</summary>
    public required string By { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>Who has reviewed it; null: nobody yet.</summary>
    public string? ReviewedBy { get; init; }

    /// <summary>When it was reviewed.</summary>
    public DateTimeOffset? ReviewedAt { get; init; }

    /// <summary>What the review found.</summary>
    public string? ReviewReason { get; init; }

    /// <summary>Limits that bind all the same. Said when it is broken; not kept.</summary>
    public IReadOnlyList<BindingLimit> StillBinding { get; init; } = [];

    /// <summary>The glass that an event of the ledger tells of: the store keeps it with the event.</summary>
    public static BrokenGlass Of(LedgerEvent broken) => new()
    {
        Id = broken.Request!.Value,
        Grant = broken.Grant!.Value,
        Seal = broken.DecidedBy!.Value,
        NanoUsd = broken.Held.NanoUsd,
        At = DateTimeOffset.FromUnixTimeMilliseconds(broken.AtMs),
        Until = DateTimeOffset.FromUnixTimeMilliseconds(broken.DeadlineMs),
        By = broken.Actor!,
        Reason = broken.Reason!,
    };

    /// <summary>Its name as text: <c>glass_</c> and 32 hex digits.</summary>
    public string Name => Prefix + Id.ToString("N");

    /// <summary>Reads the name.</summary>
    public static bool TryParse(string? text, out Guid id)
    {
        id = default;
        return text is not null && text.StartsWith(Prefix, StringComparison.Ordinal) && Guid.TryParseExact(text.AsSpan(Prefix.Length), "N", out id);
    }
}
