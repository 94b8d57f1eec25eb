using System.CommandLine;
using Causeway.Admin.Instance;
using Causeway.Admin.Rollbacks;

namespace Causeway.Commands;

/// <summary><c>causeway status</c></summary>
internal sealed class StatusCommand : ClientVerb<InstanceStatus>
{
    public StatusCommand(Surroundings surroundings)
        : base("status", "What the server is and how it fares.", surroundings) =>
        Takes([], "causeway status", "causeway status --url https://causeway.example.org --token-file /run/secrets/causeway");

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get("/status");

    protected override void Show(InstanceStatus answer, Connection connection, Screen screen)
    {
        screen.Accent($"Causeway {answer.Version} at {connection.Address}");
        screen.Pairs(
            ("Up", $"{Figures.Span(TimeSpan.FromSeconds(answer.UptimeSeconds))}, since {Figures.Time(answer.StartedAt)}"),
            ("Policy", $"routing revision {Figures.Count(answer.RoutingRevision)}, {Count(answer.Revision, "change")} since the start, {Count(answer.Providers, "provider")}, {Count(answer.ActiveKeys, "active key")}"),
            ("Work", $"{Count(answer.OpenRequests, "open request")}, of them {Count(answer.OpenStreams, "stream")}"),
            ("Books", answer.LedgerProblem is { } problem ? $"NOT TRUSTED: {problem} Grants that are enforced hard answer 503; look with: causeway audit verify" : answer.Booking ? $"in order, {Count(answer.UnbookedRequests, "request")} waiting" : $"NOT BEING WRITTEN, {Count(answer.UnbookedRequests, "request")} waiting; look into the server's log"),
            ("Deployment", answer.Deployment ?? "without a name"),
            ("Listens on", answer.Listen),
            ("Store", answer.Store),
            ("Data", answer.DataDirectory),
            ("Configuration", answer.ConfigurationFile ?? "none"));
        foreach (LocalRollbackView local in answer.LocalRollbacks)
        {
            screen.Line($"{local.Channel} is rolled back on this instance alone since {Figures.Time(local.At)}, by {local.By}: {local.Reason}. For everybody: causeway rollback {local.Channel} --reason TEXT");
        }
    }

    private static string Count(long count, string noun) => $"{Figures.Count(count)} {noun}{(count == 1 ? "" : "s")}";
}
