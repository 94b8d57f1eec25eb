using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Tests.House;

/// <summary>Counts the requests that must leave a record, and tells when so many are under way.</summary>
internal sealed class Tally
{
    private readonly Lock _turn = new();
    private TaskCompletionSource _changed = NewSignal();
    private int _open;

    public int Attributed { get; private set; }

    public async Task CountAsync(HttpContext context, RequestDelegate next, Func<bool> known)
    {
        bool attributed = LeavesRecord(context.Request) && known();
        Change(+1, attributed: false);
        try
        {
            await next(context);
        }
        finally
        {
            Change(-1, attributed && context.Response.Headers["x-causeway-error"].ToString() is not ("route_unknown" or "method_not_allowed" or "books_unavailable" or "keys_failing"));
        }
    }

    public async Task UntilOpenAsync(int requests)
    {
        while (true)
        {
            Task changed;
            lock (_turn)
            {
                if (_open == requests)
                {
                    return;
                }

                changed = _changed.Task;
            }

            await changed;
        }
    }

    // Every call of inference does, and every call of a provider's own API; lists of models and words on answers do not.
    private static bool LeavesRecord(HttpRequest request) =>
        (request.Method == HttpMethods.Post && request.Path != "/v1/feedback")
        || request.Path.StartsWithSegments("/passthrough", StringComparison.Ordinal)
        || request.Path.StartsWithSegments("/v1/files", StringComparison.Ordinal)
        || request.Path.StartsWithSegments("/v1/batches", StringComparison.Ordinal);

    private void Change(int by, bool attributed)
    {
        lock (_turn)
        {
            _open += by;
            Attributed += attributed ? 1 : 0;
            _changed.SetResult();
            _changed = NewSignal();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
