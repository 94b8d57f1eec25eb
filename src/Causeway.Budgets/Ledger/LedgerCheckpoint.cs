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

/// <summary>
/// The bytes of a checkpoint: version, time, balances by grant, limit and window, reservations by id. All numbers big-endian. Version 2 says of a reservation also
/// which instance made it. Version 3, which is written while there are leases, says which of them are leases, and of how many requests, and what is in doubt of leases by id.
/// </summary>
internal static class LedgerState
{
    private const byte Newest = 3;
    private const byte WithoutLeases = 2;
    private const long NoLease = -1;
    private const int BalanceLength = 16 + (5 * 8);
    private const int ReservationLength = 16 + 16 + (5 * 8);
    private const int OwnerLength = 16;
    private const int PlacesLength = 8;
    private const int DoubtedLength = 16 + 16 + 16 + (5 * 8);

    /// <param name="nowMs">The ledger's time.</param>
    /// <param name="nodes">Every grant, by id. Sorted by the caller, who has the order at hand: this runs under the ledger's lock.</param>
    /// <param name="open">The open reservations.</param>
    /// <param name="doubted">What is in doubt of leases.</param>
    /// <param name="version">The version to write: to compare with what is kept, the one that is kept.</param>
    public static byte[] Write(long nowMs, ReadOnlySpan<GrantNode> nodes, IReadOnlyCollection<Reservation> open, IEnumerable<DoubtedLease> doubted, byte? version = null)
    {
        DoubtedLease[] late = [.. doubted.Where(one => !one.IsOver(nowMs) && !BudgetLedger.IsForgotten(one.Grant.Newest, nowMs)).OrderBy(one => one.Id)];
        byte written = version is { } asked and < Newest ? asked : late.Length > 0 || version == Newest || open.Any(one => one.IsLease) ? Newest : WithoutLeases;
        int reservationLength = ReservationLength + (written > 1 ? OwnerLength : 0) + (written >= Newest ? PlacesLength : 0);
        int balances = 0;
        foreach (GrantNode node in nodes)
        {
            if (BudgetLedger.IsForgotten(node, nowMs))
            {
                continue;
            }

            foreach (LimitState limit in node.States)
            {
                balances += limit.Balances.Count; // Unused ones too: which windows are forgotten, and when, follows from which there are.
            }
        }

        byte[] state = new byte[1 + 8 + 8 + (balances * BalanceLength) + 8 + (open.Count * reservationLength) + (written >= Newest ? 8 + (late.Length * DoubtedLength) : 0)];
        Span<byte> rest = state;
        rest[0] = written;
        rest = rest[1..];
        Number(ref rest, nowMs);
        Number(ref rest, balances);
        foreach (GrantNode node in nodes)
        {
            if (BudgetLedger.IsForgotten(node, nowMs))
            {
                continue;
            }

            foreach (LimitState limit in node.States)
            {
                for (int i = 0; i < limit.Balances.Count; i++)
                {
                    Balance balance = limit.Balances[i];
                    Id(ref rest, node.Grant.Id.Value);
                    Number(ref rest, limit.Number);
                    Number(ref rest, balance.Start);
                    Number(ref rest, balance.Committed);
                    Number(ref rest, balance.Reserved);
                    Number(ref rest, balance.InDoubt);
                }
            }
        }

        Number(ref rest, open.Count);
        foreach (Reservation one in open.OrderBy(one => one.Id))
        {
            Id(ref rest, one.Id);
            Id(ref rest, one.Grant.Grant.Id.Value);
            Number(ref rest, one.Held.NanoUsd);
            Number(ref rest, one.Held.TokensIn);
            Number(ref rest, one.Held.TokensOut);
            Number(ref rest, one.AtMs);
            Number(ref rest, one.DeadlineMs);
            if (written > 1)
            {
                Id(ref rest, one.Owner?.Value ?? Guid.Empty);
            }

            if (written >= Newest)
            {
                Number(ref rest, one.IsLease ? one.Places : NoLease);
            }
        }

        if (written >= Newest)
        {
            Write(ref rest, late);
        }

        return state;
    }

    private static void Write(ref Span<byte> rest, DoubtedLease[] late)
    {
        Number(ref rest, late.Length);
        foreach (DoubtedLease one in late)
        {
            Id(ref rest, one.Id);
            Id(ref rest, one.Grant.Grant.Id.Value);
            Id(ref rest, one.Owner?.Value ?? Guid.Empty);
            Number(ref rest, one.AtMs);
            Number(ref rest, one.Held.NanoUsd);
            Number(ref rest, one.Held.TokensIn);
            Number(ref rest, one.Held.TokensOut);
            Number(ref rest, one.Requests);
        }
    }

    private static void Read(ref ReadOnlySpan<byte> state, Func<GrantId, GrantNode?> find, Dictionary<Guid, DoubtedLease> doubted)
    {
        for (long count = Number(ref state); count > 0; count--)
        {
            Guid id = Id(ref state);
            GrantId leaf = new(Id(ref state));
            GrantNode grant = find(leaf) ?? throw new FormatException($"The ledger's checkpoint holds a lease of {leaf}, which does not exist.");
            Guid owner = Id(ref state);
            doubted[id] = new DoubtedLease(id, grant, Number(ref state), owner == Guid.Empty ? null : new InstanceId(owner))
            {
                Held = new Amounts(Number(ref state), Number(ref state), Number(ref state)),
                Requests = (int)Number(ref state),
            };
        }
    }

    /// <summary>Which version the bytes are of.</summary>
    public static byte VersionOf(ReadOnlySpan<byte> state) => state.IsEmpty ? Newest : Math.Clamp(state[0], (byte)1, Newest);

    /// <exception cref="FormatException">The bytes are not a checkpoint, or speak of a grant that is not there.</exception>
    public static (long NowMs, IReadOnlyList<OpenReservation> Open) Read(ReadOnlySpan<byte> state, Func<GrantId, GrantNode?> find, Dictionary<Guid, DoubtedLease> doubted)
    {
        if (state.IsEmpty || state[0] is < 1 or > Newest)
        {
            throw new FormatException("The ledger's checkpoint is of a version that this Causeway does not read.");
        }

        byte version = state[0];
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
                Id(ref state), new GrantId(Id(ref state)), new Amounts(Number(ref state), Number(ref state), Number(ref state)), Number(ref state), Number(ref state))
            {
                Owner = version > 1 && Id(ref state) is var owner && owner != Guid.Empty ? new InstanceId(owner) : null,
                LeasedRequests = version >= Newest && Number(ref state) is var requests and >= 0 ? (int)requests : null,
            });
        }

        if (version >= Newest)
        {
            Read(ref state, find, doubted);
        }

        return (nowMs, open);
    }

    private static void Number(ref Span<byte> rest, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(rest, value);
        rest = rest[8..];
    }

    private static void Id(ref Span<byte> rest, Guid value)
    {
        value.TryWriteBytes(rest, bigEndian: true, out _);
        rest = rest[16..];
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
internal sealed record OpenReservation(Guid Id, GrantId Grant, Amounts Held, long AtMs, long DeadlineMs)
{
    /// <summary>The instance that made it; null: there is only one.</summary>
    public InstanceId? Owner { get; init; }

    /// <summary>It is a lease, of so many requests; null: it is a request's.</summary>
    public int? LeasedRequests { get; init; }
}
