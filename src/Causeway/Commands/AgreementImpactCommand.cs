using System.CommandLine;
using Causeway.Admin.Agreements;

namespace Causeway.Commands;

/// <summary><c>causeway agreement coverage</c></summary>
internal sealed class AgreementCoverageCommand : ClientVerb<AgreementCoverage>
{
    public AgreementCoverageCommand(Surroundings surroundings)
        : base("coverage", "Show for every provider and class of data what lets it go there now.", surroundings) =>
        Takes([], "causeway agreement coverage", "causeway agreement coverage --json | jq -r '.providers[] | select(.basis == \"none\") | .provider'");

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get("/agreements/coverage");

    protected override void Show(AgreementCoverage answer, Connection connection, Screen screen)
    {
        if (answer.Providers.Count == 0)
        {
            screen.Line("The configuration has no provider.");
            return;
        }

        Column[] columns = [new("PROVIDER", ColumnKind.Name), new("REGION"), .. answer.Classes.Select(word => new Column(word.ToUpperInvariant())), new("ENDS"), new("CHANNELS", ColumnKind.Number)];
        screen.Table(columns, answer.Providers.Select(one => (IReadOnlyList<string>)
        [
            one.Provider, one.Region ?? "", .. one.Classes.Select(row => row.By == "none" ? "no" : row.Models < one.Models ? $"{row.By}, {Figures.Count(row.Models)} of {Figures.Count(one.Models)} models" : row.By),
            one.Until is { } until ? Figures.Time(until) : "", Figures.Count(one.Channels.Count),
        ]));
        screen.Remark(answer.Nowhere.Count == 0 ? "Every class of data may go somewhere." : $"No provider may have data of class {string.Join(", ", answer.Nowhere)}.");
    }
}

/// <summary><c>causeway agreement impact</c></summary>
internal sealed class AgreementImpactCommand : ClientVerb<AgreementImpact>
{
    private readonly Argument<string> _id = new("ID") { Description = "The agreement's id." };

    public AgreementImpactCommand(Surroundings surroundings)
        : base("impact", "Say what would stop with an agreement, before it is ended.", surroundings)
    {
        Add(_id);
        Takes([], "causeway agreement impact agr_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b");
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get($"/agreements/{Uri.EscapeDataString(parsed.GetRequiredValue(_id))}/impact");

    protected override void Show(AgreementImpact answer, Connection connection, Screen screen) => AgreementImpactScreen.Show(answer, screen);
}

/// <summary><c>causeway agreement plan</c></summary>
internal sealed class AgreementPlanCommand : ClientVerb<AgreementImpact>
{
    private readonly AgreementTerms _terms = new();

    public AgreementPlanCommand(Surroundings surroundings)
        : base("plan", "Say what a new agreement would stop and let go; nothing is made.", surroundings) =>
        Takes(_terms.Options, "causeway agreement plan --provider openai-eu --region eu --data internal,customer --until 2027-06-30");

    protected override AdminRequest Ask(ParseResult parsed) => new(HttpMethod.Post, "/agreements/plan", _terms.Write(parsed));

    protected override void Show(AgreementImpact answer, Connection connection, Screen screen) => AgreementImpactScreen.Show(answer, screen);
}

/// <summary>What a change of agreements would stop, for people.</summary>
internal static class AgreementImpactScreen
{
    private static readonly Column[] s_used = [new("TEAM", ColumnKind.Name), new("DATA"), new("CALLS", ColumnKind.Number), new("IN", ColumnKind.Number), new("OUT", ColumnKind.Number)];

    public static void Show(AgreementImpact answer, Screen screen)
    {
        screen.Line(answer.Stops.Count == 0 ? $"It stops nothing that goes to {answer.Provider} now." : $"Data of class {string.Join(", ", answer.Stops)} could no longer go to {answer.Provider}.");
        if (answer.Lets.Count > 0)
        {
            screen.Line($"It lets {string.Join(", ", answer.Lets)} go{(answer.LetsFrom is { } from ? $" from {Figures.Time(from)}" : "")}.");
        }

        foreach (StrandedChannel one in answer.Channels)
        {
            screen.Line($"  {one.Channel}: {string.Join(", ", one.Pins)} {(one.Refused.Count == 0 ? "is passed over; its other pins answer" : $"was all that may have {string.Join(", ", one.Refused)}: such requests would be refused")}");
        }

        if (answer.Stops.Count > 0)
        {
            screen.Line($"Since {Figures.Time(answer.Since)}: {Figures.Count(answer.Calls)} calls that would not have been made.");
        }

        if (answer.UsedBy.Count > 0)
        {
            screen.Line();
            screen.Table(s_used, answer.UsedBy.Select(one => (IReadOnlyList<string>)[one.Team, one.DataClass, Figures.Count(one.Calls), Figures.Tokens(one.InputTokens), Figures.Tokens(one.OutputTokens)]));
        }
    }
}
