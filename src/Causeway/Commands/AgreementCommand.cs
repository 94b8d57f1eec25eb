using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Agreements;

namespace Causeway.Commands;

/// <summary><c>causeway agreement</c>: what lets providers process data.</summary>
internal static class AgreementCommand
{
    public static Command Create(Surroundings surroundings) => new("agreement", "State, list and end agreements: what lets a provider process data, where and until when.")
    {
        new AgreementNewCommand(surroundings),
        new AgreementListCommand(surroundings),
        new AgreementShowCommand(surroundings),
        new AgreementEndCommand(surroundings),
        new AgreementCoverageCommand(surroundings),
        new AgreementImpactCommand(surroundings),
        new AgreementPlanCommand(surroundings),
    };

    /// <summary>All of one agreement.</summary>
    public static void Show(AgreementView one, Screen screen)
    {
        screen.Line($"{one.Id} with {one.Provider}: {string.Join(", ", one.Data)} in {string.Join(", ", one.Regions)}");
        screen.Line($"{one.State.Replace('_', ' ')}, {Figures.Time(one.From)} to {Figures.Time(one.Until)}{(one.Covers ? $", {one.DaysLeft.ToString(CultureInfo.InvariantCulture)} days left" : "")}");
        screen.Line(one.Retention == "none" ? "Nothing is kept beyond the answer." : "What is kept is as the provider's terms say.");
        foreach (string? text in (string?[])[one.Document, one.Note is { } note ? Printable.Of(note) : null, one.EndReason is { } reason ? $"Ended {Figures.Time(one.EndedAt)} by {Printable.Of(one.EndedBy!)}: {Printable.Of(reason)}" : null])
        {
            if (text is not null)
            {
                screen.Line(text);
            }
        }

        screen.Remark(one.Problem is { } problem ? $"It lets nothing go. {Printable.Of(problem)}" : "It lets data of these classes go from the next call on.");
    }
}

/// <summary><c>causeway agreement new</c></summary>
internal sealed class AgreementNewCommand : ClientVerb<AgreementView>
{
    private readonly AgreementTerms _terms = new();

    public AgreementNewCommand(Surroundings surroundings)
        : base("new", "State an agreement: from the first one on a provider is covered by its agreements alone.", surroundings) =>
        Takes(
            _terms.Options,
            "causeway agreement new --provider openai-eu --region eu --data internal,customer --until 2027-06-30 --document https://legal.example/dpa/openai-eu",
            "causeway agreement new --provider bedrock-eu --region eu-central-1 --data customer,restricted --until 2027-06-30 --retention none");

    protected override AdminRequest Ask(ParseResult parsed) => new(HttpMethod.Post, "/agreements", _terms.Write(parsed));

    protected override void Show(AgreementView answer, Connection connection, Screen screen) => AgreementCommand.Show(answer, screen);
}

/// <summary><c>causeway agreement list</c></summary>
internal sealed class AgreementListCommand : ClientVerb<AgreementPage>
{
    private static readonly Column[] s_columns =
        [new("AGREEMENT", ColumnKind.Name), new("PROVIDER"), new("REGIONS"), new("DATA"), new("STATE"), new("UNTIL"), new("DAYS", ColumnKind.Number), new("COVERS")];

    private readonly Option<string?> _provider = new("--provider") { HelpName = "NAME", Description = "Only this provider's." };
    private readonly Option<string?> _state = new("--state") { HelpName = "STATE", Description = "Only those: in_force, pending, expired or ended." };
    private readonly Option<int?> _limit = new("--limit") { HelpName = "COUNT", Description = "How many at most, up to 1000. Default: 200" };
    private readonly Option<string?> _cursor = new("--cursor") { HelpName = "CURSOR", Description = "Where the page before said to go on." };

    public AgreementListCommand(Surroundings surroundings)
        : base("list", "List agreements, the newest first, those that are over too.", surroundings) =>
        Takes([_provider, _state, _limit, _cursor], "causeway agreement list", "causeway agreement list --state in_force --json | jq -r '.agreements[] | [.provider, .until] | @tsv'");

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get(
        "/agreements",
        ("provider", parsed.GetValue(_provider)),
        ("state", parsed.GetValue(_state)),
        ("limit", parsed.GetValue(_limit)?.ToString(CultureInfo.InvariantCulture)),
        ("cursor", parsed.GetValue(_cursor)));

    protected override void Show(AgreementPage answer, Connection connection, Screen screen)
    {
        if (answer.Agreements.Count == 0)
        {
            screen.Line("There is no such agreement. State one with: causeway agreement new");
        }
        else
        {
            screen.Table(s_columns, answer.Agreements.Select(one => (IReadOnlyList<string>)
            [
                one.Id, one.Provider, string.Join(", ", one.Regions), string.Join(", ", one.Data), one.State.Replace('_', ' '), Figures.Time(one.Until), Figures.Count(one.DaysLeft), one.Covers ? "yes" : "no",
            ]));
        }

        screen.Remark(answer.Required ? "A provider without an agreement gets no data (agreements: required)." : "A provider for which none was ever made is covered by its data in the configuration: causeway providers");
        if (answer.Next is { } next)
        {
            screen.Remark($"There are more: add --cursor {next}");
        }
    }
}

/// <summary><c>causeway agreement show</c></summary>
internal sealed class AgreementShowCommand : ClientVerb<AgreementView>
{
    private readonly Argument<string> _id = new("ID") { Description = "The agreement's id." };

    public AgreementShowCommand(Surroundings surroundings)
        : base("show", "Show an agreement, and whether it lets anything go now.", surroundings)
    {
        Add(_id);
        Takes([], "causeway agreement show agr_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b");
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get("/agreements/" + Uri.EscapeDataString(parsed.GetRequiredValue(_id)));

    protected override void Show(AgreementView answer, Connection connection, Screen screen) => AgreementCommand.Show(answer, screen);
}

/// <summary><c>causeway agreement end</c></summary>
internal sealed class AgreementEndCommand : ClientVerb<AgreementView>
{
    private readonly Argument<string> _id = new("ID") { Description = "The agreement's id." };
    private readonly Option<string> _reason = new("--reason") { HelpName = "TEXT", Required = true, Description = "Why; it is kept with the agreement." };

    public AgreementEndCommand(Surroundings surroundings)
        : base("end", "End an agreement before its time: nothing goes out by it from the next call on.", surroundings)
    {
        Add(_id);
        Takes([_reason], "causeway agreement end agr_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b --reason \"the vendor moved the processing\"");
    }

    protected override AdminRequest Ask(ParseResult parsed) => new(
        HttpMethod.Post,
        $"/agreements/{Uri.EscapeDataString(parsed.GetRequiredValue(_id))}/end",
        JsonSerializer.SerializeToUtf8Bytes(new EndAgreementRequest { Reason = parsed.GetRequiredValue(_reason) }, AdminJson.Asked.EndAgreementRequest));

    protected override void Show(AgreementView answer, Connection connection, Screen screen) => AgreementCommand.Show(answer, screen);
}
