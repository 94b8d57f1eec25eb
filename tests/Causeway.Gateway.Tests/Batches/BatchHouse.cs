using System.Text.Json;
using Causeway.Budgets.Batches;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;
using Causeway.Gateway.Batches;
using Causeway.Gateway.Books;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Tests.Batches;

/// <summary>A house whose provider takes batches, and the chore that settles them, at a clock of its own: later than the house's by what a test says.</summary>
internal sealed class BatchHouse : IAsyncDisposable
{
    public const string Path = "/passthrough/anthropic/v1/messages/batches";
    public const string One = """{"model":"claude-sonnet-4-6","max_tokens":1000,"messages":[{"role":"user","content":"Tell me of bridges"}]}""";
    public const string Other = """{"model":"claude-haiku-4-5","max_tokens":50,"messages":[{"role":"user","content":"Tell me of rivers"}]}""";

    private readonly LaterTime _time = new();
    private LateUsage? _late;
    private BatchWatch? _watch;

    private BatchHouse(GatewayHouse house, HouseOptions options) => (House, Options, Granted) = (house, options, house.Grant("usd 50"));

    public GatewayHouse House { get; }

    public HouseOptions Options { get; }

    public Granted Granted { get; }

    /// <summary>The one batch that was taken.</summary>
    public TakenBatch Batch => Assert.Single(Options.Batches.All);

    public static async Task<BatchHouse> OpenAsync(HouseOptions? options = null)
    {
        HouseOptions given = options ?? new HouseOptions();
        return new BatchHouse(await GatewayHouse.OpenAsync(given), given);
    }

    public static Saying Saying(params string[] requests) =>
        new(Path, $$"""{"requests":[{{string.Join(',', requests.Select((one, place) => $$"""{"custom_id":"{{place}}","params":{{one}}}"""))}}]}""");

    /// <summary>Begins a batch, and says which request did.</summary>
    public Task<Guid> TakeAsync(params string[] requests) => TakeAsync(Saying(requests));

    /// <summary>Begins a batch in these words.</summary>
    public async Task<Guid> TakeAsync(Saying saying)
    {
        Answer answer = await Granted.AskAsync(saying);
        Assert.True(answer.Status == 200, answer.Text);
        return (await House.RecordOfAsync(answer)).Request;
    }

    /// <summary>The chore looks, so much later than now.</summary>
    public async Task TurnAsync(TimeSpan later)
    {
        _time.Ahead = later;
        ILogger<BatchWatch> log = new LoggerFactory([House.Log]).CreateLogger<BatchWatch>();
        _watch ??= new BatchWatch(Options.Batches, Late, House.Policies, Leadership.Alone(), House.Meters, _time, log, House.Objects);
        await _watch.TurnAsync(GatewayHouse.Token).Soon();
    }

    /// <summary>Settles a batch of three, of which one failed: what it used is what is billed, half of what the two others cost when they are asked alone.</summary>
    public async Task SettleTwoOfThreeAsync(Guid request, TimeSpan soon, string provider, params Saying[] alone)
    {
        LimitUse held = Granted.Use();
        Assert.True(held is { Committed: 0, InDoubt: > 0 });

        await TurnAsync(TimeSpan.Zero); // Not due yet.
        Assert.Null(Batch.AskedAt);
        await TurnAsync(soon);

        (long nanoUsd, long input, long output) = await BillAsync(provider);
        Assert.Equal((BatchState.Settled, "2 of 3 succeeded, 1 errored"), (Batch.State, Batch.Word));
        Assert.Equal((nanoUsd, 0), (Granted.Use().Committed, Granted.Use().InDoubt));
        LedgerEvent word = Assert.Single(await WordsAsync());
        Assert.Equal((request, new Amounts(nanoUsd, input, output), "causeway", $"{Batch.Batch} at {provider}"), (word.Request, word.Booked, word.Actor, word.Detail));
        UsageRecord record = await House.OnlyRecordAsync();
        Assert.Equal((nanoUsd, input, output), (record.FinalCostNanoUsd, record.FinalTokens.AllInput, record.FinalTokens.Output));
        Assert.True(nanoUsd > 0 && held.InDoubt > nanoUsd);

        // The control: asked alone, the same costs twice as much.
        Granted single = House.Grant("usd 50");
        foreach (Saying one in alone)
        {
            Assert.Equal(200, (await single.AskAsync(one)).Status);
        }

        await House.RecordsAsync();
        Assert.Equal(2 * nanoUsd, single.Use().Committed);
    }

    /// <summary>The process that looked is gone; another one looks from now on.</summary>
    public void Restart()
    {
        _watch?.Dispose();
        _watch = null;
    }

    public LateUsage Late => _late ??= new LateUsage(House.Store, House.Store, House.Ledger, House.Recorder, House.Policies, TimeProvider.System);

    /// <summary>What the simulator bills for batches: each model's tokens at half the price of its list.</summary>
    public async Task<(long NanoUsd, long Input, long Output)> BillAsync(string provider = "anthropic")
    {
        JsonElement bill = JsonElement.Parse(await House.Simulator.Http.GetStringAsync("/sim/bill", GatewayHouse.Token));
        ProviderRoute route = House.Policies.Current.FindProvider(provider)!;
        (long nanoUsd, long input, long output) = (0, 0, 0);
        foreach (JsonElement line in bill.GetProperty("lines").EnumerateArray().Where(line => line.GetProperty("batch").GetBoolean()))
        {
            string model = line.GetProperty("model").GetString()!;
            (long lineIn, long lineOut) = (line.GetProperty("counts").GetProperty("input_uncached").GetInt64(), line.GetProperty("counts").GetProperty("output").GetInt64());
            Rates rates = route.PriceOf(model, model)!.List!;
            nanoUsd += ((lineIn * rates.Input) + (lineOut * rates.Output)) / 2 / 1_000_000;
            (input, output) = (input + lineIn, output + lineOut);
        }

        return (nanoUsd, input, output);
    }

    /// <summary>The words on the batch in the ledger.</summary>
    public async Task<IReadOnlyList<LedgerEvent>> WordsAsync()
    {
        await House.RecordsAsync();
        return [.. House.Store.Events.Where(one => one.Kind == LedgerEventKind.Adjusted)];
    }

    public async ValueTask DisposeAsync()
    {
        Restart();
        _late?.Dispose();
        await House.DisposeAsync();
    }

    private sealed class LaterTime : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }
}
