using System.Collections.Immutable;

namespace Causeway.Budgets.Grants;

/// <summary>How a grant came to be, which decides where its amounts come from.</summary>
public enum GrantKind : byte
{
    /// <summary>A ceiling over what the grant above holds: several shares may add up to more than that.</summary>
    Share,

    /// <summary>Its amounts were moved out of the grant above, which can spend them no longer: a guaranteed floor.</summary>
    Carve,

    /// <summary>A carve that is sealed until somebody breaks the glass, for at most an hour and with a reason.</summary>
    BreakGlass,

    /// <summary>The account of a capability key that states a total of calls or money. Made with the key's first use.</summary>
    Account,
}

/// <summary>What is done when the store that makes reservations durable is away.</summary>
public enum Enforcement : byte
{
    /// <summary>Nothing more is started.</summary>
    Hard,

    /// <summary>A small declared allowance goes on; what it used is booked afterwards as in doubt.</summary>
    Soft,

    /// <summary>As soft, with an allowance of its own, and the operator is paged at once.</summary>
    Critical,
}

/// <summary>How much of a request is held where its whole bound does not fit.</summary>
public enum ReserveMode : byte
{
    /// <summary>All of it or nothing: the request is denied.</summary>
    Strict,

    /// <summary>Its output cap is lowered to what fits.</summary>
    Clamp,

    /// <summary>Of a stream only what such answers need is held, and more while it runs; where that does not fit any more the stream is ended.</summary>
    Adaptive,
}

/// <summary>What a grant is worth.</summary>
public enum GrantStatus : byte
{
    /// <summary>It may be used.</summary>
    Active,

    /// <summary>It and all below it rest until it is resumed.</summary>
    Suspended,

    /// <summary>It and all below it have ended for good.</summary>
    Revoked,
}

/// <summary>A budget capability: the right to make a class of inferences happen, up to an amount, until a time, with or without the right to pass a part of it on.</summary>
public sealed record Grant
{
    /// <summary>Grants on a path at most, from the first one down.</summary>
    public const int MaxDepth = 8;

    /// <summary>Grants right below one at most.</summary>
    public const int MaxChildren = 10_000;

    /// <summary>Limits of one grant at most.</summary>
    public const int MaxLimits = 16;

    /// <summary>The largest weight.</summary>
    public const int MaxWeight = 1_000;

    /// <summary>The output cap that is set upstream where neither the caller nor the grant sets one, tokens.</summary>
    public const long DefaultOutputTokens = 4_096;

    /// <summary>Its name.</summary>
    public required GrantId Id { get; init; }

    /// <summary>The grant above; null: there is none.</summary>
    public GrantId? Parent { get; init; }

    /// <summary>Where its amounts come from.</summary>
    public GrantKind Kind { get; init; }

    /// <summary>Whose it is.</summary>
    public required Holder Holder { get; init; }

    /// <summary>What it is for, as it was stated; the effective scope is the meet with those above.</summary>
    public Scope Scope { get; init; } = Scope.All;

    /// <summary>How much of it there is, its paces included.</summary>
    public ImmutableArray<Limit> Limits { get; init; } = [];

    /// <summary>Not before; null: at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>From when on it is over; null: never by age.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Grants that may be made below it, in a row; 0: none.</summary>
    public int DepthLeft { get; init; } = MaxDepth - 1;

    /// <summary>What is done when the store is away.</summary>
    public Enforcement Enforcement { get; init; }

    /// <summary>What is done where a request's bound does not fit.</summary>
    public ReserveMode Reserve { get; init; }

    /// <summary>Grants right below it share its limits by their weights while they are short, in place of whoever comes first.</summary>
    public bool IsFair { get; init; }

    /// <summary>Its part where the grant above is fair, beside the weights of the others; 1 to <see cref="MaxWeight"/>.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Streams that run when it is revoked are cut, not finished.</summary>
    public bool CutOnRevoke { get; init; }

    /// <summary>What it is worth.</summary>
    public GrantStatus Status { get; init; }

    /// <summary>Grows when every capability key of the grant is to die.</summary>
    public int KeyGeneration { get; init; } = 1;

    /// <summary>Grows with each change.</summary>
    public int Version { get; init; } = 1;

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>Why, and after a change why that.</summary>
    public string? Reason { get; init; }

    /// <summary>A team's grant for keys that were made without one: no limits. Its id follows from the team's name.</summary>
    public bool IsDefault { get; init; }

    /// <summary>The carved amounts come out of the grant above.</summary>
    public bool IsCarved => Kind is GrantKind.Carve or GrantKind.BreakGlass;
}
