[assembly: AssemblyFixture(typeof(Causeway.Acceptance.Processes.Quickstart))]

namespace Causeway.Acceptance.Processes;

/// <summary>A gateway that was started with nothing, for all tests that only call it.</summary>
public sealed class Quickstart : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    internal RunningGateway Gateway { get; private set; } = null!;

    /// <summary>The first key, as it was printed.</summary>
    internal string Key => Gateway.Welcome.FirstKey;

    public async ValueTask InitializeAsync() => Gateway = await RunningGateway.FromNothingAsync(_folder.Path);

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        _folder.Dispose();
    }
}
