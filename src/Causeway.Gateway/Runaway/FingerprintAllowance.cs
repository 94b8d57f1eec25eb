using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Causeway.Gateway.Runaway;

/// <summary>
/// How much of one request is read for fingerprints, so that a large body costs milliseconds: of its latest <see cref="Pieces"/> pieces the
/// latest 4 MiB, where a run's steps differ. Beyond these bytes a piece counts by its length and by samples
/// from its beginning to its end.
/// </summary>
internal sealed class FingerprintAllowance
{
    /// <summary>Pieces of a conversation that are looked at.</summary>
    public const int Pieces = 16 * 1024;

    private const int Total = 4 * 1024 * 1024;
    private const int SampleBytes = 256;
    private const int SmallPiece = 1024 * 1024;

    private int _left = Total;

    /// <summary>Takes so much of the allowance, or nothing.</summary>
    public bool TryTake(int bytes)
    {
        if (bytes > _left)
        {
            return false;
        }

        _left -= bytes;
        return true;
    }

    /// <summary>Appends a piece: its length, and as much of it as the allowance has.</summary>
    public void Append(IncrementalHash hash, ReadOnlySpan<byte> piece)
    {
        AppendLength(hash, piece.Length);
        if (TryTake(piece.Length))
        {
            hash.AppendData(piece);
            return;
        }

        int samples = piece.Length < SmallPiece ? 4 : 256;
        if (piece.Length <= samples * SampleBytes)
        {
            hash.AppendData(piece);
            return;
        }

        for (long sample = 0; sample < samples; sample++)
        {
            hash.AppendData(piece.Slice((int)(sample * (piece.Length - SampleBytes) / (samples - 1)), SampleBytes));
        }
    }

    private static void AppendLength(IncrementalHash hash, int length)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        hash.AppendData(bytes);
    }
}
