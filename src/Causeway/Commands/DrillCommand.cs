using System.CommandLine;
using System.Text;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Drills;
using Causeway.Releases.Drills;

namespace Causeway.Commands;

/// <summary><c>causeway drill</c>: rehearses the way back, and follows it to its end.</summary>
internal sealed class DrillCommand : Command
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(15);

    private readonly Surroundings _surroundings;
    private readonly ConnectionOptions _options = new();
    private readonly Argument<string?> _channel = new("CHANNEL") { Description = "The channel's name.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<DrillKind> _kind = new("--kind") { Description = "A range of the candidate's units goes to base; everybody; this instance is cut off; base is asked as much more as the candidate answers.", DefaultValueFactory = static _ => DrillKind.Slice };
    private readonly Option<int?> _for = new("--for") { HelpName = "SECONDS", Description = "How long, 1 to 600. Default: 10 of a slice, 60 of a full one, 3 of a partition, 30 of a capacity drill" };
    private readonly Option<decimal?> _percent = new("--percent") { HelpName = "PERCENT", Description = "Of a slice: its share of all units. Default: a fifth of the candidate's, 1 at least" };
    private readonly Option<decimal?> _maxUsd = new("--max-usd") { HelpName = "USD", Description = "Of a capacity drill: what it may cost. Default: 1" };
    private readonly Option<string?> _reason = new("--reason") { HelpName = "TEXT", Description = "Why; kept in the timeline." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say what it would do and what it may cost, and do nothing." };
    private readonly Option<bool> _yes = new("--yes") { Description = "Do not ask before a capacity drill." };

    public DrillCommand(Surroundings surroundings)
        : base("drill", "Rehearse the way back of a rollout on live traffic, and keep what it showed.")
    {
        _surroundings = surroundings;
        _kind.TakesOneOf("slice", "full", "partition", "capacity");
        Add(_channel);
        foreach (Option option in (IEnumerable<Option>)[_kind, _for, _percent, _maxUsd, _reason, _dryRun, _yes, _options.Json, _options.Url, _options.TokenFile])
        {
            Add(option);
        }

        Add(new DrillListCommand(surroundings));
        Add(new DrillShowCommand(surroundings, "show", "Show what a drill showed.", HttpMethod.Get, "", "causeway drill show drill_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b"));
        Add(new DrillShowCommand(surroundings, "stop", "End a drill before its time: the candidate answers again, and nothing is proven.", HttpMethod.Post, "/stop", "causeway drill stop drill_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b"));
        this.WithExamples(
            "causeway drill support --kind slice",
            "causeway drill support --kind full --for 30",
            "causeway drill support --kind capacity --dry-run",
            "causeway drill list --channel support");
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(_channel) is not { } channel)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync("Name the channel.\nSee: causeway drill --help");
            return ExitCodes.Usage;
        }

        if (parsed.GetValue(_percent) is < 0.0001m or > 100)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync("--percent is a share from 0.0001 to 100.");
            return ExitCodes.Usage;
        }

        return await Talk.OpenAsync(parsed, _options, _surroundings, talk => RunAsync(parsed, channel, talk, cancellation), cancellation);
    }

    private async Task<int> RunAsync(ParseResult parsed, string channel, Talk talk, CancellationToken cancellation)
    {
        bool json = parsed.GetValue(_options.Json);
        var screen = new Screen(json ? talk.Error : talk.Output, !json && _surroundings.WantsStyle(talk.Output));
        bool dryRun = parsed.GetValue(_dryRun);
        if (dryRun || parsed.GetValue(_kind) == DrillKind.Capacity)
        {
            (DrillView? planned, int refused) = await AskAsync(talk, channel, BodyOf(parsed, dryRun: true), cancellation);
            if (planned is null)
            {
                return refused;
            }

            DrillScreen.Plan(planned, screen);
            if (dryRun)
            {
                return json ? await WriteAsync(planned, talk) : ExitCodes.Ok;
            }

            if (!parsed.GetValue(_yes) && Consent.Declined(_surroundings, screen, "Send it?", "Nothing was sent", "Add --yes to send it.") is { } declined)
            {
                return declined;
            }
        }

        (DrillView? drill, int code) = await AskAsync(talk, channel, BodyOf(parsed, dryRun: false), cancellation);
        return drill is null ? code : await FollowAsync(drill, talk, screen, json, cancellation);
    }

    private BeginDrillRequest BodyOf(ParseResult parsed, bool dryRun) => new()
    {
        Kind = parsed.GetValue(_kind),
        Seconds = parsed.GetValue(_for),
        Ppm = parsed.GetValue(_percent) is { } percent ? (int)(percent * 10_000) : null,
        MaxUsd = parsed.GetValue(_maxUsd),
        Reason = parsed.GetValue(_reason),
        DryRun = dryRun,
    };

    private static async Task<(DrillView? Drill, int Code)> AskAsync(Talk talk, string channel, BeginDrillRequest body, CancellationToken cancellation)
    {
        AdminReply reply = await talk.Client.SendAsync(
            new AdminRequest(HttpMethod.Post, $"/channels/{Uri.EscapeDataString(channel)}/drills", JsonSerializer.SerializeToUtf8Bytes(body, AdminJson.Asked.BeginDrillRequest)), cancellation);
        if (reply.Succeeded)
        {
            return (JsonSerializer.Deserialize(reply.Body, AdminJson.Api.DrillView), ExitCodes.Ok);
        }

        await talk.Error.WriteLineAsync(ProblemText.Of(reply, talk.Connection, source: null));
        return (null, RolloutScreen.CodeOf(reply));
    }

    private static async Task<int> FollowAsync(DrillView drill, Talk talk, Screen screen, bool json, CancellationToken cancellation)
    {
        screen.Remark($"{drill.Id} began; it lasts {drill.Seconds} s. Ctrl-C ends it.");
        try
        {
            while (drill.State == DrillState.Running)
            {
                await Task.Delay(s_pause, TimeProvider.System, cancellation);
                if (await talk.AskAsync(AdminRequest.Get($"/drills/{drill.Id}"), AdminJson.Api.DrillView, cancellation) is not { } next)
                {
                    return ExitCodes.Failed;
                }

                drill = next;
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            using var farewell = new CancellationTokenSource(s_farewell);
            await talk.AskAsync(new AdminRequest(HttpMethod.Post, $"/drills/{drill.Id}/stop"), AdminJson.Api.DrillView, farewell.Token);
            screen.Line("Ended before its time; nothing is proven.");
            return ExitCodes.Failed;
        }

        DrillScreen.Show(drill, screen);
        _ = json ? await WriteAsync(drill, talk) : 0;
        return drill.State == DrillState.Passed ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static async Task<int> WriteAsync(DrillView drill, Talk talk)
    {
        await talk.Output.WriteLineAsync(Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(drill, AdminJson.Api.DrillView)));
        return ExitCodes.Ok;
    }
}
