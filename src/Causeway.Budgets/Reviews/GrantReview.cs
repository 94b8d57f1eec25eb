using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Budgets.Reviews;

/// <summary>What a review would do with a grant that nobody uses.</summary>
public enum ReviewAdvice : byte
{
    /// <summary>Nothing: it is used, or has to be there unused.</summary>
    None,

    /// <summary>Its holder should be told.</summary>
    Tell,

    /// <summary>It should rest: one command brings it back.</summary>
    Suspend,

    /// <summary>It should end.</summary>
    Revoke,
}

/// <summary>What there is to say about one grant.</summary>
/// <param name="Grant">The grant.</param>
/// <param name="Use">When it, or anything below it, was last used.</param>
/// <param name="UnusedDays">Whole days since then; of a grant that was never used, since it was made.</param>
/// <param name="Advice">What to do about that.</param>
/// <param name="Limits">Its limits.</param>
public sealed record GrantReview(Grant Grant, LastUse Use, int UnusedDays, ReviewAdvice Advice, IReadOnlyList<LimitReview> Limits)
{
    /// <summary>Days without use after which a grant is told of, unless another number is asked for.</summary>
    public const int TellAfterDays = 30;

    /// <summary>Days without use after which it should rest.</summary>
    public const int SuspendAfterDays = 45;

    /// <summary>Days without use after which it should end.</summary>
    public const int RevokeAfterDays = 90;

    /// <summary>Windows that are over, by which an amount is judged.</summary>
    public const int Windows = 8;

    // One window is chance.
    private const int LeastWindows = 2;

    /// <summary>Whether there is anything to do.</summary>
    public bool HasAdvice => Advice != ReviewAdvice.None || Limits.Any(limit => limit.Suggested is not null);

    /// <summary>Reviews every grant that has not ended, by id.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="tellAfterDays">Days without use after which a grant is told of, 1 or more.</param>
    /// <param name="now">The time.</param>
    public static IEnumerable<GrantReview> All(BudgetLedger ledger, int tellAfterDays, DateTimeOffset now) => ledger.Grants
        .Where(node => node.Grant.Status != GrantStatus.Revoked && !(node.Grant.ExpiresAt <= now) && node.Grant.Kind != GrantKind.Account)
        .OrderBy(node => node.Grant.Id.Value)
        .Select(node => Of(node, ledger, tellAfterDays, now));

    private static GrantReview Of(GrantNode node, BudgetLedger ledger, int tellAfterDays, DateTimeOffset now)
    {
        LastUse use = ledger.LastUseOf(node);
        int unused = Math.Max(0, (int)(now - (use.Allowed ?? node.Grant.CreatedAt)).TotalDays);

        // A team's default grant costs nothing while it is unused, and a seal is there to be unused.
        bool mayRest = !node.Grant.IsDefault && node.Grant.Kind != GrantKind.BreakGlass;
        ReviewAdvice advice = !mayRest ? ReviewAdvice.None
            : unused >= RevokeAfterDays ? ReviewAdvice.Revoke
            : unused >= SuspendAfterDays && node.Grant.Status == GrantStatus.Active ? ReviewAdvice.Suspend
            : unused >= tellAfterDays ? ReviewAdvice.Tell
            : ReviewAdvice.None;
        IReadOnlyList<WindowUse> history = ledger.History(node);
        IReadOnlyList<DateTimeOffset?> denials = ledger.LastDenials(node);
        return new GrantReview(node.Grant, use, unused, advice, [.. node.Grant.Limits.Select((limit, number) => Of(node.Grant, number, limit, use.Allowed, denials[number], history, now))]);
    }

    private static LimitReview Of(Grant grant, int number, Limit limit, DateTimeOffset? allowed, DateTimeOffset? denied, IReadOnlyList<WindowUse> history, DateTimeOffset now)
    {
        LimitReview review = new(number, limit, new LastUse(allowed, denied), null, null);
        if (limit.IsPace || limit.Meter == Meter.Concurrent || limit.Window.Kind is WindowKind.None or WindowKind.Rolling || grant.Kind == GrantKind.BreakGlass)
        {
            return review; // There are no windows that are over.
        }

        var used = history.Where(window => window.Number == number).ToDictionary(window => window.Start.ToUnixTimeMilliseconds(), window => window.Used);
        List<long> over = [.. Starts(limit.Window, grant.CreatedAt, now).Select(start => used.GetValueOrDefault(start))];
        if (over.Count < LeastWindows)
        {
            return review;
        }

        over.Sort();
        long p99 = over[(int)Math.Ceiling(over.Count * 0.99) - 1];

        // What is used already in the window that runs is not too much either.
        long most = Math.Max(p99, used.GetValueOrDefault(limit.Window.StartOf(now.ToUnixTimeMilliseconds())));
        long suggested = most + (most / 2) + (most % 2);
        return review with { P99 = p99, Suggested = most > 0 && suggested < limit.Amount ? suggested : null };
    }

    // The windows that are over and that the grant was there for from their beginning, the last ones.
    private static IEnumerable<long> Starts(Window window, DateTimeOffset since, DateTimeOffset now)
    {
        long start = window.StartOf(now.ToUnixTimeMilliseconds());
        for (int i = 0; i < Windows; i++)
        {
            start = window.StartOf(start - 1);
            if (start < since.ToUnixTimeMilliseconds())
            {
                yield break;
            }

            yield return start;
        }
    }
}

/// <summary>What there is to say about one limit.</summary>
/// <param name="Number">Its place among the grant's limits, from 0.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Use">When a request was last let through, and when this limit last refused one.</param>
/// <param name="P99">The 99th percentile of what was used in the last windows that are over; null: there are too few.</param>
/// <param name="Suggested">Half as much again, where that is less than the amount; null: the amount is not too large.</param>
public sealed record LimitReview(int Number, Limit Limit, LastUse Use, long? P99, long? Suggested);
