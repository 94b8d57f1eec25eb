using System.CommandLine;
using Causeway.Admin.Raises;
using Causeway.Budgets.Raises;

namespace Causeway.Commands;

/// <summary><c>causeway grant inbox</c></summary>
internal sealed class GrantInboxCommand : ClientVerb<RaiseInbox>
{
    private readonly Option<bool> _all = new("--all") { Description = "Also what is decided and reviewed." };

    public GrantInboxCommand(Surroundings surroundings)
        : base("inbox", "What waits for a decision or a review.", surroundings) =>
        Takes([_all], "causeway grant inbox", "causeway grant inbox --all", "causeway grant inbox --json | jq -r '.raises[].id'");

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get("/raises", ("all", parsed.GetValue(_all) ? "true" : null));

    protected override void Show(RaiseInbox answer, Connection connection, Screen screen)
    {
        if (answer.Raises.Count + answer.Glass.Count == 0)
        {
            screen.Line("Nothing waits for you.");
            return;
        }

        foreach (GlassView glass in answer.Glass)
        {
            screen.Accent($"review: glass broken by {glass.By} at {Figures.Time(glass.At)} for {glass.Grant}");
            screen.Line($"  {Figures.Bound(glass.AmountUsd)} until {Figures.Time(glass.Until)} out of {glass.Seal}: {glass.Reason}");
            screen.Line(glass.ReviewedBy is { } reviewer
                ? $"  Reviewed by {reviewer} at {Figures.Time(glass.ReviewedAt)}: {glass.ReviewReason}"
                : $"  Close it with: causeway grant ack {glass.Id} --reason TEXT");
            screen.Line();
        }

        foreach (RaiseView raise in answer.Raises)
        {
            RaiseScreen.Show(raise, screen);
            screen.Line(raise.State == RaiseState.Pending
                ? $"  Decide until {Figures.Time(raise.ExpiresAt)}: causeway grant approve {raise.Id}"
                : $"  {RaiseScreen.StateOf(raise)} {(raise.DecidedBy is { } by ? $"by {by} " : "")}at {Figures.Time(raise.DecidedAt)}{(raise.DecisionReason is { } reason ? $": {reason}" : "")}");
            screen.Line();
        }
    }
}
