using System.Buffers.Text;
using System.Text;

namespace Causeway.Wire.Neutral;

/// <summary>In which of its vendor's fields a seal stood.</summary>
internal enum SealForm : byte
{
    /// <summary>Anthropic and Bedrock: the signature of a thinking block. Gemini: a <c>thoughtSignature</c>.</summary>
    Signature,

    /// <summary>Anthropic and Bedrock: a thinking block that is encrypted as a whole.</summary>
    Redacted,

    /// <summary>OpenAI Responses: a reasoning item's <c>encrypted_content</c>; the id of the item is kept beside it.</summary>
    Encrypted,
}

/// <summary>
/// A vendor's opaque reasoning state. It means nothing to anybody else and is refused or billed for nothing elsewhere, so it goes back only
/// to the protocol that made it; callers of another protocol carry it in an envelope.
/// </summary>
/// <param name="Maker">The protocol that made it.</param>
/// <param name="Form">Where it stood.</param>
/// <param name="Value">The state as its vendor spelled it, not escaped.</param>
/// <param name="Model">The model that made it; null: not known (it came from a caller without an envelope).</param>
/// <param name="ItemId">Responses: the reasoning item's id.</param>
internal sealed record ReasoningSeal(Protocol Maker, SealForm Form, string Value, string? Model = null, string? ItemId = null)
{
    private const string Prefix = "cws1.";
    private const int MaxEnvelope = 1 << 20;

    /// <summary>What a caller's field of another protocol holds instead: base64url, safe in ids and signatures.</summary>
    public string ToEnvelope() =>
        Prefix + Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{(int)Maker}\n{(int)Form}\n{Model}\n{ItemId}\n{Value}"));

    /// <summary>Reads an envelope; null when the text is none, and then it is the vendor's own.</summary>
    public static ReasoningSeal? FromEnvelope(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || text.Length > MaxEnvelope)
        {
            return null;
        }

        Span<Range> lines = stackalloc Range[6];
        string inner;
        try
        {
            inner = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text.AsSpan(Prefix.Length)));
        }
        catch (FormatException)
        {
            return null;
        }

        ReadOnlySpan<char> span = inner;
        return span.Split(lines, '\n') == 5
            && byte.TryParse(span[lines[0]], out byte maker) && Enum.IsDefined((Protocol)maker)
            && byte.TryParse(span[lines[1]], out byte form) && Enum.IsDefined((SealForm)form)
                ? new ReasoningSeal((Protocol)maker, (SealForm)form, span[lines[4]].ToString(), OrNull(span[lines[2]]), OrNull(span[lines[3]]))
                : null;
    }

    /// <summary>The seal in a field of <paramref name="holder"/>: one that it carries for another vendor, or its own.</summary>
    public static ReasoningSeal Read(Protocol holder, SealForm form, string text, string? itemId = null) =>
        FromEnvelope(text) ?? new ReasoningSeal(holder, form, text, ItemId: itemId);

    /// <summary>The text for a field of <paramref name="holder"/>.</summary>
    public string For(Protocol holder) => holder == Maker ? Value : ToEnvelope();

    /// <summary>Whether a body can hold an envelope, or an id that carries one, at all: then it may not pass byte for byte to the vendor.</summary>
    public static bool MayHoldEnvelope(ReadOnlySpan<byte> body)
    {
        int found;
        for (ReadOnlySpan<byte> rest = body; (found = rest.IndexOf("cw"u8)) >= 0; rest = rest[(found + 2)..]) // Both in one search, since nearly every body has neither.
        {
            if (rest[(found + 2)..] is [(byte)'s', (byte)'1', ..] or [(byte)'c', (byte)'_', ..])
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the target takes it back: its own protocol's, made by the same model where that is known.</summary>
    public bool IsFor(Target target) => Maker == target.Protocol && (Model is null || string.Equals(Model, target.Model, StringComparison.Ordinal));

    private static string? OrNull(ReadOnlySpan<char> text) => text.IsEmpty ? null : text.ToString();
}
