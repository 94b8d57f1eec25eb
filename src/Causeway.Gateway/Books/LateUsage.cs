using System.Buffers.Binary;
using System.Globalization;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;
using Causeway.Gateway.Policy;

namespace Causeway.Gateway.Books;

/// <summary>
/// Takes later words on what requests used: finds from the ledger's own events what each was charged and what of it is in doubt, and books the
/// difference. One list at a time, so that what one read another cannot have changed.
/// </summary>
public sealed class LateUsage(ILedgerStore events, IUsageStore usage, BudgetLedger ledger, Journal journal, PolicyPublisher policies, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    // An id is made with the moment of arrival; the reservation follows at once.
    private static readonly TimeSpan s_idSlack = TimeSpan.FromHours(1);
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Books the words that are new, all or none.</summary>
    /// <returns>What became of each, or what is wrong with the list.</returns>
    /// <exception cref="TimeoutException">The books lag so far behind that the ledger's events do not tell yet what is true.</exception>
    /// <exception cref="InvalidOperationException">Another instance took a word on one of them meanwhile; nothing was booked.</exception>
    public async Task<(IReadOnlyList<LateOutcome> Done, IReadOnlyList<LateProblem> Problems)> TakeAsync(IReadOnlyList<LateWord> words, string actor, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            await journal.FlushAsync(cancellation).WaitAsync(s_patience, time, cancellation);
            IDictionary<Guid, RequestAccount> accounts = await AccountsAsync([.. words.Select(word => word.Request)], cancellation);
            List<Adjustment> adjustments = [];
            List<LateOutcome> done = [];
            List<LateProblem> problems = [];
            Dictionary<Guid, UsageRecord?> records = [];
            foreach (LateWord word in words)
            {
                if (!records.TryGetValue(word.Request, out UsageRecord? record))
                {
                    record = await usage.FindAsync(word.Request, cancellation);
                }

                (LateOutcome? one, Adjustment? made, LateProblem? wrong) = Weigh(word, accounts, record);
                if (wrong is not null)
                {
                    problems.Add(wrong);
                    continue;
                }

                done.Add(one!);
                records[word.Request] = record;
                if (made is not null)
                {
                    adjustments.Add(made);
                    accounts[word.Request] = accounts[word.Request].With(made.WasInDoubt, made.Difference, made.Evidence);
                    records[word.Request] = Changed(record, made);
                }
            }

            if (problems.Count == 0 && adjustments.Count > 0)
            {
                await ledger.Adjust(adjustments, actor);
            }

            return (done, problems);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private (LateOutcome? Done, Adjustment? Made, LateProblem? Wrong) Weigh(LateWord word, IDictionary<Guid, RequestAccount> accounts, UsageRecord? record)
    {
        if (!accounts.TryGetValue(word.Request, out RequestAccount? account) || ledger.Find(account.Grant) is not { } grant)
        {
            return Wrong(word, "request", "is not in the ledger: no grant was charged for a request of that id. Look it up with: causeway audit --kind in_doubt");
        }

        if (account.State is ReservationState.Open or ReservationState.Void)
        {
            return Wrong(word, "request", account.State == ReservationState.Open ? "is still being worked on; say it when it has ended" : "was never sent to a provider, so there is nothing to adjust");
        }

        Amounts before = account.Booked + account.InDoubt;
        if (word.IsOwn && account.Words.Keys.Any(evidence => evidence != word.Evidence))
        {
            return (new LateOutcome(word, account, before, before, LateResult.Told), null, null);
        }

        if (CostOf(word, before, record) is not { } nanoUsd)
        {
            return Wrong(word, "usd", "is needed: the model has no price, or no usage record says which one answered");
        }

        Amounts after = word.Tokens is { } tokens
            ? new Amounts(nanoUsd, tokens.AllInput, tokens.Output)
            : before with { NanoUsd = nanoUsd }; // Of tokens nothing is said: what was booked or held of them stands.
        if (account.Words.TryGetValue(word.Evidence, out Amounts said))
        {
            return said == after || (word.Tokens is null && said.NanoUsd == nanoUsd)
                ? (new LateOutcome(word, account, before, before, LateResult.Same), null, null)
                : Wrong(word, "evidence", string.Create(CultureInfo.InvariantCulture, $"was given before, with other amounts ({(decimal)said.NanoUsd / Rates.NanoPerUsd:0.000000000} USD, {said.TokensIn} tokens in, {said.TokensOut} out). A correction needs evidence of its own"));
        }

        Adjustment made = new(
            grant, word.Request, account.ReservedAtMs, account.InDoubt, new Amounts(after.NanoUsd - account.Booked.NanoUsd, after.TokensIn - account.Booked.TokensIn, after.TokensOut - account.Booked.TokensOut), word.Reason, word.Evidence);
        UsageRecord? missing = record is null ? MissingRecord(word.Request, account) : null;
        return (new LateOutcome(word, account, before, after, LateResult.Booked), made with { Missing = missing, Usage = ChangeOf(word, record ?? missing, nanoUsd) }, null);
    }

    // A word of Causeway's own brings its price; one that says nothing stands for what is held, one of tokens alone for a model without a price.
    private long? CostOf(LateWord word, in Amounts before, UsageRecord? record) => word switch
    {
        { NanoUsd: { } said } => said,
        { IsOwn: true } => word.Tokens is null ? before.NanoUsd : 0,
        { Tokens: { } tokens } => CostOf(tokens, record),
        _ => null,
    };

    // By the rates that it was billed by, unless so long or so short a prompt has others; by the price of its day where it was not billed. Nothing is said of the uses of tools: their fee stays.
    private long? CostOf(in TokenCounts tokens, UsageRecord? record)
    {
        if (record is not { Provider: { } name })
        {
            return null;
        }

        ProviderRoute? route = policies.Current.FindProvider(name);
        ModelPrice? price = route?.PriceOf(record.ModelSent ?? record.ModelAsked, record.ModelServed);
        if (record.Price is { } text && (price is null || price.RatesAt(tokens.AllInput, record.At) == price.RatesAt(record.Tokens.AllInput, record.At)))
        {
            (Rates rates, long ppm) = Rates.Parse(text);
            return rates.CostNanoUsd(tokens, ppm) + (record.ToolFeeNanoUsd ?? 0);
        }

        return price?.CostNanoUsd(tokens, record.At, null, route!.Provider.Region is not null) + (record.ToolFeeNanoUsd ?? 0);
    }

    // A record without a price would pass for one that cost nothing: what has no price stays without.
    private static UsageAdjustment? ChangeOf(LateWord word, UsageRecord? record, long nanoUsd) => record is null || word is { IsOwn: true, NanoUsd: null, Tokens: not null }
        ? null
        : new UsageAdjustment(word.Request, word.Tokens is { } tokens ? Less(tokens, record.FinalTokens) : default, nanoUsd - (record.FinalCostNanoUsd ?? 0));

    private static TokenCounts Less(in TokenCounts one, in TokenCounts other) => new(
        one.Input - other.Input, one.CacheRead - other.CacheRead, one.CacheWrite - other.CacheWrite, 0, 0, 0, one.Output - other.Output, one.Reasoning - other.Reasoning);

    private static UsageRecord? Changed(UsageRecord? record, Adjustment made) => (record ?? made.Missing) is { } booked && made.Usage is { } change
        ? booked with { Adjusted = booked.Adjusted is { } before ? new UsageAdjustment(change.Request, before.Tokens + change.Tokens, before.NanoUsd + change.NanoUsd) : change }
        : record;

    // A process that ended in between left a reservation and no usage record; whose it was, its key tells.
    private UsageRecord? MissingRecord(Guid request, RequestAccount account) => account.Key is { } id && policies.Current.Keys.Find(id) is { } key
        ? new UsageRecord
        {
            Request = request,
            At = DateTimeOffset.FromUnixTimeMilliseconds(account.ReservedAtMs),
            Attribution = key.Attribution,
            Key = id,
            Grant = account.Grant,
            Protocol = "unknown",
            Route = "unknown",
            ModelAsked = account.Model ?? "unknown",
            Status = 0,
            Outcome = Outcome.Interrupted,
            ErrorCode = account.Code,
        }
        : null;

    private async Task<IDictionary<Guid, RequestAccount>> AccountsAsync(HashSet<Guid> requests, CancellationToken cancellation)
    {
        List<LedgerEvent> found = [];
        var query = new LedgerQuery { Since = requests.Min(ArrivalOf) - s_idSlack, Requests = requests, Limit = 10_000 };
        while (true)
        {
            IReadOnlyList<LedgerEvent> page = await events.EventsAsync(query, cancellation);
            found.AddRange(page);
            if (page.Count < query.Limit)
            {
                return RequestAccount.Fold(found);
            }

            query = query with { After = page[^1].Seq };
        }
    }

    // The first 48 bits of a version 7 UUID are milliseconds (RFC 9562, 5.7).
    private static DateTimeOffset ArrivalOf(Guid request)
    {
        Span<byte> bytes = stackalloc byte[16];
        request.TryWriteBytes(bytes, bigEndian: true, out _);
        long ms = BinaryPrimitives.ReadInt64BigEndian(bytes) >>> 16;
        return DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(ms, s_idSlack.Ticks / TimeSpan.TicksPerMillisecond, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
    }

    private static (LateOutcome? Done, Adjustment? Made, LateProblem? Wrong) Wrong(LateWord word, string member, string message) =>
        (null, null, new LateProblem(word, member, message));
}
