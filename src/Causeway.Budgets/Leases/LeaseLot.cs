using System.Collections.Immutable;
using Causeway.Budgets.Ledger;

namespace Causeway.Budgets.Leases;

/// <summary>
/// A lease as its holder sees it: what may still be drawn from it, and what was drawn and is not told to the chain yet. Asked for, usable once it is durable, over for good;
/// it never becomes usable again. Under the ledger's lock.
/// </summary>
/// <param name="id">Its name, which no other lease has or will have.</param>
/// <param name="slots">The limits of the path as they were when it was taken: under others nothing is drawn.</param>
/// <param name="parts">What it holds.</param>
/// <param name="rest">How much.</param>
/// <param name="requests">How many requests, where those are limited.</param>
internal sealed class LeaseLot(Guid id, ImmutableArray<LimitSlot> slots, LeaseParts parts, in Amounts rest, int requests)
{
    private readonly Dictionary<Guid, Amounts> _untold = [];
    private Amounts _rest = rest;
    private int _requests = requests;
    private bool _isOver;

    public Guid Id { get; } = id;

    /// <summary>When it was taken by the ledger's clock, Unix milliseconds: the windows of what is drawn.</summary>
    public required long AtMs { get; init; }

    /// <summary>When it was asked for, a timestamp.</summary>
    public required long AskedAt { get; init; }

    /// <summary>Until when it may be drawn from, a timestamp.</summary>
    public required long UseUntil { get; init; }

    /// <summary>When it was last drawn from, a timestamp.</summary>
    public long DrawnAt { get; private set; }

    public bool IsUsable { get; private set; }

    public bool IsOver => _isOver;

    /// <summary>What was drawn, and is not in the chain yet.</summary>
    public int Untold => _untold.Count;

    /// <summary>What may still be drawn; nothing when it is over.</summary>
    public Amounts Rest => _isOver ? default : _rest;

    /// <summary>It is durable: it may be drawn from, unless it is over already.</summary>
    public void Open() => IsUsable = !_isOver;

    /// <summary>Nothing is drawn from it any more.</summary>
    public void End() => (_isOver, IsUsable) = (true, false);

    /// <summary>Whether a bound may be drawn now.</summary>
    /// <param name="bound">What a call may use at most.</param>
    /// <param name="now">A timestamp.</param>
    /// <param name="path">The limits of the path as they are.</param>
    public bool Fits(in Amounts bound, long now, ImmutableArray<LimitSlot> path) =>
        IsUsable && now < UseUntil && path == slots && parts.Of(bound).Within(_rest) && (!parts.Requests || _requests > 0);

    /// <summary>Whether the path has other limits by now.</summary>
    public bool IsOf(ImmutableArray<LimitSlot> path) => path == slots;

    /// <summary>Draws what fits.</summary>
    public void Draw(Guid request, in Amounts bound, long now)
    {
        Amounts part = parts.Of(bound);
        _untold.Add(request, part);
        _rest = Amounts.Beyond(_rest, part);
        _requests -= parts.Requests ? 1 : 0;
        DrawnAt = now;
    }

    /// <summary>It is told to the chain, in the turn under way.</summary>
    public void Tell(Guid request) => _untold.Remove(request);

    /// <summary>The turn was lost: it is not told after all.</summary>
    public void Untell(Guid request, in Amounts bound) => _untold.TryAdd(request, parts.Of(bound));

    /// <summary>The sum of what is not told yet: all that is still needed of it when it is over.</summary>
    public (Amounts Held, int Requests) Owed()
    {
        Amounts held = default;
        foreach (Amounts one in _untold.Values)
        {
            held += one;
        }

        return (held, parts.Requests ? _untold.Count : 0);
    }

    /// <summary>How many calls of a size it still holds.</summary>
    public long CallsOf(in Amounts unit)
    {
        Amounts left = Rest;
        long calls = parts.Requests ? _requests : long.MaxValue;
        calls = parts.Money && unit.NanoUsd > 0 ? Math.Min(calls, left.NanoUsd / unit.NanoUsd) : calls;
        calls = parts.In && unit.TokensIn > 0 ? Math.Min(calls, left.TokensIn / unit.TokensIn) : calls;
        calls = parts.Out && unit.TokensOut > 0 ? Math.Min(calls, left.TokensOut / unit.TokensOut) : calls;
        return _isOver || calls == long.MaxValue ? 0 : calls;
    }
}
