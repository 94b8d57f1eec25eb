using System.CommandLine;
using System.Text;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Raises;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Raises;

namespace Causeway.Commands;

/// <summary><c>causeway grant approve</c>: shows a request, asks, and approves exactly what was shown.</summary>
internal sealed class GrantApproveCommand : Command
{
    private readonly Surroundings _surroundings;
    private readonly ConnectionOptions _options = new();
    private readonly Argument<string> _id = new("ID") { Description = "The request's id, as \"causeway grant inbox\" shows it." };
    private readonly Option<string?> _digest = new("--digest") { HelpName = "DIGEST", Description = "The digest of what was looked at elsewhere. Nothing is shown and asked then." };
    private readonly RaiseAmountOptions _less = new("Less than was asked for");
    private readonly Option<string?> _reason = new("--reason") { HelpName = "TEXT", Description = "Why." };
    private readonly Option<bool> _yes = new("--yes") { Description = "Do not ask." };

    public GrantApproveCommand(Surroundings surroundings)
        : base("approve", "Approve a request for a raise: exactly what is shown, or less of it.")
    {
        _surroundings = surroundings;
        Add(_id);
        foreach (Option option in (IEnumerable<Option>)[_digest, .. _less.All, _reason, _yes, _options.Json, _options.Url, _options.TokenFile])
        {
            Add(option);
        }

        this.WithExamples(
            "causeway grant approve raise_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b",
            "causeway grant approve raise_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b --usd 100 --reason \"half will do\"",
            "causeway grant approve raise_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b --digest $DIGEST --json");
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (_less.Problem(parsed, isRequired: false) is { } problem)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(problem);
            return ExitCodes.Usage;
        }

        return await Talk.OpenAsync(parsed, _options, _surroundings, talk => RunAsync(parsed, talk, cancellation), cancellation);
    }

    private async Task<int> RunAsync(ParseResult parsed, Talk talk, CancellationToken cancellation)
    {
        bool json = parsed.GetValue(_options.Json);
        var screen = new Screen(json ? talk.Error : talk.Output, !json && _surroundings.WantsStyle(talk.Output));
        string path = "/raises/" + Uri.EscapeDataString(parsed.GetRequiredValue(_id));
        string? digest = parsed.GetValue(_digest);
        if (digest is null)
        {
            if (await talk.AskAsync(AdminRequest.Get(path), AdminJson.Api.RaiseView, cancellation) is not { } shown)
            {
                return ExitCodes.Failed;
            }

            RaiseScreen.Show(shown, screen);
            screen.Line();
            if (shown.State == RaiseState.Pending && !parsed.GetValue(_yes) && Consent.Declined(_surroundings, screen, "Approve it?", "Nothing was approved", "Add --yes to approve what is shown.") is { } code)
            {
                return code;
            }

            digest = shown.Digest;
        }

        (Meter Meter, string Amount)? less = _less.Of(parsed);
        var body = new RaiseApproval { Digest = digest, Meter = less?.Meter.Word(), Amount = less?.Amount, Reason = parsed.GetValue(_reason) };
        if (await talk.AskAsync(new AdminRequest(HttpMethod.Post, path + "/approve", JsonSerializer.SerializeToUtf8Bytes(body, AdminJson.Asked.RaiseApproval)), AdminJson.Api.RaiseView, cancellation) is not { } answer)
        {
            return ExitCodes.Failed;
        }

        if (json)
        {
            await talk.Output.WriteLineAsync(Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(answer, AdminJson.Api.RaiseView)));
            return ExitCodes.Ok;
        }

        screen.Line(answer.State == RaiseState.Approved
            ? $"{answer.Grant} has {answer.GrantedText} more on {answer.LimitText} until {Figures.Time(answer.Until)}."
            : $"Approved with {answer.GrantedText}; it waits for a second approver until {Figures.Time(answer.ExpiresAt)}.");
        RaiseScreen.Show(answer.StillBinding, $"the {answer.GrantedText}", screen);
        return ExitCodes.Ok;
    }
}
