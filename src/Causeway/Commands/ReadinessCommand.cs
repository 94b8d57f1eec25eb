using System.CommandLine;
using System.Globalization;
using Causeway.Admin;
using Causeway.Admin.Readiness;
using Causeway.Releases.Readiness;

namespace Causeway.Commands;

/// <summary><c>causeway readiness</c>: can a channel still be taken back.</summary>
internal sealed class ReadinessCommand : ClientVerb<ReadinessView>
{
    private static readonly Column[] s_factors = [new("FACTOR"), new("SCORE", ColumnKind.Number), new("WHY", ColumnKind.Name), new("BREAKS")];

    private readonly Argument<string> _channel = new("CHANNEL") { Description = "The channel's name." };
    private readonly Option<bool> _why = new("--why") { Description = "Show every factor." };
    private readonly Option<bool> _probe = new("--probe") { Description = "Ask every pin of the ways back first, for a few tokens each." };
    private bool _showsAll;

    public ReadinessCommand(Surroundings surroundings)
        : base("readiness", "Say whether a channel can still be taken back, until when, and what breaks first.", surroundings)
    {
        Add(_channel);
        Takes([_why, _probe], "causeway readiness support", "causeway readiness support --why", "causeway readiness support --probe --json | jq .score");
    }

    /// <summary>A state in words.</summary>
    public static string Word(ReadinessState state) => state switch
    {
        ReadinessState.Ready => "READY",
        ReadinessState.AtRisk => "AT RISK",
        _ => "NOT READY",
    };

    protected override AdminRequest Ask(ParseResult parsed)
    {
        _showsAll = parsed.GetValue(_why);
        string path = $"/channels/{Uri.EscapeDataString(parsed.GetRequiredValue(_channel))}/readiness";
        return parsed.GetValue(_probe) ? new AdminRequest(HttpMethod.Post, path + "/probe") : AdminRequest.Get(path);
    }

    /// <summary>0: ready, or at risk; 1: not ready, or it failed.</summary>
    protected override int CodeOf(AdminReply reply) => !reply.Succeeded || System.Text.Json.JsonSerializer.Deserialize(reply.Body, AdminJson.Api.ReadinessView)!.State == ReadinessState.NotReady
        ? ExitCodes.Failed
        : ExitCodes.Ok;

    protected override void Show(ReadinessView answer, Connection connection, Screen screen)
    {
        screen.Accent($"{answer.Channel}: {Word(answer.State)}, {answer.Score} of 100");
        foreach (ProbedPinView probed in answer.Probed ?? [])
        {
            screen.Line($"  {probed.Pin} {(probed.Answered ? "answered" : "did not answer: " + probed.Problem)}");
        }

        if (answer.Ways.Count == 0)
        {
            screen.Line("There is no way back: it has served no other release that is not in quarantine.");
            return;
        }

        foreach (WayBackView way in answer.Ways)
        {
            screen.Line();
            screen.Line($"{(way.Base ? "Base" : "Before")} {ReleaseShowCommand.Short(way.Release)}: {Word(way.State)}, {way.Score}");
            screen.Line(way.BreaksFirst is { } first ? $"Breaks first: {first.Detail} ({Day(first.BreaksAt)})" : "Nothing that is known breaks by itself.");
            if (_showsAll)
            {
                screen.Table(s_factors, way.Factors.OrderBy(factor => factor.GateFailed ? -1 : factor.Score ?? 101).Select(factor => (IReadOnlyList<string>)
                [
                    factor.Factor.ToString().ToLowerInvariant(), factor.Score is { } score ? Figures.Count(score) : "", (factor.GateFailed ? "GATE: " : "") + factor.Detail, Day(factor.BreaksAt),
                ]));
            }
            else
            {
                foreach (ReadinessFactorView factor in way.Factors.Where(factor => factor.GateFailed || factor.Score < 100).OrderBy(factor => factor.Score))
                {
                    screen.Line($"  {factor.Score,3}  {factor.Detail}");
                }
            }
        }
    }

    private static string Day(DateTimeOffset? at) => at?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";
}
