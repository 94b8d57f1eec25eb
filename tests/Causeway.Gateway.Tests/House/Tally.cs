using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Tests.House;

/// <summary>Counts the requests that must leave a record, and tells when none is under way.</summary>
internal sealed class Tally
{
    private readonly Lock _turn = new();
    private TaskCompletionSource _none = Completed();
    private int _open;

    public int Attributed { get; private set; }

    public async Task CountAsync(HttpContext context, RequestDelegate next, Func<bool> known)
    {
        bool attributed = context.Request.Method == HttpMethods.Post && known();
        Begin();
        try
        {
            await next(context);
        }
        finally
        {
            End(attributed && context.Response.Headers["x-causeway-error"] != "route_unknown");
        }
    }

    public Task UntilNoneIsOpenAsync()
    {
        lock (_turn)
        {
            return _none.Task;
        }
    }

    private void Begin()
    {
        lock (_turn)
        {
            if (_open++ == 0)
            {
                _none = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    private void End(bool attributed)
    {
        lock (_turn)
        {
            Attributed += attributed ? 1 : 0;
            if (--_open == 0)
            {
                _none.SetResult();
            }
        }
    }

    private static TaskCompletionSource Completed()
    {
        TaskCompletionSource completed = new();
        completed.SetResult();
        return completed;
    }
}
