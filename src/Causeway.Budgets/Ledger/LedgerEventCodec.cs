using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;

namespace Causeway.Budgets.Ledger;

/// <summary>
/// Events as bytes, and the chain over them. The bytes are Protocol Buffers' wire format (varints and length-delimited fields), so that a field that
/// comes later is skipped by an older reader; place, time and kind are not among them, but hashed with them.
/// </summary>
public static class LedgerEventCodec
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashLength = 32;

    /// <summary>Bytes that one event may have.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Before the first event.</summary>
    public static ReadOnlySpan<byte> Origin => "causeway ledger, chain version 1"u8;

    private enum Field
    {
        Request = 1, Grant = 2, Key = 3, HeldUsd = 4, HeldIn = 5, HeldOut = 6, BookedUsd = 7, BookedIn = 8, BookedOut = 9, ReservedAt = 10, Deadline = 11,
        Code = 12, DecidedBy = 13, Limit = 14, Model = 15, Provider = 16, Source = 17, Actor = 18, Reason = 19, Detail = 20, Lease = 21, Places = 22,
    }

    /// <summary>Writes what <see cref="Read"/> reads.</summary>
    public static void Write(IBufferWriter<byte> output, LedgerEvent entry)
    {
        Id(output, Field.Request, entry.Request);
        Id(output, Field.Grant, entry.Grant?.Value);
        Id(output, Field.Key, entry.Key?.Value);
        Number(output, Field.HeldUsd, entry.Held.NanoUsd);
        Number(output, Field.HeldIn, entry.Held.TokensIn);
        Number(output, Field.HeldOut, entry.Held.TokensOut);
        Number(output, Field.BookedUsd, entry.Booked.NanoUsd);
        Number(output, Field.BookedIn, entry.Booked.TokensIn);
        Number(output, Field.BookedOut, entry.Booked.TokensOut);
        Number(output, Field.ReservedAt, entry.ReservedAtMs);
        Number(output, Field.Deadline, entry.DeadlineMs);
        Text(output, Field.Code, entry.Code);
        Id(output, Field.DecidedBy, entry.DecidedBy?.Value);
        Text(output, Field.Limit, entry.Limit);
        Text(output, Field.Model, entry.Model);
        Text(output, Field.Provider, entry.Provider);
        Number(output, Field.Source, (long)entry.Source);
        Text(output, Field.Actor, entry.Actor);
        Text(output, Field.Reason, entry.Reason);
        Text(output, Field.Detail, entry.Detail);
        Id(output, Field.Lease, entry.Lease);
        Number(output, Field.Places, entry.Places);
    }

    /// <summary>Reads an event.</summary>
    /// <exception cref="FormatException">The bytes are none.</exception>
    public static LedgerEvent Read(long seq, long atMs, LedgerEventKind kind, ReadOnlySpan<byte> payload)
    {
        LedgerEvent entry = new(kind, atMs) { Seq = seq };
        Amounts held = default;
        Amounts booked = default;
        while (!payload.IsEmpty)
        {
            ulong tag = Varint(ref payload);
            var field = (Field)Math.Min(tag >> 3, int.MaxValue); // One that is unknown, however large.
            if ((tag & 7) == 0)
            {
                long number = Unfold(Varint(ref payload));
                (held, booked, entry) = field switch
                {
                    Field.HeldUsd => (held with { NanoUsd = number }, booked, entry),
                    Field.HeldIn => (held with { TokensIn = number }, booked, entry),
                    Field.HeldOut => (held with { TokensOut = number }, booked, entry),
                    Field.BookedUsd => (held, booked with { NanoUsd = number }, entry),
                    Field.BookedIn => (held, booked with { TokensIn = number }, entry),
                    Field.BookedOut => (held, booked with { TokensOut = number }, entry),
                    Field.ReservedAt => (held, booked, entry with { ReservedAtMs = number }),
                    Field.Deadline => (held, booked, entry with { DeadlineMs = number }),
                    Field.Places => (held, booked, entry with { Places = number }),
                    Field.Source => (held, booked, entry with { Source = (UsageSource)number }),
                    _ => (held, booked, entry),
                };
                continue;
            }

            ulong length = (tag & 7) == 2 ? Varint(ref payload) : throw new FormatException("The ledger's event has a field of an unknown form.");
            if (length > (ulong)payload.Length)
            {
                throw new FormatException("The ledger's event ends within a field.");
            }

            ReadOnlySpan<byte> value = payload[..(int)length];
            payload = payload[(int)length..];
            entry = field switch
            {
                Field.Request => entry with { Request = Id(value) },
                Field.Grant => entry with { Grant = new GrantId(Id(value)) },
                Field.Key => entry with { Key = new KeyId(Id(value)) },
                Field.DecidedBy => entry with { DecidedBy = new GrantId(Id(value)) },
                Field.Code => entry with { Code = Encoding.UTF8.GetString(value) },
                Field.Limit => entry with { Limit = Encoding.UTF8.GetString(value) },
                Field.Model => entry with { Model = Encoding.UTF8.GetString(value) },
                Field.Provider => entry with { Provider = Encoding.UTF8.GetString(value) },
                Field.Actor => entry with { Actor = Encoding.UTF8.GetString(value) },
                Field.Reason => entry with { Reason = Encoding.UTF8.GetString(value) },
                Field.Lease => entry with { Lease = Id(value) },
                Field.Detail => entry with { Detail = Encoding.UTF8.GetString(value) },
                _ => entry,
            };
        }

        return entry with { Held = held, Booked = booked };
    }

    /// <summary>The hash of an event: over the one before it, its place, time, kind and bytes.</summary>
    /// <param name="previous">32 bytes; of the first event <see cref="Origin"/>.</param>
    /// <param name="seq">Its place.</param>
    /// <param name="atMs">Its time.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="payload">Its bytes.</param>
    /// <param name="hash">32 bytes; may be <paramref name="previous"/>.</param>
    /// <exception cref="ArgumentException">The hash before has another length.</exception>
    public static void Chain(ReadOnlySpan<byte> previous, long seq, long atMs, LedgerEventKind kind, ReadOnlySpan<byte> payload, Span<byte> hash)
    {
        if (previous.Length != HashLength)
        {
            throw new ArgumentException($"A hash has {HashLength} bytes.", nameof(previous));
        }

        const int Head = HashLength + 8 + 8 + 1;
        byte[]? rented = payload.Length > 960 ? ArrayPool<byte>.Shared.Rent(Head + payload.Length) : null;
        Span<byte> whole = rented ?? stackalloc byte[Head + 960];
        whole = whole[..(Head + payload.Length)];
        previous.CopyTo(whole);
        BinaryPrimitives.WriteInt64BigEndian(whole[HashLength..], seq);
        BinaryPrimitives.WriteInt64BigEndian(whole[(HashLength + 8)..], atMs);
        whole[HashLength + 16] = (byte)kind;
        payload.CopyTo(whole[Head..]);
        SHA256.HashData(whole, hash);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static void Id(IBufferWriter<byte> output, Field field, Guid? id)
    {
        if (id is { } value)
        {
            Span<byte> bytes = output.GetSpan(19);
            int at = Put(bytes, ((ulong)field << 3) | 2);
            bytes[at++] = 16;
            value.TryWriteBytes(bytes[at..], bigEndian: true, out _);
            output.Advance(at + 16);
        }
    }

    private static void Number(IBufferWriter<byte> output, Field field, long number)
    {
        if (number != 0)
        {
            Span<byte> bytes = output.GetSpan(20);
            int at = Put(bytes, (ulong)field << 3);
            at += Put(bytes[at..], (ulong)((number << 1) ^ (number >> 63))); // Zigzag: differences may be negative.
            output.Advance(at);
        }
    }

    private static void Text(IBufferWriter<byte> output, Field field, string? text)
    {
        if (text is not null)
        {
            int length = Encoding.UTF8.GetByteCount(text);
            Span<byte> bytes = output.GetSpan(length + 12);
            int at = Put(bytes, ((ulong)field << 3) | 2);
            at += Put(bytes[at..], (ulong)length);
            at += Encoding.UTF8.GetBytes(text, bytes[at..]);
            output.Advance(at);
        }
    }

    private static int Put(Span<byte> bytes, ulong value)
    {
        int at = 0;
        while (value >= 0x80)
        {
            bytes[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        bytes[at++] = (byte)value;
        return at;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int i = 0; i < bytes.Length && i < 10; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return value;
            }
        }

        throw new FormatException("The ledger's event ends within a number.");
    }

    private static long Unfold(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private static Guid Id(ReadOnlySpan<byte> bytes) =>
        bytes.Length == 16 ? new Guid(bytes, bigEndian: true) : throw new FormatException("The ledger's event has an id that is none.");
}
