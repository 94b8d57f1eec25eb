using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Causeway.Budgets.Alerts;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Alerts;
using Causeway.Gateway.Books;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Tests.House;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Meter = Causeway.Budgets.Grants.Meter;

namespace Causeway.Gateway.Tests.Alerts;

/// <summary>A ledger with its journal, and the alerts that follow it.</summary>
internal sealed class AlertHouse : IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    private readonly ServiceProvider _services;
    private readonly MeterListener _listener = new();
    private readonly LoggerFactory _logs = new();

    private AlertHouse(EventStore store, FakeTimeProvider time, SignedWebhook? webhook)
    {
        (Store, Time) = (store, time);
        _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        IMeterFactory meters = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, on) =>
        {
            if (instrument.Meter.Scope == meters)
            {
                on.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Measured.Add(Text(instrument, value, tags)));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Measured.Add(Text(instrument, value, tags)));
        _listener.Start();
        Journal = new OwnedJournal(store, new GatewayLimits(), TimeProvider.System, NullLogger<Journal>.Instance);
        Ledger = new BudgetLedger(Journal, time);
        Ledger.Start(new LedgerImage { Grants = store.Grants, Events = [.. store.Events] });
        _logs.AddProvider(Log);
        Alerts = new BudgetAlerts(Ledger, Journal, Leadership.Alone(), store, AlertRules.Default, webhook, meters, time, _logs.CreateLogger<BudgetAlerts>());
    }

    public EventStore Store { get; }

    public FakeTimeProvider Time { get; }

    public Journal Journal { get; }

    public BudgetLedger Ledger { get; }

    public BudgetAlerts Alerts { get; }

    public CapturedLog Log { get; } = new();

    /// <summary>What was measured, as <c>name value label=…</c>.</summary>
    public ConcurrentBag<string> Measured { get; } = [];

    /// <summary>The events of alerts, oldest first.</summary>
    public IReadOnlyList<LedgerEvent> Raised => [.. Store.Events.Where(one => one.Kind == LedgerEventKind.AlertRaised)];

    public static AlertHouse Open(SignedWebhook? webhook = null, FakeTimeProvider? time = null) => new(new EventStore(), time ?? new FakeTimeProvider(Noon), webhook);

    /// <summary>As after a restart.</summary>
    public AlertHouse Again() => new(Store, Time, webhook: null);

    public GrantNode Grant(string usd, GrantNode? parent = null)
    {
        Assert.True(Limit.TryParse(Meter.Usd, usd, "UTC", out Limit limit, out string problem), problem);
        Grant grant = new()
        {
            Id = GrantId.New(Time.GetUtcNow()),
            Parent = parent?.Grant.Id,
            Holder = new Holder(IsFeature: false, "support"),
            Limits = [limit],
            DepthLeft = parent is null ? 3 : 2,
            CreatedAt = Time.GetUtcNow(),
            CreatedBy = "admin",
        };
        Assert.Empty(Ledger.Create(grant, out _));
        return Ledger.Find(grant.Id)!;
    }

    /// <summary>A request that used so much.</summary>
    public void Spend(GrantNode grant, decimal usd)
    {
        Amounts used = new((long)(usd * 1_000_000_000), 10, 10);
        Reservation? held = Ledger.Reserve(grant, Guid.NewGuid(), used, TimeSpan.FromMinutes(5), new Spender(null, "m"), out LedgerDenial? denial);
        Assert.True(held is not null, denial?.Code);
        Assert.True(Ledger.Settle(held, used, UsageSource.Provider, null));
    }

    /// <summary>A request of a model whose provider reported what cannot be.</summary>
    public void Misreport(GrantNode grant, string model)
    {
        Amounts used = new(10, 50_000, 10);
        Reservation held = Ledger.Reserve(grant, Guid.NewGuid(), used, TimeSpan.FromMinutes(5), new Spender(null, "m"), out _)!;
        Assert.True(Ledger.Settle(held, used, UsageSource.Provider, null, model, "openai", new LedgerRemark(MismatchAlert.Code, "reported 50000 input tokens where at most 300 can have been")));
    }

    /// <summary>Everything so far is booked and looked at.</summary>
    public async Task LookAsync()
    {
        await Journal.FlushAsync(GatewayHouse.Token).Soon();
        await Alerts.LookAsync().Soon();
        await Journal.FlushAsync(GatewayHouse.Token).Soon();
    }

    public void Collect() => _listener.RecordObservableInstruments();

    public async ValueTask DisposeAsync()
    {
        Alerts.Dispose();
        await Journal.DisposeAsync();
        _listener.Dispose();
        _logs.Dispose();
        await _services.DisposeAsync();
    }

    private static string Text<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        $"{instrument.Name} {value} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}";
}

/// <summary>Keeps events and grants in memory; fails while it is told to.</summary>
internal sealed class EventStore : ILedgerStore
{
    public ImmutableList<LedgerEvent> Events { get; private set; } = [];

    public ImmutableList<Grant> Grants { get; private set; } = [];

    public bool Failing { get; set; }

    /// <summary>The last question.</summary>
    public LedgerQuery? Asked { get; private set; }

    public Task AppendAsync(Func<LedgerNews, IReadOnlyList<JournalEntry>> take, CancellationToken cancellation)
    {
        IReadOnlyList<JournalEntry> entries = take(LedgerNews.None);
        if (Failing)
        {
            throw new IOException("The disk is full.");
        }

        foreach (JournalEntry entry in entries)
        {
            Grants = entry.Grant is { } grant ? Grants.RemoveAll(one => one.Id == grant.Id).Add(grant) : Grants;
            Events = entry.Event is { } happened ? Events.Add(happened with { Seq = Events.Count + 1 }) : Events;
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<LedgerEvent>> EventsAsync(LedgerQuery query, CancellationToken cancellation)
    {
        Asked = query;
        return Task.FromResult<IReadOnlyList<LedgerEvent>>(
        [
            .. Events.Where(one => one.Seq > query.After && query.Kinds?.Contains(one.Kind) != false && !(one.AtMs < query.Since?.ToUnixTimeMilliseconds())).Take(query.Limit),
        ]);
    }

    public Task<LedgerImage> LoadAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public Task<ChainReport> VerifyAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public Task<LedgerHead?> HeadAsync(long? seq, CancellationToken cancellation) => throw new NotSupportedException();
}
