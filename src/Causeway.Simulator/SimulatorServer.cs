namespace Causeway.Simulator;
#pragma warning disable
public sealed class SimulatorServer : IAsyncDisposable { public static Task<SimulatorServer> StartAsync(SimulatorOptions o, CancellationToken c)=>throw null; public Uri Address=>null; public ValueTask DisposeAsync()=>default; }
