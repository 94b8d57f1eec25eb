using System.Buffers.Binary;

namespace Causeway.Releases.Guards;

/// <summary>The first request that a guard called bad, as an entry of the timeline names it after its evidence.</summary>
public static class FirstBad
{
    private const string Mark = "; first: req_";
    private const int Digits = 32;

    /// <summary>What is put behind the evidence; empty: it is not known.</summary>
    /// <param name="request">A version 7 UUID; null: it is not known.</param>
    public static string Words(Guid? request) => request is { } id ? Mark + id.ToString("N") : "";

    /// <summary>When that request arrived, UTC, to the millisecond; null: the entry names none.</summary>
    /// <param name="detail">What an entry says.</param>
    public static DateTimeOffset? ArrivalIn(string detail)
    {
        int at = detail.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length;
        if (at < Mark.Length || at + Digits > detail.Length || !Guid.TryParseExact(detail.AsSpan(at, Digits), "N", out Guid request))
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[16];
        request.TryWriteBytes(bytes, bigEndian: true, out _);
        return DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes) >>> 16); // RFC 9562, section 5.7.
    }
}
