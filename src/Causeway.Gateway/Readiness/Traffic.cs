using System.Runtime.InteropServices;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Gateway.Readiness;

/// <summary>What the books say of the last minute, over all instances: who answers, how much, for whom.</summary>
internal sealed class Traffic
{
    /// <summary>The span.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromMinutes(1);

    private const int MaxPages = 50; // A hundred thousand requests; of more, the first hundred thousand say enough, and are scaled.

    private readonly Dictionary<(string Channel, string Release), Load> _loads = [];
    private readonly Dictionary<(string Provider, string Model), Load> _pins = [];
    private readonly Dictionary<string, HashSet<GrantId>> _grants = [];

    private double _scale = 1;

    /// <summary>Requests of a release on a channel in a minute.</summary>
    public double PerMinute(string channel, string release) => _loads.TryGetValue((channel, release), out Load load) ? load.Requests * _scale : 0;

    /// <summary>What a request of a release on a channel takes on average; null: there was none.</summary>
    public (double Tokens, double NanoUsd)? EachOf(string channel, string release) =>
        _loads.TryGetValue((channel, release), out Load load) && load.Answered > 0 ? ((double)load.Tokens / load.Answered, (double)load.NanoUsd / load.Answered) : null;

    /// <summary>What a pin is asked in a minute.</summary>
    public (double Requests, double Tokens) OfPin(string provider, string model) =>
        _pins.TryGetValue((provider, model), out Load load) ? (load.Requests * _scale, load.Tokens * _scale) : (0, 0);

    /// <summary>Whose budgets pay for a channel.</summary>
    public IReadOnlyCollection<GrantId> GrantsOf(string channel) => _grants.GetValueOrDefault(channel) ?? [];

    /// <summary>Reads the last minute.</summary>
    /// <param name="usage">The books.</param>
    /// <param name="now">Until when.</param>
    /// <param name="span">How far back; what it counts is of this span.</param>
    /// <param name="health">Is told of every call of a pin, in the order of arrival.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static async Task<Traffic> ReadAsync(IUsageStore usage, DateTimeOffset now, TimeSpan span, PinHealth health, CancellationToken cancellation)
    {
        Traffic traffic = new();
        DateTimeOffset since = now - span;
        DateTimeOffset last = now;
        Guid? after = null;
        for (int page = 0; page < MaxPages; page++)
        {
            IReadOnlyList<UsageRecord> records = await usage.PageAsync(new UsageRange(since, now, after), cancellation);
            foreach (UsageRecord record in records)
            {
                health.Observe(record);
                traffic.Add(record);
            }

            if (records.Count < UsageRange.PageRecords)
            {
                break;
            }

            (after, last) = (records[^1].Request, page == MaxPages - 1 ? records[^1].At : now);
        }

        traffic._scale = Span / (last - since > TimeSpan.FromSeconds(1) ? last - since : TimeSpan.FromSeconds(1));
        return traffic;
    }

    private void Add(UsageRecord record)
    {
        bool isAnswered = record.Outcome == Outcome.Completed;
        if (record is { Provider: { } provider, ModelSent: { } model })
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_pins, (provider, model), out _).Add(record, isAnswered);
        }

        if (record is { Channel: { } channel, Release: { } release, RoutingRule: not (int)Causeway.Releases.Routing.RoutingRule.Shadow })
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_loads, (channel, release), out _).Add(record, isAnswered);
            if (record.Grant is { } grant)
            {
                (_grants.TryGetValue(channel, out HashSet<GrantId>? grants) ? grants : _grants[channel] = []).Add(grant);
            }
        }
    }

    private struct Load
    {
        public long Requests;
        public long Answered;
        public long Tokens;
        public long NanoUsd;

        public void Add(UsageRecord record, bool isAnswered)
        {
            Requests++;
            if (isAnswered)
            {
                Answered++;
                Tokens += record.FinalTokens.AllInput + record.FinalTokens.Output;
                NanoUsd += record.FinalCostNanoUsd ?? 0;
            }
        }
    }
}
