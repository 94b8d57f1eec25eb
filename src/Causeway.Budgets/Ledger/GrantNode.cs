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

    internal GrantNode(Grant grant, GrantNode? parent)
    {
        _grant = grant;
        Parent = parent;
        Path = parent is null ? [this] : [this, .. parent.Path];
        Scope = parent is null ? grant.Scope : grant.Scope.Meet(parent.Scope);
        States = StatesOf(grant.Limits);
        if (grant.IsCarved && parent is not null)
        {
            foreach (LimitState state in States)
            {
                state.CarvedFrom = Delegation.CarvedFrom(state.Limit, parent.Grant) is { } above ? parent.States.First(one => one.Limit == above) : null;
            }
        }

        Slots = SlotsOf(Path);
        HasMoneyLimit = grant.Limits.Any(limit => limit.Meter == Meter.Usd) || parent?.HasMoneyLimit == true;
        HasTokenLimit = HasMoneyLimit || grant.Limits.Any(limit => limit.Meter is Meter.Tokens or Meter.TokensIn or Meter.TokensOut) || parent?.HasTokenLimit == true;
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
    public Scope Scope { get; }

    /// <summary>Money is limited somewhere on the path: what has no price cannot be admitted.</summary>
    public bool HasMoneyLimit { get; }

    /// <summary>The nearest money limit of the path; null: none limits money.</summary>
    public Limit? MoneyLimit => Slots.FirstOrDefault(slot => slot.State.Limit is { Meter: Meter.Usd, IsPace: false }).State?.Limit;

    /// <summary>Money or tokens are limited somewhere on the path: a request's output needs a cap.</summary>
    public bool HasTokenLimit { get; }

    /// <summary>What is done where a bound does not fit: as the grant itself says; an account of a key as the grant that the key is of.</summary>
    public ReserveMode Reserve => Grant.Kind == GrantKind.Account && Parent is { } of ? of.Reserve : Grant.Reserve;

    /// <summary>Anything is limited on the path.</summary>
    public bool HasLimit => Slots.Length > 0;

    /// <summary>When a request of its own was last let through, Unix milliseconds; 0: none was.</summary>
    internal long LastAllowedMs { get; set; }

    /// <summary>When a request of its own was last refused, whoever decided; 0: none was.</summary>
    internal long LastDeniedMs { get; set; }

    internal ImmutableArray<LimitState> States { get; }

    /// <summary>Every limit of the path, from the leaf up.</summary>
    internal ImmutableArray<LimitSlot> Slots { get; }

    internal List<GrantNode> ChildList => _children;

    /// <summary>Grants right below that are neither revoked nor over. Kept, since counting them would make a grant with many children dear to extend.</summary>
    internal int LiveChildren { get; set; }

    /// <summary>Revoked, or over by age.</summary>
    internal bool HasEnded { get; set; }

    /// <summary>Puts another in its place.</summary>
    internal void GiveWayTo(GrantNode successor) => _successor = successor;

    private ImmutableArray<LimitState> StatesOf(ImmutableArray<Limit> limits)
    {
        var states = new LimitState[limits.Length];
        for (int number = 0; number < states.Length; number++)
        {
            states[number] = new LimitState(this, number, limits[number]);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(states);
    }

    // In plain loops: a start does this for every grant that there is.
    private static ImmutableArray<LimitSlot> SlotsOf(ImmutableArray<GrantNode> path)
    {
        int count = 0;
        foreach (GrantNode node in path)
        {
            count += node.States.Length;
        }

        var slots = new LimitSlot[count];
        int at = 0;
        foreach (GrantNode node in path)
        {
            foreach (LimitState state in node.States)
            {
                int carve = at - 1;
                while (carve >= 0 && slots[carve].State.CarvedFrom != state)
                {
                    carve--;
                }

                slots[at++] = new LimitSlot(state, carve);
            }
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(slots);
    }
}

/// <summary>A limit on a path.</summary>
/// <param name="State">The limit.</param>
/// <param name="Carve">The place on the path of the limit that is carved out of this one; -1: there is none.</param>
internal readonly record struct LimitSlot(LimitState State, int Carve);
