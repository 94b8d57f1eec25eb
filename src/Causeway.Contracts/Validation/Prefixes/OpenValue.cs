using System.Runtime.InteropServices;
using Causeway.Contracts.Schemas.Graph;

namespace Causeway.Contracts.Validation.Prefixes;

/// <summary>A schema that applies to an open value for certain.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct AppliedSchema
{
    /// <summary>The schema.</summary>
    public SchemaNode Node;

    /// <summary>Required members seen so far.</summary>
    public int Required;

    /// <summary>It was not reached through another that applies to the same value, whose evaluation covers it.</summary>
    public bool IsOrigin;
}

/// <summary>An open container.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct OpenValue
{
    /// <summary>Its first byte.</summary>
    public int Start;

    /// <summary>Its first applied schema; the last is before the next value's first.</summary>
    public int First;

    /// <summary>Members or items that began.</summary>
    public int Count;

    /// <summary>Objects: where the newest member's name stands, without its quotes.</summary>
    public int NameStart;

    /// <summary>Bytes of that name.</summary>
    public int NameLength;

    /// <summary>Objects: the first schema of the newest member's value.</summary>
    public int ValueFirst;

    /// <summary>It is an object.</summary>
    public bool IsObject;

    /// <summary>It is evaluated when it is complete.</summary>
    public bool IsDeferred;

    /// <summary>Something around it is evaluated when it is complete, and this with it.</summary>
    public bool IsCovered;
}
