using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Readiness;
using Causeway.Admin.Rollbacks;
using Causeway.Releases.Rollback;

namespace Causeway.Commands;

/// <summary><c>causeway rollback</c>: puts the release before back, in one write.</summary>
internal sealed class RollbackCommand : ClientVerb<RollbackView>
{
    private static readonly Column[] s_channels = [new("CHANNEL", ColumnKind.Name), new("FROM"), new("TO")];
    private static readonly Column[] s_instances =
        [new("INSTANCE", ColumnKind.Name), new("APPLIED"), new("DRAINING", ColumnKind.Number), new("SENT ANEW", ColumnKind.Number), new("CUT", ColumnKind.Number)];

    private readonly Argument<string?> _channel = new("CHANNEL") { Description = "The channel's name; left out with --release.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _to = new("--to") { HelpName = "RELEASE", Description = "Where to; left out: base of the rollout under way, or else what the channel pointed at before." };
    private readonly Option<string?> _release = new("--release") { HelpName = "RELEASE", Description = "Take this release back on every channel, and put it in quarantine everywhere." };
    private readonly Option<string?> _group = new("--group") { HelpName = "GROUP", Description = "Roll every channel of this group back, in one revision." };
    private readonly Option<StreamPolicy> _streams = new("--streams") { Description = "What becomes of requests that it is answering: finish within 30 s, be sent anew where nothing reached the caller, or end.", DefaultValueFactory = static _ => StreamPolicy.Drain };
    private readonly Option<string?> _conversations = new("--conversations") { HelpName = "POLICY", Description = "What becomes of the channel's conversations from then on: migrate or reject; continue: those that it answered last go on with it for a time; left out: what was set of it." };
    private readonly Option<string?> _continueFor = new("--continue-for") { HelpName = "SPAN", Description = "With --conversations continue: for how long, 1m to 24h; 1h when left out." };
    private readonly Option<string?> _reason = new("--reason") { HelpName = "TEXT", Description = "Why; kept in the timeline." };
    private readonly Option<bool> _local = new("--local") { Description = "On this instance alone, while its store is away: --url names the instance itself, not a balancer." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say what it would do, and do nothing." };
    private readonly Option<bool> _force = new("--force") { Description = "Pass over every check but whether the target can be dispatched at all." };
    private RollbackView? _answer;

    private string? _oneChannel;

    public RollbackCommand(Surroundings surroundings)
        : base("rollback", "Put the release before back: on a channel, or a release on every channel. One write, in force at once.", surroundings)
    {
        _streams.TakesOneOf("drain", "reissue", "cut");
        _conversations.TakesOneOf("migrate", "reject", "continue");
        Add(_channel);
        Takes(
            [_to, _release, _group, _local, _streams, _conversations, _continueFor, _reason, _dryRun, _force],
            "causeway rollback support --reason \"answers in the wrong language\"",
            "causeway rollback support --to rel_d120707e6fa0 --streams cut --reason \"leaks order numbers\"",
            "causeway rollback --group assistant --reason \"planner and executor disagree\"",
            "causeway rollback support --local --reason \"the store is away, and it leaks\" --url http://10.0.0.7:8080",
            "causeway rollback --release rel_777471ba52cc --dry-run --reason \"what would it do\"");
    }

    protected override string? Prepare(ParseResult parsed) =>
        (parsed.GetValue(_channel), parsed.GetValue(_release), parsed.GetValue(_group)) switch
        {
            (null, null, null) => "Name the channel, or a release with --release RELEASE, or a group with --group GROUP.\nSee: causeway rollback --help",
            ({ } channel, { } release, _) => $"Either the channel {Printable.Cut(channel)} or the release {Printable.Cut(release)} is rolled back: leave one of them out.",
            (_, { }, _) when parsed.GetValue(_to) is not null => "With --release every channel goes back to the release before on its own: leave --to out, or roll one channel back.",
            (_, _, { } group) when parsed.GetValue(_channel) is not null || parsed.GetValue(_release) is not null || parsed.GetValue(_to) is not null => $"The group {Printable.Cut(group)} is rolled back as a whole: leave channel, --release and --to out.",
            _ when parsed.GetValue(_local) && (parsed.GetValue(_channel) is null || parsed.GetValue(_force) || parsed.GetValue(_conversations) is not null) => "With --local one channel is rolled back: leave --release, --group, --force and --conversations out.",
            _ when parsed.GetValue(_continueFor) is { } span && SpanOf(parsed) is null => $"--continue-for: \"{Printable.Cut(span)}\" is not a time from 1m to 24h, such as 45m or 12h.",
            _ when parsed.GetValue(_reason) is null => "Say why, with --reason TEXT.",
            _ => null,
        };

    protected override AdminRequest Ask(ParseResult parsed)
    {
        var body = new RollbackRequest
        {
            Reason = parsed.GetValue(_reason)!,
            To = parsed.GetValue(_to),
            Streams = parsed.GetValue(_streams),
            Conversations = parsed.GetValue(_conversations) switch { "migrate" => RollbackConversations.Migrate, "reject" => RollbackConversations.Reject, "continue" => RollbackConversations.Continue, _ => null },
            ContinueSeconds = SpanOf(parsed) is { } span ? (int)span.TotalSeconds : null,
            DryRun = parsed.GetValue(_dryRun),
            Force = parsed.GetValue(_force),
        };
        _oneChannel = parsed.GetValue(_local) ? null : parsed.GetValue(_channel);
        string path = parsed.GetValue(_group) is { } group ? $"/groups/{Uri.EscapeDataString(group)}/rollback" : parsed.GetValue(_release) is { } release ? $"/releases/{Uri.EscapeDataString(release)}/rollback" : $"/channels/{Uri.EscapeDataString(parsed.GetValue(_channel)!)}/rollback{(parsed.GetValue(_local) ? "/local" : "")}";
        return new AdminRequest(HttpMethod.Post, path, JsonSerializer.SerializeToUtf8Bytes(body, AdminJson.Asked.RollbackRequest));
    }

    /// <inheritdoc/>
    protected override string? Otherwise(AdminReply reply) => _oneChannel is { } channel && ProblemText.CodeOf(reply) == AdminError.StoreUnavailable.Code
        ? $"Without the store one instance goes back by itself, each that is asked: causeway rollback {channel} --local --reason TEXT --url INSTANCE"
        : null;

    /// <summary>0: done; 2: refused by a check; 3: not every instance has applied it; 4: there is no way back.</summary>
    protected override int CodeOf(AdminReply reply) => reply.Succeeded
        ? (_answer ?? JsonSerializer.Deserialize(reply.Body, AdminJson.Api.RollbackView)!).Complete ? ExitCodes.Ok : ExitCodes.Partly
        : reply.Status == System.Net.HttpStatusCode.Conflict ? ProblemText.CodeOf(reply) == AdminError.RollbackInfeasible.Code ? ExitCodes.Infeasible : ExitCodes.Usage
        : ExitCodes.Failed;

    protected override void Show(RollbackView answer, Connection connection, Screen screen)
    {
        _answer = answer;
        if (answer.DryRun)
        {
            screen.Line("Nothing was done. It would be:");
            screen.Line();
        }

        if (answer.Channels.Count > 0)
        {
            screen.Table(s_channels, answer.Channels.Select(channel => (IReadOnlyList<string>)[channel.Channel, ReleaseShowCommand.Short(channel.From), ReleaseShowCommand.Short(channel.To)]));
        }
        else if (answer.WithoutWayBack.Count == 0)
        {
            screen.Line("No channel is answered by it; it is in quarantine everywhere.");
        }
        else
        {
            screen.Line("It is in quarantine everywhere.");
        }

        foreach (RollbackRefusalView refusal in answer.WithoutWayBack)
        {
            screen.Line($"{refusal.Channel} answers nobody: {refusal.Reason}");
        }

        screen.Line();
        if (answer.DryRun)
        {
            screen.Line($"{Figures.Plural(answer.OpenRequests, "request")} and {Figures.Count(answer.OpenStreams)} streams are being answered by it now, on the instance that was asked.");
        }
        else
        {
            screen.Line($"In force{(answer.Local ? " on this instance alone" : "")} since {answer.T0!.Value.ToString("yyyy-MM-dd HH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture)} UTC, revision {answer.Revision}.");
            screen.Table(s_instances, answer.Instances.Select(instance => RowOf(instance, answer.T0.Value)));
            screen.Line($"Draining: {Figures.Plural(answer.DrainingRequests, "request")}, {Figures.Plural(answer.DrainingStreams, "stream")}. Sent anew: {Figures.Count(answer.Reissued)}. Cut: {Figures.Count(answer.Cut)}.");
        }

        foreach (RolledBackView channel in answer.Channels.Where(channel => channel.ContinuesUntil is not null))
        {
            screen.Line($"Conversations of {channel.Channel} that it answered last go on with it until {Figures.Time(channel.ContinuesUntil!.Value)}.");
        }

        foreach (RolledBackView channel in answer.DryRun || answer.Local ? [] : answer.Channels)
        {
            screen.Line(channel.DecideMs is { } decided
                ? $"{channel.Channel}: {(channel.DetectMs is { } detected ? $"{Figures.Count(detected)} ms from the first bad request to the alarm, then " : "")}{Figures.Count(decided)} ms to the rollback."
                : $"{channel.Channel}: how long it went unnoticed is not known, no guard had spoken.");
        }

        foreach (RollbackOutlookView outlook in answer.Outlook ?? [])
        {
            ShowOutlook(outlook, screen);
        }

        if (answer.Raised.Count > 0)
        {
            screen.Line($"It is dearer there: {Figures.Count(answer.Raised.Count)} {(answer.Raised.Count == 1 ? "limit in USD is" : "limits in USD are")} raised until {Figures.Time(answer.Raised[0].Until)}.");
        }

        if (answer.Conversations is { } live && live.P0 + live.P1 + live.P3 > 0)
        {
            screen.Line($"Live conversations: {Figures.Count(live.P0)} lose nothing (P0), {Figures.Count(live.P1)} lose reasoning that is not shown (P1), {Figures.Count(live.P3)} are stuck (P3).");
        }

        if (answer is { Local: true, DryRun: false })
        {
            screen.Line($"When the store is back, for everybody: causeway rollback {answer.Channels[0].Channel} --reason TEXT");
        }

        screen.Line();
        screen.Remark("Not undone:");
        foreach (string remains in answer.CannotUndo)
        {
            screen.Remark("  " + remains);
        }
    }

    private static IReadOnlyList<string> RowOf(AppliedView instance, DateTimeOffset t0) =>
    [
        instance.Instance,
        instance.AppliedAt is { } at ? $"{Math.Max(0, (at - t0).TotalMilliseconds):0} ms later"
            : instance.CandidateUntil is { } until ? $"not yet; gives it out until {until.ToString("HH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture)} at most"
            : "not yet; goes on with it until it reaches the store",
        Number(instance.DrainingRequests + instance.DrainingStreams),
        Number(instance.Reissued),
        Number(instance.Cut),
    ];

    private static string Number(int? count) => count is { } said ? Figures.Count(said) : "-";

    private TimeSpan? SpanOf(ParseResult parsed) => parsed.GetValue(_continueFor) is { } text && Moment.TryParseSpan(text, out TimeSpan span) && span <= TimeSpan.FromDays(1) ? span : null;

    private static void ShowOutlook(RollbackOutlookView outlook, Screen screen)
    {
        screen.Line(outlook.Requests == 0 ? $"{outlook.Channel}: it has answered nothing in the last hour: what it costs cannot be said."
            : $"{outlook.Channel}: {Figures.Cost(outlook.FromNanoUsdPerHour)} an hour now, {Figures.Cost(outlook.ToNanoUsdPerHour)} there{Change(outlook)}, by {Figures.Plural(outlook.Requests, "request")} of the last {Figures.Span(TimeSpan.FromSeconds(outlook.SpanSeconds))}.");
        if (outlook.ChangeNanoUsdPerHour > 0)
        {
            screen.Line(outlook.AllowancePercent > 0
                ? $"Limits in USD of those who pay would be raised by {outlook.AllowancePercent} % for 24 hours."
                : "Budgets are not raised for it (releases.rollback_allowance): they may stop it.");
        }

        if (outlook.Shed is { } shed)
        {
            screen.Line(Words(shed));
        }

        if (outlook.Way is { } way)
        {
            screen.Line($"As a way back it is {ReadinessCommand.Word(way.State)}, {way.Score} of 100.");
            foreach (ReadinessFactorView factor in way.Factors.Where(factor => factor.GateFailed || factor.Score < 100 || factor.Factor == Causeway.Releases.Readiness.ReadinessFactorKind.Capacity).OrderBy(factor => factor.Score ?? 100))
            {
                screen.Line($"  {(factor.Score is { } score ? score.ToString(System.Globalization.CultureInfo.InvariantCulture) : "?"),3}  {factor.Detail}");
            }
        }
    }

    private static string Words(ShedPlanView shed) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"It carries {shed.Headroom * 100:0} % of what it would be asked: {(shed.Waiting.Count == 0 ? "requests of prod alone are more than that" : $"requests of {string.Join(", ", shed.Waiting)} wait (capacity_shed), {shed.Carried * 100:0} % are left")}{(shed.Suffices ? "" : ", and the provider throttles what is left")}.");

    private static string Change(RollbackOutlookView outlook) => outlook.ChangeNanoUsdPerHour is not { } change ? "" : $" ({(change < 0 ? "-" : "+")}{Figures.Cost(Math.Abs(change))})";
}
