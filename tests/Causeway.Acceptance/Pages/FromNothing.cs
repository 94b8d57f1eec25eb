using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Pages;

/// <summary>Each test has a gateway of its own that was started with nothing: what it shows is what the test made.</summary>
public abstract class FromNothing : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    private protected RunningGateway Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Gateway = await RunningGateway.FromNothingAsync(_folder.Path);

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
