using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>Sends to those instances whose <c>/readyz</c> said 200 when it was last asked, as a load balancer does.</summary>
internal sealed class Balancer : IAsyncDisposable
{
    private readonly Func<IReadOnlyList<RunningGateway>> _all;
    private readonly CancellationTokenSource _over = new();
    private readonly Task _checks;
    private volatile RunningGateway[] _in;
    private int _turn;

    public Balancer(Func<IReadOnlyList<RunningGateway>> all)
    {
        _all = all;
        _in = [.. all()];
        _checks = Task.Run(CheckAsync);
    }

    public RunningGateway Next()
    {
        RunningGateway[] there = _in;
        return there[(int)((uint)Interlocked.Increment(ref _turn) % there.Length)];
    }

    public async Task UntilAllAreInAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while (_in.Length < _all().Count)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _checks;
        _over.Dispose();
    }

    private async Task CheckAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            List<RunningGateway> ready = [];
            foreach (RunningGateway one in _all())
            {
                if (await IsReadyAsync(one))
                {
                    ready.Add(one);
                }
            }

            _in = [.. ready];
        }
    }

    private static async Task<bool> IsReadyAsync(RunningGateway one)
    {
        try
        {
            using HttpResponseMessage response = await one.Admin.GetAsync("/readyz");
            return response.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or ObjectDisposedException or OperationCanceledException)
        {
            return false;
        }
    }
}
