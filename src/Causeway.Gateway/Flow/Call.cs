using Causeway.Budgets.Keys;
using Causeway.Budgets.Labels;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Relay;
using Causeway.Gateway.Residency;
using Causeway.Wire;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Flow;

/// <summary>One request on its way: what is known at its arrival, and the clock that it is measured with.</summary>
internal sealed class Call(HttpContext context, Operation operation, string? pathModel, TimeProvider time, string? route = null)
{
    private StepTimes _steps = StepTimes.FromArrival;
    private string? _id;

    /// <summary>The clock's timestamp of its arrival.</summary>
    public long Arrived { get; } = time.GetTimestamp();

    public HttpContext Context { get; } = context;

    public Operation Operation { get; } = operation;

    /// <summary>The key and the name by which the caller would send the request again; null: it has none.</summary>
    public (KeyId Key, string Name)? Once { get; set; }

    /// <summary>In whose words the caller is answered. A native call's is known when its provider is.</summary>
    public Protocol Protocol { get; set; } = Operations.ProtocolOf(operation);

    /// <summary>The name under which it is recorded.</summary>
    public string Route { get; } = route ?? Operations.RouteName(operation);

    /// <summary>The model of a path that names one (Gemini); null where the body does.</summary>
    public string? PathModel { get; } = pathModel;

    public DateTimeOffset At { get; } = time.GetUtcNow();

    public Guid Request { get; } = Guid.CreateVersion7(time.GetUtcNow());

    /// <summary>The id as callers see it.</summary>
    public string Id => _id ??= RequestId.Format(Request);

    /// <summary>From arrival to the first byte for the caller.</summary>
    public TimeSpan? TimeToFirstByte { get; private set; }

    /// <summary>From arrival until now.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(Arrived);

    /// <summary>When the steps of its way began.</summary>
    public StepTimes Steps => _steps;

    /// <summary>The caller is gone: nobody waits for an answer. Kept, because Kestrel takes a lock whenever it is asked for it.</summary>
    public CancellationToken ClientGone { get; } = context.RequestAborted;

    /// <summary>The request's place and its name, for as long as somebody waits for it; null: it has none yet.</summary>
    public (Admit.Admission Place, Once.Entry Name)? Held { get; set; }

    /// <summary>What puts back into the answer what was taken out of the request; null: nothing was.</summary>
    public RestoringStream? Restoring { get; set; }

    /// <summary>What its caller says of it beside its key; null: nothing.</summary>
    public RequestLabels? Labels { get; set; }

    /// <summary>The class of data that it belongs to, at least, since of what it holds; null: nothing says so.</summary>
    public string? RaisedDataClass { get; set; }

    /// <summary>The class of data that it belongs to; null: it is not decided yet, and nothing of it may leave.</summary>
    public RequestClass? Data { get; set; }

    /// <summary>The caller is gone and its answer is read on: that takes the place of a request, but of no stream, and the caller may ask again.</summary>
    public void Leave()
    {
        Held?.Name.Dispose();
        Held?.Place.LeaveStream();
    }

    /// <summary>A step of its way begins, which ends the one before.</summary>
    /// <returns>The call itself, to be handed to the step.</returns>
    public Call Enter(RequestStep step)
    {
        _steps.Begin(step, Elapsed);
        return this;
    }

    public void MarkFirstByte() => TimeToFirstByte ??= Elapsed;
}

/// <summary>The text form of a request's id: <c>req_</c> and 32 hex digits.</summary>
internal static class RequestId
{
    /// <summary>An id for a request that ends before it becomes a call.</summary>
    public static string New() => Format(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()));

    /// <summary>Reads what <see cref="Format"/> writes.</summary>
    public static bool TryParse(string text, out Guid request)
    {
        request = default;
        return text.StartsWith("req_", StringComparison.Ordinal) && Guid.TryParseExact(text.AsSpan(4), "N", out request);
    }

    public static string Format(Guid request) => string.Create(36, request, static (text, id) =>
    {
        "req_".CopyTo(text);
        id.TryFormat(text[4..], out _, "N");
    });
}
