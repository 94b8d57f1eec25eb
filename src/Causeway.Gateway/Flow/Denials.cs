using System.Globalization;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Flow;

/// <summary>The seam between the rooms: what the ledger says no to, in the gateway's words.</summary>
internal static class Denials
{
    // What heals within this may be tried again by an SDK on its own; what takes longer is the caller's affair.
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(60);

    public static GatewayError Of(LedgerDenial denial, GrantNode leaf)
    {
        bool healsSoon = denial.RetryAfter is { } after && after <= s_soon;
        return new GatewayError(KindOf(denial.Code), denial.Code, $"{Text(denial)} {Mend(denial, leaf)}")
        {
            RetryAfter = denial.RetryAfter,
            ShouldRetry = healsSoon ? null : false,
            DecidedBy = denial.Grant,
            Limit = denial.Limit?.ToString(),
        };
    }

    // More is asked for of the limit that decided. A key's own total was set by whoever passed it on; what has no limit is no matter of more.
    private static string Mend(LedgerDenial denial, GrantNode leaf)
    {
        if (leaf.Path.FirstOrDefault(node => node.Grant.Id == denial.Grant) is { Grant.Kind: GrantKind.Account })
        {
            return "The key was narrowed to it by whoever passed it on: ask them for a wider one.";
        }

        string holder = $"causeway grant show {denial.Grant}";
        return denial.Limit is { } limit
            ? $"Ask for more: causeway grant request {denial.Grant} --{limit.Meter.Word().Replace('_', '-')} N --until 7d --reason TEXT; who holds it: {holder}."
            : $"Who holds it, and may change it: {holder}.";
    }

    private static ErrorKind KindOf(string code) => code switch
    {
        "limit_spent" or "request_exceeds_limit" => ErrorKind.Spent,
        "limit_held" or "limit_paced" or "limit_shared" or "rate_requests" or "rate_concurrent" or "token_subaccounts_full" => ErrorKind.RateLimited,
        "journal_failed" or "store_unavailable" => ErrorKind.Unavailable,
        _ => ErrorKind.Forbidden,
    };

    private static string Text(LedgerDenial denial)
    {
        if (denial.Limit is not { } limit)
        {
            return denial.Code switch
            {
                "grant_suspended" => $"Grant {denial.Grant} is suspended.",
                "grant_revoked" => $"Grant {denial.Grant} was revoked.",
                "grant_sealed" => $"Grant {denial.Grant} is sealed for the emergency: break the glass for the grant that needs it.",
                "grant_expired" => $"Grant {denial.Grant} does not hold at this time.",
                "token_subaccounts_full" => $"Grant {denial.Grant} has as many keys with totals of their own as it may have ({BudgetLedger.MaxAccounts:N0}).",
                "request_exceeds_limit" => $"With the calls before, this one may cost more than a request may under grant {denial.Grant}.",
                "store_unavailable" => $"The store is away, and grant {denial.Grant} may start nothing more meanwhile. The operator sees why in the log and at /readyz.",
                "price_unknown" => $"Grant {denial.Grant} limits money, and the model has no price.",
                _ => $"Grant {denial.Grant} says no.",
            };
        }

        string left = $"{Amount(limit.Meter, denial.Left)} left of {Amount(limit.Meter, denial.Amount)}{Per(limit)}, and this request may take up to {Amount(limit.Meter, denial.Asked)}";
        string ends = denial.WindowEnds is { } end ? string.Create(CultureInfo.InvariantCulture, $" The window ends at {end:u}.") : "";
        return denial.Code switch
        {
            "limit_held" => $"Grant {denial.Grant} has {left}: open requests hold the rest and give back what they do not use.{ends}",
            "limit_shared" => $"Grant {denial.Grant} is shared fairly, and what is left of {Amount(limit.Meter, denial.Amount)}{Per(limit)} beyond this one's share is for others that ask as well.{ends}",
            "limit_paced" => $"Grant {denial.Grant} is paced to {Amount(limit.Meter, denial.Amount)}{Per(limit)}, and that is used.{ends}",
            "rate_concurrent" => $"Grant {denial.Grant} has {denial.Amount} requests open, as many as it may.",
            "limit_spent" or "rate_requests" when limit.Meter == Meter.Requests => $"Grant {denial.Grant} has made its {denial.Amount} requests{Per(limit)}.{ends}",
            "request_exceeds_limit" => $"This request may take up to {Amount(limit.Meter, denial.Asked)}, more than grant {denial.Grant} has in all: {Amount(limit.Meter, denial.Amount)}{Per(limit)}. State a smaller output cap, or send less.",
            _ => $"Grant {denial.Grant} has {left}.{ends}",
        };
    }

    private static string Amount(Meter meter, long amount) => meter switch
    {
        Meter.Usd => Limit.Write(meter, amount) + " USD",
        Meter.Tokens => string.Create(CultureInfo.InvariantCulture, $"{amount:N0} tokens"),
        Meter.TokensIn => string.Create(CultureInfo.InvariantCulture, $"{amount:N0} input tokens"),
        Meter.TokensOut => string.Create(CultureInfo.InvariantCulture, $"{amount:N0} output tokens"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{amount:N0} requests"),
    };

    private static string Per(Limit limit) => limit.Window.Kind switch
    {
        WindowKind.None => "",
        WindowKind.Rolling => $" in {limit.Window}",
        _ => $" a {limit.Window}",
    };
}
