using System.Security.Cryptography;
using System.Text;

namespace Causeway.Budgets.Keys.Proofs;

/// <summary>Which proofs were used, for as long as they could be used again. In memory, of each process its own. Safe for use by several threads at once.</summary>
public sealed class SeenProofs
{
    /// <summary>Proofs that are remembered at most. Beyond them none is taken until some are over: one that could be used twice is worth nothing.</summary>
    public const int Most = 200_000;

    private readonly HashSet<UInt128> _seen = [];
    private readonly Queue<(UInt128 Proof, long OverMs)> _inOrder = new();
    private readonly Lock _gate = new();

    /// <summary>Takes a proof.</summary>
    /// <param name="thumbprint">Whose.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="now">The moment.</param>
    /// <returns>Null: it was not used before. Otherwise why it is not taken.</returns>
    public string? Take(ReadOnlySpan<byte> thumbprint, string name, DateTimeOffset now)
    {
        UInt128 proof = Digest(thumbprint, name);
        long nowMs = now.ToUnixTimeMilliseconds();
        lock (_gate)
        {
            while (_inOrder.TryPeek(out (UInt128 Proof, long OverMs) first) && first.OverMs < nowMs)
            {
                _inOrder.Dequeue();
                _seen.Remove(first.Proof);
            }

            if (_seen.Count >= Most)
            {
                return "more proofs are in use than can be remembered";
            }

            if (!_seen.Add(proof))
            {
                return "it was used before (jti)";
            }

            _inOrder.Enqueue((proof, nowMs + (2 * (long)KeyProof.Skew.TotalMilliseconds) + 1_000));
            return null;
        }
    }

    private static UInt128 Digest(ReadOnlySpan<byte> thumbprint, string name)
    {
        byte[] hash = SHA256.HashData([.. thumbprint, .. Encoding.UTF8.GetBytes(name)]);
        return new UInt128(BitConverter.ToUInt64(hash, 0), BitConverter.ToUInt64(hash, 8));
    }
}
