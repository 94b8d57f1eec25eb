using System.Globalization;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Raises;

namespace Causeway.Budgets.Ledger;

/// <content>Breaking the glass: what was sealed for the emergency is lifted out of its seal, for an hour at most.</content>
public sealed partial class BudgetLedger
{
    /// <summary>The longest time for which a glass may be broken.</summary>
    public static readonly TimeSpan LongestBreak = TimeSpan.FromMinutes(60);

    /// <summary>
    /// Opens the nearest seal for a grant: raises the money limits between the two for a time, and moves the amount out of the seal, and so out of the
    /// escrow above it, until the seal's window ends. Nothing but amounts is lifted: the scope stays as it is.
    /// </summary>
    /// <param name="id">The grant that needs more. The seal is a child of it or of a grant above it.</param>
    /// <param name="nanoUsd">How much; more than 0.</param>
    /// <param name="time">For how long, at most <see cref="LongestBreak"/>.</param>
    /// <param name="actor">Who.</param>
    /// <param name="reason">Why.</param>
    /// <param name="fault">Why not; null: it is broken.</param>
    /// <param name="durable">Completes when it is kept.</param>
    public BrokenGlass? Break(GrantId id, long nanoUsd, TimeSpan time, string actor, string reason, out DelegationFault? fault, out Task durable)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(nanoUsd);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, LongestBreak);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero);
        durable = Task.CompletedTask;
        lock (_gate)
        {
            long now = Advance();
            if (!_nodes.TryGetValue(id, out GrantNode? node))
            {
                fault = new DelegationFault("grant_unknown", $"there is no grant {id}");
                return null;
            }

            if (LedgerDecision.StatusDenial(node, now) is { } away)
            {
                fault = new DelegationFault(away.Code, $"{away.Grant} says no: {away.Code}. Breaking the glass lifts amounts, nothing else");
                return null;
            }

            if (SealFor(node, now) is not { } seal)
            {
                fault = new DelegationFault("seal_missing", $"nothing is sealed for {id} or a grant above it; seal an amount before it is needed: causeway grant seal PARENT --usd 25/month");
                return null;
            }

            LimitState[] sealedLimits = [.. seal.States.Where(state => state.Limit.Meter == Meter.Usd)];
            if (sealedLimits.FirstOrDefault(state => state.EscrowAt(now) < nanoUsd) is { } small)
            {
                fault = new DelegationFault("seal_exceeded", $"{seal.Grant.Id} holds {Limit.Write(Meter.Usd, small.EscrowAt(now))} USD of {small.Limit}, and {Limit.Write(Meter.Usd, nanoUsd)} were asked for");
                return null;
            }

            fault = null;
            long until = now + (long)time.TotalMilliseconds;
            LedgerEvent happened = new(LedgerEventKind.GlassBroken, now)
            {
                Request = Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(now)),
                Grant = id,
                DecidedBy = seal.Grant.Id,
                Held = new Amounts(nanoUsd, 0, 0),
                DeadlineMs = until,
                Limit = string.Join(", ", sealedLimits.Select(state => state.Limit)),
                Code = "glass_broken",
                Actor = actor,
                Reason = reason,
                Detail = string.Create(CultureInfo.InvariantCulture, $"+{Limit.Write(Meter.Usd, nanoUsd)} USD until {DateTimeOffset.FromUnixTimeMilliseconds(until):u}"),
            };
            var broken = BrokenGlass.Of(happened);
            Overlay[] overlays = [.. Lift(node, seal, broken)];
            Open(sealedLimits, nanoUsd, now, overlays);
            durable = _journal.Append(new JournalEntry(happened) { Overlays = overlays }, isAwaited: true);
            return broken with { StillBinding = Binding(node.Slots.Select(slot => slot.State), Meter.Usd, nanoUsd, now) };
        }
    }

    // The nearest level that has any; of several there the one that holds most.
    private static GrantNode? SealFor(GrantNode node, long now) => node.Path
        .Select(above => above.ChildList
            .Where(child => child.Grant is { Kind: GrantKind.BreakGlass, Status: GrantStatus.Active } && !child.HasEnded)
            .MaxBy(seal => seal.States.Where(state => state.Limit.Meter == Meter.Usd).Select(state => state.EscrowAt(now)).DefaultIfEmpty().Min()))
        .FirstOrDefault(seal => seal is not null);

    // Raises for the time between the grant and the one above the seal; out of the seal until its window ends.
    private static IEnumerable<Overlay> Lift(GrantNode node, GrantNode seal, BrokenGlass broken)
    {
        long from = broken.At.ToUnixTimeMilliseconds();
        string origin = "glass_" + broken.Id.ToString("N");
        foreach (LimitState state in node.Path.TakeWhile(below => below != seal.Parent).SelectMany(below => below.States).Where(state => state.Limit is { Meter: Meter.Usd, IsPace: false }))
        {
            yield return new Overlay(Guid.CreateVersion7(broken.At), state.Grant.Grant.Id, state.Number, broken.NanoUsd, from, broken.Until.ToUnixTimeMilliseconds(), origin);
        }

        foreach (LimitState state in seal.States.Where(state => state.Limit.Meter == Meter.Usd))
        {
            yield return new Overlay(Guid.CreateVersion7(broken.At), seal.Grant.Id, state.Number, -broken.NanoUsd, from, state.EndAt(from), origin);
        }
    }

    private void Open(IEnumerable<LimitState> sealedLimits, long nanoUsd, long now, Overlay[] overlays)
    {
        foreach (Overlay overlay in overlays)
        {
            _nodes[overlay.Grant].States[overlay.Limit].Add(overlay, now);
        }

        // A window that nothing was booked in yet has no balance: it begins with what is left in the seal.
        foreach (Balance above in sealedLimits.Select(state => state.CarvedFrom?.Find(now)).OfType<Balance>())
        {
            above.Escrowed -= nanoUsd;
        }
    }
}
