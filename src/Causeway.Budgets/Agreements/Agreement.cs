using System.Collections.Immutable;

namespace Causeway.Budgets.Agreements;

/// <summary>What lets a provider process data: where, which classes, from when until when. Only its end, its warnings and its version ever change.</summary>
public sealed record Agreement
{
    /// <summary>Regions of one agreement.</summary>
    public const int MaxRegions = 32;

    /// <summary>Characters of the document's address.</summary>
    public const int MaxDocument = 2_000;

    /// <summary>Characters of a note or of a reason.</summary>
    public const int MaxNote = 500;

    /// <summary>Days before the end at which it is warned of, the farthest first.</summary>
    public static ImmutableArray<int> Warnings { get; } = [30, 7, 1];

    /// <summary>Its name.</summary>
    public required AgreementId Id { get; init; }

    /// <summary>The provider, by its name in the configuration.</summary>
    public required string Provider { get; init; }

    /// <summary>Where it may process, 1 to <see cref="MaxRegions"/>: a region's name, or a geography (<see cref="Geography"/>) for all that lie in it.</summary>
    public required ImmutableArray<string> Regions { get; init; }

    /// <summary>The classes of data that it names, in the order of <see cref="Grants.DataClasses"/>; never empty. It covers the highest and all below.</summary>
    public required ImmutableArray<string> Data { get; init; }

    /// <summary>What the provider may keep.</summary>
    public Retention Retention { get; init; }

    /// <summary>When it begins, UTC, to the millisecond.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>When it ends, not included.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>Where its text is kept; null: nobody said.</summary>
    public string? Document { get; init; }

    /// <summary>A word of whoever made it; null: none.</summary>
    public string? Note { get; init; }

    /// <summary>When it was made here.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who made it here.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When it was ended before its time; null: it was not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Who ended it.</summary>
    public string? EndedBy { get; init; }

    /// <summary>Why.</summary>
    public string? EndReason { get; init; }

    /// <summary>The nearest of <see cref="Warnings"/> that was told; 0: its end was; null: nothing was.</summary>
    public int? Warned { get; init; }

    /// <summary>Grows with every change, from 1 on.</summary>
    public int Version { get; init; } = 1;

    /// <summary>When it holds no longer.</summary>
    public DateTimeOffset End => EndedAt is { } ended && ended < Until ? ended : Until;

    /// <summary>What it is at a moment.</summary>
    public AgreementState StateAt(DateTimeOffset now) =>
        EndedAt <= now && EndedAt < Until ? AgreementState.Ended : now >= Until ? AgreementState.Expired : now < From ? AgreementState.Pending : AgreementState.InForce;

    /// <summary>The warning that is due and was not told: a member of <see cref="Warnings"/>, or 0 for the end itself; null: none is.</summary>
    public int? WarningDueAt(DateTimeOffset now)
    {
        if (EndedAt is not null)
        {
            return null;
        }

        int? due = now >= Until ? 0 : null;
        foreach (int days in Warnings)
        {
            if (due != 0 && Until - now <= TimeSpan.FromDays(days))
            {
                due = days; // The nearest that has come.
            }
        }

        return due is { } day && (Warned is null || day < Warned) ? day : null;
    }
}

/// <summary>What an agreement is at a moment.</summary>
public enum AgreementState
{
    /// <summary>It lets data go.</summary>
    InForce,

    /// <summary>It has not begun.</summary>
    Pending,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>It was ended before its time.</summary>
    Ended,
}

/// <summary>What a provider may keep of what it is sent.</summary>
public enum Retention
{
    /// <summary>What its terms say.</summary>
    Provider,

    /// <summary>Nothing beyond the answer: Causeway sets what the provider's API has for that, and sends nothing that is kept by its nature.</summary>
    None,
}
