using System.Collections.Frozen;
using System.Collections.Immutable;
using Causeway.Contracts.Validation;

namespace Causeway.Contracts.Compilation;

/// <summary>What has to be undone at one place of an answer to a compiled schema, and below it. Nodes of a recursive schema refer to themselves.</summary>
/// <remarks>Written by the compiler together with the schema, never guessed from an answer (dialects, section 11).</remarks>
public sealed class UndoNode
{
    /// <summary>What was made of the value itself.</summary>
    public UndoKind Kind { get; set; }

    /// <summary><see cref="UndoKind.Unwrap"/>: the wrapper's one member. Empty otherwise.</summary>
    public string Wrapper { get; set; } = "";

    /// <summary>Objects: what was made of members, by name. Members that are not here have nothing to undo.</summary>
    public FrozenDictionary<string, UndoMember> Members { get; set; } = FrozenDictionary<string, UndoMember>.Empty;

    /// <summary>Arrays: every item without a place of its own in <see cref="PrefixItems"/>; maps and wrappers: the value inside; objects: every member
    /// without an entry in <see cref="Members"/>. Null: nothing to undo there.</summary>
    public UndoNode? Items { get; set; }

    /// <summary>Arrays: the first items, by place.</summary>
    public ImmutableArray<UndoNode?> PrefixItems { get; set; } = [];

    /// <summary>Unions: the first branch whose compiled schema accepts the value says what is undone.</summary>
    public ImmutableArray<UndoBranch> Branches { get; set; } = [];
}

/// <summary>What was made of a member of an object.</summary>
/// <param name="DropsNull">A null stands for absence: the compiler made the member required, and its canonical schema allows no null.</param>
/// <param name="Value">What is undone in the value; null: nothing.</param>
public sealed record UndoMember(bool DropsNull, UndoNode? Value);

/// <summary>One branch of a union.</summary>
/// <param name="Accepts">The branch's compiled schema.</param>
/// <param name="Undo">What is undone in a value that it accepts; null: nothing.</param>
public sealed record UndoBranch(Validator Accepts, UndoNode? Undo);

/// <summary>What the compiler made of a value.</summary>
public enum UndoKind
{
    /// <summary>Nothing; but perhaps of what is in it.</summary>
    None,

    /// <summary>It stands in an object with one member, the wrapper.</summary>
    Unwrap,

    /// <summary>A map became an array of objects with <c>key</c> and <c>value</c>.</summary>
    PairsToMap,

    /// <summary>A tuple became an object with the members <c>0</c>, <c>1</c>, …</summary>
    MembersToTuple,

    /// <summary>Anything became a string that holds its JSON text.</summary>
    ParseText,

    /// <summary>A value that is no string became a string (enums of string-only dialects).</summary>
    ParseScalar,
}
