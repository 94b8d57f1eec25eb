using System.Runtime.InteropServices;

namespace Causeway.Contracts.Json;

/// <summary>What a JSON value is.</summary>
internal enum TokenKind : byte
{
    /// <summary><c>null</c>.</summary>
    Null,

    /// <summary><c>false</c>.</summary>
    False,

    /// <summary><c>true</c>.</summary>
    True,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A string, or a member's name.</summary>
    String,

    /// <summary>An array.</summary>
    Array,

    /// <summary>An object.</summary>
    Object,
}

/// <summary>One value of a document, or one member's name. A container is followed by what is in it: names and values in turn, or items.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct TapeNode
{
    /// <summary>The first byte; of a string the first byte behind its quote.</summary>
    public int Start;

    /// <summary>Bytes; of a string without its quotes.</summary>
    public int Length;

    /// <summary>Index of the node behind this value and all that is in it.</summary>
    public int Next;

    /// <summary>Containers: members or items. Names: the hash of the unescaped name.</summary>
    public int Count;

    /// <summary>What it is.</summary>
    public TokenKind Kind;

    /// <summary>A string that has at least one escape.</summary>
    public bool IsEscaped;
}

/// <summary>Why a text is no JSON.</summary>
/// <param name="Position">Bytes before the fault.</param>
/// <param name="Reason">In a few words; null: there is no fault.</param>
internal readonly record struct JsonFault(int Position, string? Reason);
