using System.Security.Cryptography;
using System.Text;

namespace Causeway.Simulator.Answers;

/// <summary>What a vendor hands out and wants back unchanged: thinking signatures, thought signatures, encrypted reasoning.</summary>
/// <remarks>
/// Says whose it is and carries a MAC over that and over what it vouches for. The MAC's key is no secret: it finds edits in tests, nothing else.
/// </remarks>
internal sealed record Seal
{
    private const int DigestChars = 16;
    private static readonly byte[] s_key = "causeway simulator"u8.ToArray();

    /// <summary>Digest of the account that it was made for.</summary>
    public required string Account { get; init; }

    /// <summary>Digest of the end user that it was made for; of nothing where none was named.</summary>
    public required string User { get; init; }

    public required string Model { get; init; }

    /// <summary>Digest of the conversation before it, empty where it is not bound to one.</summary>
    public string Prefix { get; init; } = "";

    public static Seal Of(string account, string user, string model, string prefix = "") =>
        new() { Account = Digest(account), User = Digest(user), Model = model, Prefix = prefix };

    public static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..DigestChars];

    /// <param name="kind">So that one kind of note cannot be handed in as another.</param>
    /// <param name="content">What it vouches for.</param>
    /// <returns>Base64.</returns>
    public string Write(string kind, string content) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"{kind}\n{Account}\n{User}\n{Model}\n{Prefix}\n{Mac(kind, content)}"));

    /// <returns>Null where it is not of this hand, or it or its content was edited.</returns>
    public static Seal? Read(string kind, string text, string content)
    {
        byte[] bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out int length)
            || Encoding.UTF8.GetString(bytes, 0, length).Split('\n') is not [string said, string account, string user, string model, string prefix, string mac]
            || said != kind)
        {
            return null;
        }

        Seal seal = new() { Account = account, User = user, Model = model, Prefix = prefix };
        return seal.Mac(kind, content) == mac ? seal : null;
    }

    private string Mac(string kind, string content) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(s_key, Encoding.UTF8.GetBytes($"{kind}\n{Account}\n{User}\n{Model}\n{Prefix}\n{content}")));
}
