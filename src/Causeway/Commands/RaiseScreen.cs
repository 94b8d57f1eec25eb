using Causeway.Admin.Raises;
using Causeway.Budgets.Raises;

namespace Causeway.Commands;

/// <summary>Requests for raises and broken glasses as people read them.</summary>
internal static class RaiseScreen
{
    /// <summary>Everything that the digest covers, and what binds all the same.</summary>
    public static void Show(RaiseView raise, Screen screen)
    {
        screen.Pairs(
            ("Request", $"{raise.Id} ({StateOf(raise)})"),
            ("Grant", raise.Holder is { } holder ? $"{raise.Grant} of {holder}" : raise.Grant),
            ("Limit", $"{raise.Limit}: {raise.LimitText}"),
            ("Raise", $"+{raise.AmountText} until {Figures.Time(raise.Until)}"),
            ("Reason", raise.Ticket is { } ticket ? $"{raise.Reason} ({ticket})" : raise.Reason),
            ("Asked", $"{raise.RequestedBy}, {Figures.Time(raise.CreatedAt)}"));
        foreach (ApprovalView approval in raise.Approvals)
        {
            screen.Line($"  Approved by {approval.By} at {Figures.Time(approval.At)}: {approval.AmountText}{(approval.Reason is { } reason ? $" ({reason})" : "")}");
        }

        Show(raise.StillBinding, $"the {raise.GrantedText}", screen);
    }

    /// <summary>Limits on the way up that bind all the same.</summary>
    public static void Show(IEnumerable<BindingView> binding, string amount, Screen screen)
    {
        foreach (BindingView limit in binding)
        {
            screen.Line($"  This alone does not give {amount}: {limit.Grant} has {limit.LeftText} left of {limit.Limit}. Raise that too.");
        }
    }

    /// <summary>The state in words.</summary>
    public static string StateOf(RaiseView raise) => raise.State switch
    {
        RaiseState.Pending when raise.ApproversNeeded > 1 => $"pending, {raise.Approvals.Count} of {raise.ApproversNeeded} approvers",
        RaiseState.Approved when raise.Granted != raise.Amount => $"approved with {raise.GrantedText}",
        _ => RaiseJson.Word(raise.State),
    };
}
