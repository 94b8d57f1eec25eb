namespace Causeway.Contracts.Json;

/// <summary>What the lexer came to.</summary>
internal enum LexEvent
{
    /// <summary>The piece is used up.</summary>
    None,

    /// <summary>The text is no JSON; <see cref="JsonLexer.Fault"/> says why.</summary>
    Fault,

    /// <summary>A member's name began: its quote is taken.</summary>
    NameStart,

    /// <summary>A member's name is complete, its quote taken.</summary>
    NameEnd,

    /// <summary>An object began.</summary>
    ObjectStart,

    /// <summary>An object is complete.</summary>
    ObjectEnd,

    /// <summary>An array began.</summary>
    ArrayStart,

    /// <summary>An array is complete.</summary>
    ArrayEnd,

    /// <summary>A string began: its quote is taken.</summary>
    StringStart,

    /// <summary>A string is complete, its quote taken.</summary>
    StringEnd,

    /// <summary>A number began: its first byte is taken.</summary>
    NumberStart,

    /// <summary>A number is complete. What follows it is not taken.</summary>
    NumberEnd,

    /// <summary><c>true</c>, <c>false</c> or <c>null</c> began: its first byte is taken.</summary>
    LiteralStart,

    /// <summary>It is complete.</summary>
    LiteralEnd,

    /// <summary>A comma between members or items.</summary>
    Comma,
}
