using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Ledger;

/// <summary>
/// A grant in its tree. What a request needs of it without the ledger's lock (the grant as it is, its path, its effective scope) is immutable or
/// swapped whole; its balances belong to the ledger.
/// </summary>
public sealed class GrantNode
{
    private readonly List<GrantNode> _children = [];
    private volatile Grant _grant;
    private volatile GrantNode? _successor;
    private volatile Shape _shape;

    internal GrantNode(Grant grant, GrantNode? parent)
    {
        _grant = grant;
        Parent = parent;
        Path = parent is null ? [this] : [this, .. parent.Path];
        _shape = ShapeOf(grant, StatesOf(grant.Limits, []));
    }

    /// <summary>The grant as it is now.</summary>
    public Grant Grant
    {
        get => _successor is { } successor ? successor.Grant : _grant;
        internal set => _grant = value;
    }

    /// <summary>Itself, or what stands in its place since the ledger was read anew: requests under way still hold the old one.</summary>
    internal GrantNode Newest => _successor is { } successor ? successor.Newest : this;

    /// <summary>The grant above; null: there is none.</summary>
    public GrantNode? Parent { get; }

    /// <summary>Itself and all above it, from itself up.</summary>
    public ImmutableArray<GrantNode> Path { get; }

    /// <summary>What it may be used for: the meet over the path.</summary>
    public Scope Scope => _shape.Scope;

    /// <summary>Money is limited somewhere on the path: what has no price cannot be admitted.</summary>
    public bool HasMoneyLimit => _shape.HasMoneyLimit;

    /// <summary>Money or tokens are limited somewhere on the path: a request's output needs a cap.</summary>
    public bool HasTokenLimit => _shape.HasTokenLimit;

    /// <summary>What is done where a bound does not fit: as the grant itself says; an account of a key as the grant that the key is of.</summary>
    public ReserveMode Reserve => Grant.Kind == GrantKind.Account && Parent is { } of ? of.Reserve : Grant.Reserve;

    /// <summary>What is done while the store is away: as the strictest grant of the path says, since what is spent is spent of all of them.</summary>
    public Enforcement Enforcement => _shape.Enforcement;

    /// <summary>What runs when it is revoked is cut: it says so, or one above it does. Accounts of keys say nothing.</summary>
    public bool CutsOnRevoke => Path.Any(static node => node.Grant.CutOnRevoke);

    /// <summary>Anything is limited on the path.</summary>
    public bool HasLimit => Slots.Length > 0;

    /// <summary>When a request of its own was last let through, Unix milliseconds; 0: none was.</summary>
    internal long LastAllowedMs { get; set; }

    /// <summary>When a request of its own was last refused, whoever decided; 0: none was.</summary>
    internal long LastDeniedMs { get; set; }

    /// <summary>When it, or anything below it, last asked for something, Unix milliseconds; 0: not since the start.</summary>
    internal long LastAskedMs { get; set; }

    internal ImmutableArray<LimitState> States => _shape.States;

    /// <summary>Every limit of the path, from the leaf up.</summary>
    internal ImmutableArray<LimitSlot> Slots => _shape.Slots;

    internal List<GrantNode> ChildList => _children;

    /// <summary>Grants right below that are neither revoked nor over. Kept, since counting them would make a grant with many children dear to extend.</summary>
    internal int LiveChildren { get; set; }

    /// <summary>Revoked, or over by age.</summary>
    internal bool HasEnded { get; set; }

    /// <summary>What ran was cut when it became what it is.</summary>
    internal bool WasCut { get; set; }

    /// <summary>Completes when what it became last is kept.</summary>
    internal Task Kept { get; set; } = Task.CompletedTask;

    /// <summary>Puts another in its place.</summary>
    internal void GiveWayTo(GrantNode successor) => _successor = successor;

    /// <summary>
    /// Takes on a changed grant: limits of the same meter and window keep their balances, and what stands below follows. The ledger's, under its lock; what requests
    /// read meanwhile is swapped whole, node by node.
    /// </summary>
    internal void Become(Grant grant)
    {
        ImmutableArray<LimitState> states = StatesOf(grant.Limits, States);
        _grant = grant;
        Reshape(states);
    }

    private void Reshape(ImmutableArray<LimitState> states)
    {
        _shape = ShapeOf(_grant, states);
        foreach (GrantNode child in _children)
        {
            child.Reshape(child.States);
        }
    }

    private Shape ShapeOf(Grant grant, ImmutableArray<LimitState> states)
    {
        if (grant.IsCarved && Parent is { } parent && !HasEnded)
        {
            foreach (LimitState state in states)
            {
                state.CarvedFrom = Delegation.CarvedFrom(state.Limit, parent.Grant) is { } above ? parent.States.First(one => one.Limit == above) : null;
            }
        }

        bool money = Parent?.HasMoneyLimit == true || grant.Limits.Any(limit => limit.Meter == Meter.Usd);
        return new Shape(
            Parent is null ? grant.Scope : grant.Scope.Meet(Parent.Scope),
            states,
            SlotsOf(Path, states),
            money,
            money || Parent?.HasTokenLimit == true || grant.Limits.Any(limit => limit.Meter is Meter.Tokens or Meter.TokensIn or Meter.TokensOut),
            Parent?.Enforcement < grant.Enforcement ? Parent.Enforcement : grant.Enforcement);
    }

    private ImmutableArray<LimitState> StatesOf(ImmutableArray<Limit> limits, ImmutableArray<LimitState> before)
    {
        var states = new LimitState[limits.Length];
        for (int number = 0; number < states.Length; number++)
        {
            Limit limit = limits[number];
            LimitState? kept = null;
            foreach (LimitState one in before)
            {
                kept = one.Limit.IsSameWindow(limit) ? one : kept;
            }

            states[number] = kept?.Become(number, limit) ?? new LimitState(this, number, limit);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(states);
    }

    // In plain loops: a start does this for every grant that there is.
    private static ImmutableArray<LimitSlot> SlotsOf(ImmutableArray<GrantNode> path, ImmutableArray<LimitState> own)
    {
        int count = own.Length;
        for (int i = 1; i < path.Length; i++)
        {
            count += path[i].States.Length;
        }

        var slots = new LimitSlot[count];
        int at = 0;
        for (int i = 0; i < path.Length; i++)
        {
            foreach (LimitState state in i == 0 ? own : path[i].States)
            {
                int carve = at - 1;
                while (carve >= 0 && slots[carve].State.CarvedFrom != state)
                {
                    carve--;
                }

                slots[at++] = new LimitSlot(state, carve, i == 0 ? null : path[i - 1]);
            }
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(slots);
    }

    // What follows from the grant and those above it.
    private sealed record Shape(Scope Scope, ImmutableArray<LimitState> States, ImmutableArray<LimitSlot> Slots, bool HasMoneyLimit, bool HasTokenLimit, Enforcement Enforcement);
}

/// <summary>A limit on a path.</summary>
/// <param name="State">The limit.</param>
/// <param name="Carve">The place on the path of the limit that is carved out of this one; -1: there is none.</param>
/// <param name="Below">The grant of the path right below the limit's; null: the limit is the leaf's own.</param>
internal readonly record struct LimitSlot(LimitState State, int Carve, GrantNode? Below)
{
    /// <summary>Whether the grant right below has a share of it: what is carved out is nobody else's, and needs none.</summary>
    public bool IsShared => State.Grant.Grant.IsFair && Carve < 0 && !State.Limit.IsPace;
}
