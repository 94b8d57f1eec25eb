using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Budgets.Export;

/// <summary>One cost row of an export: what one grant used in one hour of one meter of one model at one price, or one adjustment.</summary>
public sealed record FocusRow
{
    /// <summary>The month that it is billed in.</summary>
    public required BillingMonth Month { get; init; }

    /// <summary>The beginning of the hour in which the requests arrived.</summary>
    public required DateTimeOffset Hour { get; init; }

    /// <summary>The grant that was charged; null: none was.</summary>
    public GrantId? Grant { get; init; }

    /// <summary>Whose the grant is; null: there is none.</summary>
    public string? Holder { get; init; }

    /// <summary>The highest class of data that the grant allows; null: it does not say.</summary>
    public string? DataClass { get; init; }

    /// <summary>The team; null: not known.</summary>
    public string? Team { get; init; }

    /// <summary>The feature; null: not known.</summary>
    public string? Feature { get; init; }

    /// <summary>The environment; null: not known.</summary>
    public string? Environment { get; init; }

    /// <summary>Whom the company charges; null: nobody said.</summary>
    public string? CostCentre { get; init; }

    /// <summary>The requests' tags, as <see cref="Labels.RequestTags"/> writes them; null: they have none.</summary>
    public string? Tags { get; init; }

    /// <summary>The provider's name; null: not known.</summary>
    public string? Provider { get; init; }

    /// <summary>Where the provider is bound to process; null: not bound.</summary>
    public string? Region { get; init; }

    /// <summary>The model; null: not known.</summary>
    public string? Model { get; init; }

    /// <summary>What is measured; null: it is an adjustment.</summary>
    public TokenMeter? Meter { get; init; }

    /// <summary>USD for one unit of <see cref="PricingUnit"/>; null: no price, or an adjustment.</summary>
    public Exact? UnitPrice { get; init; }

    /// <summary>Requests that are in it.</summary>
    public long Requests { get; init; }

    /// <summary>Tokens that are in it; of tools, their uses.</summary>
    public long Tokens { get; init; }

    /// <summary>What was booked, nano-USD; negative where an adjustment lowers it; null: no price.</summary>
    public long? CostNanoUsd { get; init; }

    /// <summary>The part of it that went beyond what was held.</summary>
    public long OverrunNanoUsd { get; init; }

    /// <summary>Who says how many tokens it were; null: it is an adjustment.</summary>
    public UsageSource? Source { get; init; }

    /// <summary>What is said of an adjustment; null: it is none.</summary>
    public string? Adjustment { get; init; }

    /// <summary>It corrects a month before its own.</summary>
    public bool IsCorrection => Adjustment is not null && Hour < Month.Start;

    /// <summary>What the unit price is for.</summary>
    public string? PricingUnit => Meter switch
    {
        null => null,
        TokenMeter.SeveralPrices or TokenMeter.SeveralToolFees or TokenMeter.Unmetered => "Requests",
        TokenMeter.ToolUses => "Units",
        _ => "1000000 Tokens",
    };

    /// <summary>How many of those; null: it is an adjustment.</summary>
    public Exact? PricingQuantity => Meter switch
    {
        null => null,
        TokenMeter.SeveralPrices or TokenMeter.SeveralToolFees or TokenMeter.Unmetered => new Exact(Requests, 0),
        TokenMeter.ToolUses => new Exact(Tokens, 0),
        _ => new Exact(Tokens, 6),
    };

    /// <summary>The unit of <see cref="ConsumedQuantity"/>.</summary>
    public string? ConsumedUnit => Meter is null ? null : Meter is TokenMeter.ToolUses or TokenMeter.SeveralToolFees ? "Units" : Tokens > 0 ? "Tokens" : "Requests";

    /// <summary>What was used; null: it is an adjustment.</summary>
    public Exact? ConsumedQuantity => Meter is null ? null : new Exact(Tokens > 0 ? Tokens : Requests, 0);

    /// <summary>The unit price times the quantity, with every digit; of an adjustment what was booked.</summary>
    public Exact? ListCost => Adjustment is not null ? Cost
        : UnitPrice is { } price && PricingQuantity is { } quantity ? new Exact(checked(price.Unscaled * quantity.Unscaled), price.Scale + quantity.Scale)
        : null;

    /// <summary>What was booked.</summary>
    public Exact? Cost => CostNanoUsd is { } nano ? Exact.Usd(nano) : null;
}
