using System.Buffers;
using System.Buffers.Binary;
using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Ledger;

/// <summary>
/// The ledger's state after an event, so that a start replays only what came later. Two are kept: a start folds the events from the older one to the
/// newer one, and the bytes must be the same (invariant I13).
/// </summary>
/// <param name="Seq">The last event that is in it.</param>
/// <param name="State">Balances and open reservations in a fixed order.</param>
public sealed record LedgerCheckpoint(long Seq, byte[] State);

/// <summary>The bytes of a checkpoint: version, time, balances by grant, limit and window, reservations by id. All numbers big-endian.</summary>
internal static class LedgerState
{
    private const byte Version = 1;

    public static byte[] Write(long nowMs, IEnumerable<GrantNode> nodes, IEnumerable<Reservation> open)
    {
        ArrayBufferWriter<byte> output = new(4096);
        output.Write([Version]);
        Number(output, nowMs);
        (GrantNode Node, LimitState Limit, Balance Balance)[] balances =
        [
            // Unused ones too: which windows are forgotten, and when, follows from which there are.
            .. from node in nodes
               where node.States.Any(limit => limit.Balances.Count > 0)
               orderby node.Grant.Id.Value
               from limit in node.States
               from balance in limit.Balances
               select (node, limit, balance),
        ];
        Number(output, balances.Length);
        foreach ((GrantNode node, LimitState limit, Balance balance) in balances)
        {
            Id(output, node.Grant.Id.Value);
            Number(output, limit.Number);
            Number(output, balance.Start);
            Number(output, balance.Committed);
            Number(output, balance.Reserved);
            Number(output, balance.InDoubt);
        }

        Reservation[] reservations = [.. open.OrderBy(one => one.Id)];
        Number(output, reservations.Length);
        foreach (Reservation one in reservations)
        {
            Id(output, one.Id);
            Id(output, one.Grant.Grant.Id.Value);
            Number(output, one.Held.NanoUsd);
            Number(output, one.Held.TokensIn);
            Number(output, one.Held.TokensOut);
            Number(output, one.AtMs);
            Number(output, one.DeadlineMs);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <exception cref="FormatException">The bytes are not a checkpoint, or speak of a grant that is not there.</exception>
    public static (long NowMs, IReadOnlyList<OpenReservation> Open) Read(ReadOnlySpan<byte> state, Func<GrantId, GrantNode?> find)
    {
        if (state.IsEmpty || state[0] != Version)
        {
            throw new FormatException("The ledger's checkpoint is of a version that this Causeway does not read.");
        }

        state = state[1..];
        long nowMs = Number(ref state);
        for (long count = Number(ref state); count > 0; count--)
        {
            GrantId id = new(Id(ref state));
            long number = Number(ref state);
            GrantNode node = find(id) ?? throw new FormatException($"The ledger's checkpoint holds a balance of {id}, which does not exist.");
            if (number < 0 || number >= node.States.Length)
            {
                throw new FormatException($"The ledger's checkpoint holds a balance of a limit that {id} does not have.");
            }

            Balance balance = node.States[(int)number].Restore(Number(ref state));
            balance.Committed = Number(ref state);
            balance.Reserved = Number(ref state);
            balance.InDoubt = Number(ref state);
        }

        List<OpenReservation> open = [];
        for (long count = Number(ref state); count > 0; count--)
        {
            open.Add(new OpenReservation(
                Id(ref state), new GrantId(Id(ref state)), new Amounts(Number(ref state), Number(ref state), Number(ref state)), Number(ref state), Number(ref state)));
        }

        return (nowMs, open);
    }

    private static void Number(ArrayBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(8), value);
        output.Advance(8);
    }

    private static void Id(ArrayBufferWriter<byte> output, Guid value)
    {
        value.TryWriteBytes(output.GetSpan(16), bigEndian: true, out _);
        output.Advance(16);
    }

    private static long Number(ref ReadOnlySpan<byte> state)
    {
        long value = BinaryPrimitives.ReadInt64BigEndian(Take(ref state, 8));
        return value;
    }

    private static Guid Id(ref ReadOnlySpan<byte> state) => new(Take(ref state, 16), bigEndian: true);

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> state, int length)
    {
        if (state.Length < length)
        {
            throw new FormatException("The ledger's checkpoint ends too early.");
        }

        ReadOnlySpan<byte> taken = state[..length];
        state = state[length..];
        return taken;
    }
}

/// <summary>A reservation as a checkpoint keeps it.</summary>
internal sealed record OpenReservation(Guid Id, GrantId Grant, Amounts Held, long AtMs, long DeadlineMs);
