using System.Text;
using Causeway.Budgets.Keys;

namespace Causeway.Composition;

/// <summary>The key of a server that was started with nothing: made with the first start, shown once.</summary>
internal static class FirstKey
{
    /// <returns>The key's text when it was made just now; null when there were keys already.</returns>
    public static async Task<string?> EstablishAsync(IKeyStore store, TimeProvider time, CancellationToken cancellation)
    {
        if ((await store.ListAsync(cancellation)).Count > 0)
        {
            return null;
        }

        string secret = KeySecret.New();
        DateTimeOffset now = time.GetUtcNow();
        await store.AddAsync(
            new Key
            {
                Id = KeyId.New(now),
                Hash = KeyHash.Of(Encoding.UTF8.GetBytes(secret)),
                Shown = KeySecret.Shown(secret),
                Attribution = new Attribution("quickstart", "first-call", "dev"),
                CreatedAt = now,
            },
            cancellation);
        return secret;
    }
}
