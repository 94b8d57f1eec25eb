using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Keys;

namespace Causeway.Commands;

/// <summary><c>causeway key new</c></summary>
internal sealed class KeyNewCommand : ClientVerb<CreatedKey>
{
    private readonly Option<string?> _team = new("--team") { HelpName = "TEAM", Description = "Whose requests they are. Default: your team, if you signed in and have one." };
    private readonly Option<string> _feature = new("--feature") { HelpName = "FEATURE", Required = true, Description = "What they are for." };
    private readonly Option<string?> _env = new("--env") { HelpName = "ENV", Description = "dev, eval, staging or prod. Default, if you signed in: dev, under the team's starter grant." };
    private readonly Option<string?> _expires = new("--expires") { HelpName = "SPAN", Description = "How long the key works: 45m, 12h, 30d. Default: until it is revoked." };

    private readonly Option<string?> _grant = new("--grant") { HelpName = "ID", Description = "The grant that it speaks for. Default: the team's default grant, which has no limits." };
    private readonly Option<string?> _centre = new("--cost-centre") { HelpName = "CENTRE", Description = "Whom the company charges for what it spends. Default: the team's, if the configuration says one." };
    private readonly Option<bool> _capability = new("--capability") { Description = "A key that its holder can narrow (cw1_); otherwise an opaque one (cw0_)." };

    public KeyNewCommand(Surroundings surroundings)
        : base("new", "Make a key. It is shown once and works at once.", surroundings)
    {
        Takes(
            [_team, _feature, _env, _grant, _centre, _capability, _expires],
            "causeway key new --feature answers",
            "causeway key new --team search --feature answers --env dev",
            "causeway key new --team search --feature nightly-eval --env eval --expires 30d",
            "causeway key new --team search --feature answers --env prod --json | jq -r .key");
    }

    protected override AdminRequest Ask(ParseResult parsed)
    {
        var body = new CreateKeyRequest
        {
            Team = parsed.GetValue(_team) ?? "",
            Feature = parsed.GetRequiredValue(_feature),
            Env = parsed.GetValue(_env) ?? "",
            Grant = parsed.GetValue(_grant),
            CostCentre = parsed.GetValue(_centre),
            Capability = parsed.GetValue(_capability),
            ExpiresIn = parsed.GetValue(_expires),
        };
        return new AdminRequest(HttpMethod.Post, "/keys", JsonSerializer.SerializeToUtf8Bytes(body, AdminJson.Asked.CreateKeyRequest));
    }

    // The key is a line of its own and the first: "causeway key new … | head -1" is a key.
    protected override void Show(CreatedKey answer, Connection connection, Screen screen)
    {
        screen.Accent(answer.Key);
        screen.Line();
        screen.Pairs(
            ("Id", answer.Id),
            ("For", $"team {answer.Team}, feature {answer.Feature}, environment {answer.Env}{(answer.CostCentre is { } centre ? $", cost centre {centre}" : "")}"),
            ("Grant", answer.Grant),
            ("Expires", Figures.Time(answer.ExpiresAt, "never; end it with: causeway key revoke " + answer.Id)));
        screen.Line();
        screen.Remark("Keep it now: it cannot be shown again. Use it with any of these SDKs, unchanged:");
        screen.Line();
        screen.Pairs(
            ("OpenAI", $"export OPENAI_BASE_URL={connection.Address}/v1 OPENAI_API_KEY={answer.Key}"),
            ("Anthropic", $"export ANTHROPIC_BASE_URL={connection.Address} ANTHROPIC_API_KEY={answer.Key}"),
            ("Google Gen AI", $"export GOOGLE_GEMINI_BASE_URL={connection.Address} GEMINI_API_KEY={answer.Key}"));
    }
}
