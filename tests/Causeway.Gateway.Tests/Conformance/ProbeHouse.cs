using Causeway.Contracts.Conformance;
using Causeway.Gateway.Books;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Conformance;

/// <summary>The probes beside a house whose providers are the simulator, with books of their own.</summary>
internal sealed class ProbeHouse : IAsyncDisposable
{
    private readonly ILoggerFactory _logs;

    private ProbeHouse(GatewayHouse house, DriftWebhook? webhook, TimeProvider time)
    {
        House = house;
        _logs = LoggerFactory.Create(logging => logging.AddProvider(house.Log).SetMinimumLevel(LogLevel.Trace));
        Recorder = new OwnedJournal(Books, new GatewayLimits(), TimeProvider.System, NullLogger<Journal>.Instance);
        Measured = new MeasuredDialects(Store, webhook, house.Meters, _logs.CreateLogger<MeasuredDialects>());
        Runs = new ProbeRuns(Measured, Recorder, house.Policies, time, _logs.CreateLogger<ProbeRuns>());
        Tester = new ContractTester(Measured, Recorder, house.Policies, time);
    }

    public GatewayHouse House { get; }

    public MemoryConformanceStore Store { get; } = new();

    public MemoryUsageStore Books { get; } = new();

    public Journal Recorder { get; }

    public MeasuredDialects Measured { get; }

    public ProbeRuns Runs { get; }

    public ContractTester Tester { get; }

    public static async Task<ProbeHouse> OpenAsync(HouseOptions? options = null, DriftWebhook? webhook = null, TimeProvider? time = null) =>
        new(await GatewayHouse.OpenAsync(options ?? new HouseOptions { Providers = EveryProtocol }), webhook, time ?? TimeProvider.System);

    public ProbePin Pin(string provider, string model) => new(House.Policies.Current.FindProvider(provider)!, model);

    public ProbePlan Plan(ProbePin pin, params string[] probes) => new([pin], [.. probes.Select(id => ProbeSet.Find(id)!)], ProbePlan.DefaultMaxNanoUsd);

    /// <summary>Runs to the end.</summary>
    public async Task<ProbeRun> RunAsync(ProbePlan plan)
    {
        Assert.True(Runs.TryStart(plan, out ProbeRun run));
        await run.Over.Soon();
        return run;
    }

    /// <summary>Runs some probes of one model, and returns the verdicts in the order of the probes.</summary>
    public async Task<IReadOnlyList<ProbeVerdict>> VerdictsAsync(ProbePin pin, params string[] probes) =>
        [.. (await RunAsync(Plan(pin, probes))).Results.Select(result => result.Measurement.Verdict)];

    public async ValueTask DisposeAsync()
    {
        await Runs.DisposeAsync();
        Tester.Dispose();
        await Recorder.DisposeAsync();
        await House.DisposeAsync();
        _logs.Dispose();
    }

    private static IEnumerable<Provider> EveryProtocol(Neighbourhood near) =>
    [
        near.OpenAI("openai"),
        near.Anthropic("anthropic"),
        near.Gemini("gemini"),
        near.At("bedrock", Wire.Protocol.Bedrock, new Uri(near.Simulator, "/bedrock")),
    ];
}
