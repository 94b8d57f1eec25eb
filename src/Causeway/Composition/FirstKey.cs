using System.Text;
using Causeway.Budgets.Keys;

namespace Causeway.Composition;

/// <summary>The key of a server that was started with nothing: made with the first start, shown once.</summary>
internal static class FirstKey
{
    /// <param name="store">Where it is kept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public static async Task<(Key Key, string Secret)> MakeAsync(IKeyStore store, TimeProvider time, CancellationToken cancellation)
    {
        string secret = KeySecret.New();
        DateTimeOffset now = time.GetUtcNow();
        Key key = new()
        {
            Id = KeyId.New(now),
            Hash = KeyHash.Of(Encoding.UTF8.GetBytes(secret)),
            Shown = KeySecret.Shown(secret),
            Attribution = new Attribution("quickstart", "first-call", "dev"),
            CreatedAt = now,
        };
        await store.AddAsync(key, cancellation);
        return (key, secret);
    }
}
