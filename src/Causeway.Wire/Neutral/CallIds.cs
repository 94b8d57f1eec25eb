using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Causeway.Wire.Neutral;

/// <summary>
/// Ids of tool calls on their way between vendors with different patterns. Nothing is remembered: what has to come back is in the id itself,
/// so that any instance can read it.
/// </summary>
/// <remarks>
/// To the caller: an id that the strictest pattern (<c>[A-Za-z0-9_-]</c>) takes stays as it is; another one is spelled in base64url behind
/// <c>cwc_</c>; a seal that the caller's protocol has no field for (Gemini's <c>thoughtSignature</c>) follows behind <c>--cws1-</c>.
/// To the target: the original id, or a digest of it where the target's pattern or length refuses it.
/// </remarks>
internal static class CallIds
{
    private const string Spelled = "cwc_";
    private const string SealMark = "--cws1-";
    private const int MaxId = 64 * 1024;

    /// <summary>The id that a caller gets.</summary>
    public static string ToCaller(string id, ReasoningSeal? seal)
    {
        string plain = IsPlain(id) && !id.StartsWith(Spelled, StringComparison.Ordinal) ? id : Spell(id);
        return seal is null ? plain : plain + SealMark + seal.ToEnvelope()["cws1.".Length..];
    }

    /// <summary>
    /// The id spelled whatever its pattern, so that a body that brings it back is known to hold a call of another vendor's model, and does not
    /// pass to the caller's own vendor as it is.
    /// </summary>
    public static string Spell(string id) => Spelled + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(id));

    /// <summary>Reads what <see cref="ToCaller"/> and <see cref="Spell"/> made; any other id is its own.</summary>
    public static (string Id, ReasoningSeal? Seal) FromCaller(string callerId)
    {
        if (callerId.Length > MaxId)
        {
            return (callerId, null);
        }

        int mark = callerId.IndexOf(SealMark, StringComparison.Ordinal);
        ReasoningSeal? seal = mark < 0 ? null : ReasoningSeal.FromEnvelope("cws1." + callerId[(mark + SealMark.Length)..]);
        string plain = seal is null ? callerId : callerId[..mark];
        if (!plain.StartsWith(Spelled, StringComparison.Ordinal))
        {
            return (plain, seal);
        }

        try
        {
            return (Encoding.UTF8.GetString(Base64Url.DecodeFromChars(plain.AsSpan(Spelled.Length))), seal);
        }
        catch (FormatException)
        {
            return (plain, seal);
        }
    }

    /// <summary>
    /// An id for a target that takes <paramref name="length"/> letters and digits at most (with <paramref name="exact"/>, exactly as many), and
    /// <c>_</c> and <c>-</c> unless <paramref name="alphanumeric"/>. The same id gives the same answer, so calls and results stay together.
    /// </summary>
    public static string ToTarget(string id, int length, bool exact = false, bool alphanumeric = false)
    {
        bool fits = id.Length > 0
            && (exact ? id.Length == length : id.Length <= length)
            && (alphanumeric ? id.All(char.IsAsciiLetterOrDigit) : IsPlain(id));
        if (fits)
        {
            return id;
        }

        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
        return exact ? digest[..length] : ("call_" + digest)[..Math.Min(length, 29)];
    }

    /// <summary>A caller's id for a target of its own protocol: without the state of another vendor that it carries; any other as it is.</summary>
    public static string WithoutState(string callerId, int length) =>
        FromCaller(callerId).Id is var id && id == callerId ? id : ToTarget(id, length);

    /// <summary>An id for a call of a vendor that gives none: stable for the same reply.</summary>
    public static string Synthesize(string replyId, int index) =>
        "call_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{replyId}/{index}")))[..24];

    private static bool IsPlain(string id) => id.Length > 0 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
}
