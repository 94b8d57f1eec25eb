using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Raises;
using Causeway.Budgets.Grants;

namespace Causeway.Commands;

/// <summary><c>causeway grant request</c>: the one verb that a key is enough for.</summary>
internal sealed class GrantRequestCommand : ClientVerb<RaiseView>
{
    public const string KeyVariable = "CAUSEWAY_KEY";

    private readonly Argument<string?> _grant = new("GRANT") { Arity = ArgumentArity.ZeroOrOne, Description = $"The grant. Default, with {KeyVariable}: the key's own." };
    private readonly RaiseAmountOptions _amount = new("How much more");
    private readonly Option<int?> _limit = new("--limit") { HelpName = "NUMBER", Description = "Which of the grant's limits, from 1, where several count the same." };
    private readonly Option<string> _until = new("--until") { HelpName = "WHEN", Required = true, Description = "Until when: 7d, 2026-12-01 (midnight UTC) or 2026-12-01T18:00:00Z." };
    private readonly Option<string> _reason = new("--reason") { HelpName = "TEXT", Required = true, Description = "What for." };
    private readonly Option<string?> _ticket = new("--ticket") { HelpName = "TICKET", Description = "Where it is written down elsewhere." };

    public GrantRequestCommand(Surroundings surroundings)
        : base("request", "Ask for more on one limit of a grant, for a time. Somebody else decides within a day.", OrKey(surroundings))
    {
        Add(_grant);
        Takes(
            [.. _amount.All, _limit, _until, _reason, _ticket],
            "causeway grant request grant_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b --usd 200 --until 7d --reason \"launch week\" --ticket OPS-17",
            $"{KeyVariable}=cw0_… causeway grant request --tokens 2M --until 2026-12-01 --reason \"backfill of the archive\"");
    }

    protected override string? Prepare(ParseResult parsed) => _amount.Problem(parsed, isRequired: true);

    protected override AdminRequest Ask(ParseResult parsed)
    {
        (Meter meter, string amount) = _amount.Of(parsed)!.Value;
        var body = new RaiseRequest
        {
            Grant = parsed.GetValue(_grant),
            Meter = meter.Word(),
            Amount = amount,
            Limit = parsed.GetValue(_limit),
            Until = parsed.GetRequiredValue(_until),
            Reason = parsed.GetRequiredValue(_reason),
            Ticket = parsed.GetValue(_ticket),
        };
        return new AdminRequest(HttpMethod.Post, "/raises", JsonSerializer.SerializeToUtf8Bytes(body, AdminJson.Asked.RaiseRequest));
    }

    // The id is a line of its own and the first.
    protected override void Show(RaiseView answer, Connection connection, Screen screen)
    {
        screen.Accent(answer.Id);
        screen.Line();
        RaiseScreen.Show(answer, screen);
        screen.Line();
        screen.Remark($"It waits for {(answer.ApproversNeeded > 1 ? "two approvers" : "an approver")}, not {answer.RequestedBy}, until {Figures.Time(answer.ExpiresAt)}: causeway grant approve {answer.Id}");
    }

    // A holder without a token speaks with the key.
    private static Surroundings OrKey(Surroundings surroundings) => surroundings with
    {
        Variable = name => surroundings.Variable(name) is { Length: > 0 } || name != Connection.TokenVariable ? surroundings.Variable(name) : surroundings.Variable(KeyVariable),
    };
}
