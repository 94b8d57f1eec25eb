using System.CommandLine;
using System.Globalization;
using Causeway.Admin.Rollouts;
using Causeway.Releases.Guards;

namespace Causeway.Commands;

/// <summary><c>causeway guard</c></summary>
internal static class GuardCommand
{
    public static Command Create(Surroundings surroundings) => new("guard", "See what the guards of a rollout know, and why they act.")
    {
        new GuardExplainCommand(surroundings),
    };
}

/// <summary><c>causeway guard explain</c>: in plain words and numbers.</summary>
internal sealed class GuardExplainCommand : ClientVerb<GuardsView>
{
    private static readonly Column[] s_columns = [new("GUARD", ColumnKind.Name), new("DOES"), new("E", ColumnKind.Number), new("OF", ColumnKind.Number), new("CANDIDATE", ColumnKind.Number), new("BASE", ColumnKind.Number)];

    private readonly Argument<string> _channel = new("CHANNEL") { Description = "The channel's name." };

    public GuardExplainCommand(Surroundings surroundings)
        : base("explain", "Say what each guard has seen, and what it comes to.", surroundings)
    {
        Add(_channel);
        Takes([], "causeway guard explain support");
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get($"/channels/{Uri.EscapeDataString(parsed.GetRequiredValue(_channel))}/guards");

    protected override void Show(GuardsView answer, Connection connection, Screen screen)
    {
        screen.Accent($"{answer.Channel}: {answer.Rollout}");
        screen.Line($"The candidate answered {Figures.Plural(answer.CandidateRequests, "request")} of {Figures.Plural(answer.CandidateUnits, "unit")}, base {Figures.Count(answer.BaseRequests)} of {Figures.Count(answer.Units - answer.CandidateUnits)}, on all instances.");
        if (answer.Underpowered)
        {
            screen.Line($"That is underpowered: with fewer than {RolloutTally.EnoughUnits} units only tripwires and people act in time. Assign by sessions or users.");
        }

        screen.Line();
        screen.Table(s_columns, answer.Guards.Select(guard => (IReadOnlyList<string>)
        [
            guard.Guard,
            guard.On ? guard.Action == GuardAction.Rollback ? "rolls back" : "holds" : "off",
            guard.On ? guard.E.ToString("0.###", CultureInfo.InvariantCulture) : "",
            guard.On ? answer.Threshold.ToString("0", CultureInfo.InvariantCulture) : "",
            Figures.Count(guard.CandidateUnits),
            Figures.Count(guard.BaseUnits),
        ]));
        screen.Line();
        foreach (GuardView guard in answer.Guards.Where(guard => guard.On))
        {
            screen.Line($"{guard.Guard}: {(guard.Words.StartsWith(guard.Guard + ": ", StringComparison.Ordinal) ? guard.Words[(guard.Guard.Length + 2)..] : guard.Words)}.");
            if (guard.Requests.Count > 0)
            {
                screen.Remark("  last: " + string.Join(", ", guard.Requests.Take(5)));
            }
        }
    }
}
