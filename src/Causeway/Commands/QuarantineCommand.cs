using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Rollbacks;

namespace Causeway.Commands;

/// <summary><c>causeway quarantine</c></summary>
internal static class QuarantineCommand
{
    public static Command Create(Surroundings surroundings) => new("quarantine", "See releases that were rolled back, and let one be used again.")
    {
        new QuarantineListCommand(surroundings),
        new QuarantineLiftCommand(surroundings),
    };
}

/// <summary><c>causeway quarantine list</c></summary>
internal sealed class QuarantineListCommand : ClientVerb<QuarantineList>
{
    private static readonly Column[] s_columns = [new("RELEASE", ColumnKind.Name), new("CHANNEL"), new("SINCE"), new("BY"), new("REASON")];

    public QuarantineListCommand(Surroundings surroundings)
        : base("list", "List releases that must not be dispatched.", surroundings) => Takes([], "causeway quarantine list");

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get("/quarantine");

    protected override void Show(QuarantineList answer, Connection connection, Screen screen)
    {
        if (answer.Releases.Count == 0)
        {
            screen.Line("No release is in quarantine.");
            return;
        }

        screen.Table(s_columns, answer.Releases.Select(held => (IReadOnlyList<string>)[ReleaseShowCommand.Short(held.Release), held.Channel ?? "everywhere", Figures.Time(held.At), held.By, held.Reason]));
    }
}

/// <summary><c>causeway quarantine lift</c></summary>
internal sealed class QuarantineLiftCommand : ClientVerb<LiftedQuarantine>
{
    private readonly Argument<string> _release = new("RELEASE") { Description = "The release's id, or its beginning." };
    private readonly Option<string?> _channel = new("--channel") { HelpName = "NAME", Description = "Only on this channel; left out: wherever it is in quarantine." };
    private readonly Option<string> _reason = new("--reason") { HelpName = "TEXT", Description = "Why; kept in the timeline.", Required = true };

    public QuarantineLiftCommand(Surroundings surroundings)
        : base("lift", "Let a release that was rolled back be dispatched again. Nothing is sent to it by that.", surroundings)
    {
        Add(_release);
        Takes([_channel, _reason], "causeway quarantine lift rel_777471ba52cc --reason \"the provider has mended it\"");
    }

    protected override AdminRequest Ask(ParseResult parsed) => new(
        HttpMethod.Post,
        "/quarantine/lift",
        JsonSerializer.SerializeToUtf8Bytes(
            new LiftQuarantineRequest { Release = parsed.GetRequiredValue(_release), Channel = parsed.GetValue(_channel), Reason = parsed.GetRequiredValue(_reason) },
            AdminJson.Asked.LiftQuarantineRequest));

    protected override void Show(LiftedQuarantine answer, Connection connection, Screen screen)
    {
        string where = answer.Everywhere ? "everywhere" : string.Join(", ", answer.Channels);
        screen.Line($"{answer.Release} may be dispatched again: {where}.");
        screen.Remark("Nothing is sent to it by that. Roll it out with: causeway rollout start CHANNEL --to " + ReleaseShowCommand.Short(answer.Release));
    }
}
