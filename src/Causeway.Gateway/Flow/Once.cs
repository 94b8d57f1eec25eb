using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Causeway.Budgets.Keys;
using Causeway.Wire.Errors;
using Microsoft.Extensions.Primitives;

namespace Causeway.Gateway.Flow;

/// <summary>
/// Holds a request that is sent again while the first is still being worked on back from being made, and charged, twice. A repeat after the end is a
/// request of its own: no answers are kept.
/// </summary>
/// <remarks>An entry lives as long as its request, so there are never more than requests may be open.</remarks>
internal sealed class Once
{
    /// <summary>Names a request, in the caller's words; the vendors' SDKs send it with their own retries.</summary>
    public const string Header = "idempotency-key";

    private const int MaxLength = 255;
    private readonly ConcurrentDictionary<(KeyId Key, string Name), Entry> _open = new();

    /// <summary>Requests with such a name that are open.</summary>
    public int Open => _open.Count;

    /// <summary>Takes the request's name until the entry is disposed of; a request without one passes.</summary>
    public Verdict<Entry> Enter(Call call, Caller caller)
    {
        StringValues header = call.Context.Request.Headers[Header];
        if (header.Count == 0)
        {
            return Entry.Nameless;
        }

        if (header is not [{ Length: > 0 and <= MaxLength } name])
        {
            return new GatewayError(ErrorKind.Malformed, "request_malformed", $"{Header} is one name of 1 to {MaxLength} characters.") { Param = Header };
        }

        (KeyId, string) own = (caller.Key.Id, name);
        call.Once = own;
        Entry entry = new(this, own);
        return _open.TryAdd(own, entry)
            ? entry
            : new GatewayError(ErrorKind.Conflict, "duplicate_in_flight", $"A request with this {Header} is being worked on. Wait for its answer; nothing was sent a second time.") { Param = Header };
    }

    /// <summary>
    /// The request's name as a pin hears it; null: it has none. The account there is every team's: two keys that use one name must not be given each
    /// other's answer, and another pin's body is another request.
    /// </summary>
    public static string? UpstreamName(Call call, PinRoute pin) => call.Once is var (key, name)
        ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{key}\n{name}\n{pin.ServedBy}")).AsSpan(0, 16))
        : null;

    /// <summary>A name that is taken until this is disposed of.</summary>
    internal sealed class Entry(Once? owner, (KeyId Key, string Name) name) : IDisposable
    {
        public static Entry Nameless { get; } = new(null, default);

        // Only what is its own: a caller that left may have taken the name again.
        public void Dispose() => owner?._open.TryRemove(KeyValuePair.Create(name, this));
    }
}
