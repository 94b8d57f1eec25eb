using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Causeway.Admin;
using Causeway.Budgets.Keys;

namespace Causeway.Composition;

/// <summary>The administrator's token: the configured one, or one that is generated, shown once and kept as a digest.</summary>
internal static class AdminToken
{
    private const string Prefix = "cwa_";

    /// <returns>The credential, and the token's text when it was generated just now.</returns>
    public static async Task<(AdminCredential Credential, string? Shown)> EstablishAsync(ServerSettings settings, IAdminTokenStore store, CancellationToken cancellation)
    {
        var operators = settings.Configuration.Admin.Operators.ToDictionary(one => Hash(one.Token.Reveal()), one => one.Name);
        Dictionary<string, IReadOnlySet<Role>> roles = settings.Configuration.Admin.Operators.Where(one => one.Roles.Count > 0).ToDictionary(one => one.Name, IReadOnlySet<Role> (one) => one.Roles.ToHashSet());
        if (settings.Configuration.Admin.Token is { } configured)
        {
            return (new AdminCredential(Hash(configured.Reveal())) { Operators = operators, Roles = roles }, null);
        }

        if (!settings.ResetAdminToken && await store.FindAsync(cancellation) is { } kept)
        {
            return (new AdminCredential(kept) { Operators = operators, Roles = roles }, null);
        }

        string token = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        await store.ReplaceAsync(Hash(token), cancellation);
        return (new AdminCredential(Hash(token)) { Operators = operators, Roles = roles }, token);
    }

    private static KeyHash Hash(string token) => KeyHash.Of(Encoding.UTF8.GetBytes(token));
}
