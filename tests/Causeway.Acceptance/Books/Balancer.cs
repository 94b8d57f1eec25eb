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

    /// <summary>Eight callers at once, half of them with streams, until it is over. Any answer that is not whole fails the test.</summary>
    /// <returns>How many requests were answered.</returns>
    public async Task<int> LoadAsync(string key, CancellationToken over) =>
        (await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => CallAsync(key, stream: i % 2 == 0, over), CancellationToken.None)))).Sum();

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

    private async Task<int> CallAsync(string key, bool stream, CancellationToken over)
    {
        int answered = 0;
        for (; !over.IsCancellationRequested; answered++)
        {
            (int status, string text, _) = await Ask.SendAsync(Next(), key, Ask.Chat, Ask.ChatBody(stream: stream));
            Assert.True(status == 200 && (!stream || text.TrimEnd().EndsWith("[DONE]", StringComparison.Ordinal)), text);
        }

        return answered;
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
