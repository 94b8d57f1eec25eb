using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Causeway.Releases.Guards;

/// <summary>What one request has shown that is new of its unit: that the unit was met, or that it was bad in a way in which it was not known to be bad.</summary>
/// <param name="Bucket">Where the unit stands, 0 to 999,999.</param>
/// <param name="SharePpm">The share that was assigned to the candidate then, in millionths, 1 to 999,999.</param>
/// <param name="IsCandidate">The candidate answered it; false: base did.</param>
/// <param name="Bad">In which ways, one bit for each guard; none: it was met for the first time.</param>
/// <param name="Request">The request; of base's, and of what was only met, empty.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct GuardNote(int Bucket, int SharePpm, bool IsCandidate, int Bad, Guid Request);

/// <summary>What an instance has seen of a rollout since it wrote last.</summary>
/// <param name="CandidateRequests">Requests that the candidate answered.</param>
/// <param name="BaseRequests">Requests that base answered beside it.</param>
/// <param name="Notes">What was new, in its order.</param>
public sealed record GuardEvidence(long CandidateRequests, long BaseRequests, IReadOnlyList<GuardNote> Notes)
{
    /// <summary>Notes in one at most: 29 bytes each.</summary>
    public const int MaxNotes = 4096;

    private const byte Version = 1;
    private const int Head = 1 + 8 + 8 + 4;
    private const int Size = 4 + 4 + 1 + 4 + 16;

    /// <summary>Writes what <see cref="Read"/> reads.</summary>
    public byte[] Write()
    {
        byte[] bytes = new byte[Head + (Notes.Count * Size)];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(1), CandidateRequests);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(9), BaseRequests);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(17), Notes.Count);
        Span<byte> rest = bytes.AsSpan(Head);
        foreach (GuardNote note in Notes)
        {
            BinaryPrimitives.WriteInt32BigEndian(rest, note.Bucket);
            BinaryPrimitives.WriteInt32BigEndian(rest[4..], note.SharePpm);
            rest[8] = note.IsCandidate ? (byte)1 : (byte)0;
            BinaryPrimitives.WriteInt32BigEndian(rest[9..], note.Bad);
            note.Request.TryWriteBytes(rest[13..], bigEndian: true, out _);
            rest = rest[Size..];
        }

        return bytes;
    }

    /// <exception cref="InvalidDataException">The bytes are none, or of a newer version.</exception>
    public static GuardEvidence Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Head || bytes[0] != Version || BinaryPrimitives.ReadInt32BigEndian(bytes[17..]) is var count && (count is < 0 or > MaxNotes || bytes.Length != Head + (count * Size)))
        {
            throw new InvalidDataException("The evidence of a guard cannot be read.");
        }

        var notes = new GuardNote[count];
        ReadOnlySpan<byte> rest = bytes[Head..];
        for (int i = 0; i < count; i++, rest = rest[Size..])
        {
            GuardNote note = new(
                BinaryPrimitives.ReadInt32BigEndian(rest),
                BinaryPrimitives.ReadInt32BigEndian(rest[4..]),
                rest[8] == 1,
                BinaryPrimitives.ReadInt32BigEndian(rest[9..]),
                new Guid(rest.Slice(13, 16), bigEndian: true));
            notes[i] = note is { Bucket: >= 0 and < Routing.Bucket.Count, SharePpm: > 0 and < Routing.Bucket.Count } && rest[8] <= 1 && (uint)note.Bad < 1u << GuardKinds.All.Count
                ? note
                : throw new InvalidDataException("The evidence of a guard is damaged.");
        }

        return new GuardEvidence(BinaryPrimitives.ReadInt64BigEndian(bytes[1..]), BinaryPrimitives.ReadInt64BigEndian(bytes[9..]), notes);
    }
}
