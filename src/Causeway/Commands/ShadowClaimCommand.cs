using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Shadow;

namespace Causeway.Commands;

/// <summary><c>causeway shadow claim</c>: whose an account, a project or a key of a vendor is.</summary>
internal sealed class ShadowClaimCommand : Command
{
    private static readonly Column[] s_columns = [new("VENDOR", ColumnKind.Name), new("ACCOUNT", ColumnKind.Name), new("PROJECT", ColumnKind.Name), new("KEY", ColumnKind.Name), new("TEAM"), new("PROVIDER"), new("BY"), new("NOTE")];
    private readonly Option<string?> _vendor = new("--vendor") { HelpName = "VENDOR", Description = "openai, anthropic, google, azure, aws or another, as the report names it." };
    private readonly Option<string?> _account = new("--account") { HelpName = "NAME", Description = "The organisation or billing account. Default: any" };
    private readonly Option<string?> _project = new("--project") { HelpName = "NAME", Description = "The project, workspace, subscription or linked account. Default: any" };
    private readonly Option<string?> _key = new("--key") { HelpName = "NAME", Description = "The key or principal. Default: any" };
    private readonly Option<string?> _team = new("--team") { HelpName = "TEAM", Description = "The team whose it is." };
    private readonly Option<string?> _provider = new("--provider") { HelpName = "NAME", Description = "The provider of Causeway whose credential it is, in place of a team." };
    private readonly Option<string?> _note = new("--note") { HelpName = "TEXT", Description = "Why." };
    private readonly Option<bool> _withdraw = new("--withdraw") { Description = "Take the claim back." };
    private readonly ConnectionOptions _options = new();
    private readonly Surroundings _surroundings;

    public ShadowClaimCommand(Surroundings surroundings)
        : base("claim", "Say whose an account, a project or a key of a vendor is; without options, list what was said.")
    {
        _surroundings = surroundings;
        foreach (Option option in (IEnumerable<Option>)[_vendor, _account, _project, _key, _team, _provider, _note, _withdraw, _options.Json, _options.Url, _options.TokenFile])
        {
            Add(option);
        }

        Validators.Add(result =>
        {
            bool says = new Option[] { _account, _project, _key, _team, _provider, _note, _withdraw }.Any(option => result.GetResult(option) is not null);
            bool holder = result.GetResult(_team) is not null || result.GetResult(_provider) is not null;
            if (result.GetResult(_vendor) is null ? says : holder == (result.GetResult(_withdraw) is not null))
            {
                result.AddError("A claim has a --vendor and a --team or a --provider; to take one back: --vendor and --withdraw.");
            }
        });
        SetAction(RunAsync);
        this.WithExamples(
            "causeway shadow claim --vendor openai --project proj_abc --team search --note \"their pilot\"",
            "causeway shadow claim --vendor openai --key key_prod --provider openai",
            "causeway shadow claim",
            "causeway shadow claim --vendor openai --project proj_abc --withdraw");
    }

    private Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation) => Talk.OpenAsync(parsed, _options, _surroundings, async talk =>
    {
        bool lists = parsed.GetValue(_vendor) is null;
        bool withdraws = parsed.GetValue(_withdraw);
        var claim = new ClaimRequest
        {
            Vendor = parsed.GetValue(_vendor) ?? "",
            Account = parsed.GetValue(_account),
            Project = parsed.GetValue(_project),
            Key = parsed.GetValue(_key),
            Team = parsed.GetValue(_team),
            Provider = parsed.GetValue(_provider),
            Note = parsed.GetValue(_note),
        };
        AdminRequest request = lists
            ? AdminRequest.Get("/shadow/claims")
            : new AdminRequest(HttpMethod.Post, withdraws ? "/shadow/claims/withdraw" : "/shadow/claims", JsonSerializer.SerializeToUtf8Bytes(claim, AdminJson.Asked.ClaimRequest));
        AdminReply reply = await talk.Client.SendAsync(request, cancellation);
        if (!reply.Succeeded)
        {
            await talk.Error.WriteLineAsync(ProblemText.Of(reply, talk.Connection, source: null));
            return ExitCodes.Failed;
        }

        if (parsed.GetValue(_options.Json))
        {
            await talk.Output.WriteLineAsync(System.Text.Encoding.UTF8.GetString(reply.Body));
            return ExitCodes.Ok;
        }

        IReadOnlyList<ClaimView> claims = lists || withdraws ? JsonSerializer.Deserialize(reply.Body, AdminJson.Api.ClaimPage)!.Claims : [JsonSerializer.Deserialize(reply.Body, AdminJson.Api.ClaimView)!];
        var screen = new Screen(talk.Output, _surroundings.WantsStyle(talk.Output));
        if (claims.Count == 0)
        {
            screen.Line("Nothing is claimed. See what could be: causeway shadow report");
            return ExitCodes.Ok;
        }

        screen.Table(s_columns, claims.Select(one => (string[])[one.Vendor, one.Account ?? "(any)", one.Project ?? "(any)", one.Key ?? "(any)", one.Team ?? "", one.Provider ?? "", one.Actor, one.Note ?? ""]));
        return ExitCodes.Ok;
    }, cancellation);
}
