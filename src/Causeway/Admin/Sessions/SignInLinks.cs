using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Causeway.Budgets.Keys;

namespace Causeway.Admin.Sessions;

/// <summary>
/// Secrets that sign in once: what <c>causeway up</c> prints, so that the first page is a click away. Each is good for <see cref="Lifetime"/>, for one use, and
/// in the process that made it.
/// </summary>
internal sealed class SignInLinks(TimeProvider time)
{
    public const string Prefix = "cwl_";

    /// <summary>How long a link waits.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private const int Most = 16;
    private readonly Dictionary<KeyHash, DateTimeOffset> _open = [];
    private readonly Lock _turn = new();

    /// <summary>Makes one.</summary>
    public string New()
    {
        string secret = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        lock (_turn)
        {
            if (_open.Count == Most)
            {
                _open.Remove(_open.MinBy(pair => pair.Value).Key);
            }

            _open[Hash(secret)] = time.GetUtcNow() + Lifetime;
        }

        return secret;
    }

    /// <summary>Uses one up.</summary>
    /// <returns>False: it is none, was used, or is over.</returns>
    public bool Use(KeyHash secret)
    {
        lock (_turn)
        {
            return _open.Remove(secret, out DateTimeOffset ends) && time.GetUtcNow() < ends;
        }
    }

    private static KeyHash Hash(string secret) => KeyHash.Of(Encoding.UTF8.GetBytes(secret));
}
