using System.Buffers;

namespace Causeway.Wire.Http1;

/// <summary>What the value of a header may be made of.</summary>
public static class FieldText
{
    private const string Visible = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";
    private static readonly SearchValues<char> s_visible = SearchValues.Create(Visible);
    private static readonly SearchValues<char> s_sendable = SearchValues.Create("\t" + Visible);

    /// <summary>Letters, digits, signs and spaces of ASCII and nothing else.</summary>
    public static bool IsVisible(ReadOnlySpan<char> value) => !value.ContainsAnyExcept(s_visible);

    /// <summary>The same, and tabs: RFC 9110, 5.5, without what is no ASCII.</summary>
    public static bool IsSendable(ReadOnlySpan<char> value) => !value.ContainsAnyExcept(s_sendable);
}
