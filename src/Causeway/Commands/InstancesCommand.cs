using System.CommandLine;
using System.Globalization;
using Causeway.Admin.Instance;

namespace Causeway.Commands;

/// <summary><c>causeway instances</c></summary>
internal sealed class InstancesCommand : ClientVerb<InstanceList>
{
    private static readonly Column[] s_columns =
    [
        new("INSTANCE", ColumnKind.Name), new("STATE"), new("LEADS"), new("VERSION"), new("POLICY", ColumnKind.Number), new("LEDGER"),
        new("REQUESTS", ColumnKind.Number), new("STREAMS", ColumnKind.Number), new("HELD", ColumnKind.Number), new("LEASES", ColumnKind.Number), new("SINCE"),
    ];

    public InstancesCommand(Surroundings surroundings)
        : base("instances", "Who shares the store: version, policy, ledger, work, since when.", surroundings) =>
        Takes([], "causeway instances", "causeway instances --json");

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get("/instances");

    protected override void Show(InstanceList answer, Connection connection, Screen screen) => screen.Table(
        s_columns,
        answer.Instances.Select(one => (IReadOnlyList<string>)
        [
            one.Name,
            one.State == "live" ? "live" : $"{one.State} for {Figures.Span(TimeSpan.FromMilliseconds(one.SilentMs))}",
            one.Leads ? "yes" : "",
            one.Version,
            Lag(Figures.Count(one.Revision), one.RevisionLag),
            one.LedgerLag == 0 ? "whole" : $"{Figures.Count(one.LedgerLag)} behind",
            Figures.Count(one.OpenRequests),
            Figures.Count(one.OpenStreams),
            Figures.Count(one.OpenReservations),
            Figures.Count(one.Leases),
            Figures.Time(one.StartedAt),
        ]));

    private static string Lag(string revision, long lag) => lag == 0 ? revision : string.Create(CultureInfo.InvariantCulture, $"{revision}, {lag} behind");
}
