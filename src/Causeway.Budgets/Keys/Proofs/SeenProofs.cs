using System.Security.Cryptography;
using System.Text;

namespace Causeway.Budgets.Keys.Proofs;

/// <summary>Which proofs were used, for as long as they could be used again. In memory, of each process its own. Safe for use by several threads at once.</summary>
public sealed class SeenProofs
{
    /// <summary>Proofs of one key pair that are remembered at most: 410 a second, for the two minutes. Beyond them none of its is taken until some are over: one that could be used twice is worth nothing.</summary>
    public const int MostOfOne = 50_000;

    /// <summary>Proofs that are remembered at most of all together; beyond them only those are refused who have <see cref="Share"/> or more.</summary>
    public const int Most = 200_000;

    /// <summary>Proofs of each key pair that are taken however many others have. Whoever has a key may bind children of it to as many pairs as they like, so pairs are bounded too.</summary>
    public const int Share = 100;

    /// <summary>Key pairs at most; beyond them no other is taken. With <see cref="Share"/> this bounds what is remembered, to 400,000 proofs: some 40 MB.</summary>
    public const int MostPairs = 2_000;

    private readonly HashSet<UInt128> _seen = [];
    private readonly Dictionary<UInt128, int> _ofPair = [];
    private readonly Queue<(UInt128 Proof, UInt128 Pair, long OverMs)> _inOrder = new();
    private readonly Lock _gate = new();

    /// <summary>Takes a proof.</summary>
    /// <param name="thumbprint">Whose.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="now">The moment.</param>
    /// <returns>Null: it was not used before. Otherwise why it is not taken.</returns>
    public string? Take(ReadOnlySpan<byte> thumbprint, string name, DateTimeOffset now)
    {
        (UInt128 proof, UInt128 pair) = (Digest(thumbprint, name), Digest(thumbprint, ""));
        long nowMs = now.ToUnixTimeMilliseconds();
        lock (_gate)
        {
            while (_inOrder.TryPeek(out (UInt128 Proof, UInt128 Pair, long OverMs) first) && first.OverMs < nowMs)
            {
                _inOrder.Dequeue();
                _seen.Remove(first.Proof);
                int left = _ofPair[first.Pair] - 1;
                if (left > 0)
                {
                    _ofPair[first.Pair] = left;
                }
                else
                {
                    _ofPair.Remove(first.Pair);
                }
            }

            if (_seen.Contains(proof))
            {
                return "it was used before (jti)";
            }

            int held = _ofPair.GetValueOrDefault(pair);
            if (held >= MostOfOne)
            {
                return $"more than {MostOfOne} proofs of this key are in use: those of two minutes are remembered";
            }

            if ((_seen.Count >= Most && held >= Share) || (held == 0 && _ofPair.Count >= MostPairs))
            {
                return "more proofs are in use than can be remembered";
            }

            _seen.Add(proof);
            _ofPair[pair] = held + 1;
            _inOrder.Enqueue((proof, pair, nowMs + (2 * (long)KeyProof.Skew.TotalMilliseconds) + 1_000));
            return null;
        }
    }

    private static UInt128 Digest(ReadOnlySpan<byte> thumbprint, string name)
    {
        byte[] hash = SHA256.HashData([.. thumbprint, .. Encoding.UTF8.GetBytes(name)]);
        return new UInt128(BitConverter.ToUInt64(hash, 0), BitConverter.ToUInt64(hash, 8));
    }
}
