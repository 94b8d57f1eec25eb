using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Causeway.Budgets.Keys.Capabilities;

/// <summary>
/// The master keys that are live: one, or two while one takes over from the other. As text: a line for each, its number, a space and its 32 bytes in
/// base64url; the last makes new keys, all verify. Empty lines and lines that begin with <c>#</c> say nothing.
/// </summary>
public sealed class MasterKeys
{
    /// <summary>How many may live.</summary>
    public const int Most = 2;

    private readonly MasterKey[] _keys;

    private MasterKeys(MasterKey[] keys) => _keys = keys;

    /// <summary>Those that live, the oldest first.</summary>
    public IReadOnlyList<MasterKey> All => _keys;

    /// <summary>Under which new keys are made.</summary>
    public MasterKey Current => _keys[^1];

    /// <summary>A set of one, from the system's random source.</summary>
    public static MasterKeys New() => new([MasterKey.New(1)]);

    /// <summary>Secrets for another purpose, one of each live key, the one to use for new things first. They say nothing of the master keys (HKDF, RFC 5869).</summary>
    /// <param name="purpose">What they are for; another purpose has others.</param>
    public IReadOnlyList<byte[]> DeriveAll(string purpose) =>
        [.. Enumerable.Reverse(_keys).Select(key => HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Secret.ToArray(), MasterKey.Length, info: Encoding.UTF8.GetBytes(purpose)))];

    /// <summary>Tells these keys from others, and nothing more of them: each one's number and a digest of 64 bits, such as <c>1:9f86d081884c7d65,2:…</c>.</summary>
    public string Fingerprint => string.Join(',', _keys.Select(key => key.Fingerprint));

    /// <summary>Whether keys of another set are others under the same number: what is made under one is void under the other.</summary>
    public bool Contradicts(string fingerprint) => fingerprint.Split(',').Any(other =>
        _keys.Any(key => other.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{key.Kid}:"), StringComparison.Ordinal) && key.Fingerprint != other));

    /// <summary>The master key of a number; null: none that is live has it.</summary>
    public MasterKey? Find(ushort kid) => Array.Find(_keys, key => key.Kid == kid);

    /// <summary>Reads the text form.</summary>
    /// <returns>The keys, or the mistake with its line, without a secret: exactly one of the two.</returns>
    public static (MasterKeys? Keys, string? Problem) Parse(string text)
    {
        var keys = new List<MasterKey>();
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (Read(line) is not { } key)
            {
                return (null, $"line {i + 1} is not a number from 1 to 65535, a space and {MasterKey.Length} bytes in base64url");
            }

            if (keys.Exists(other => other.Kid == key.Kid))
            {
                return (null, $"line {i + 1} has the number {key.Kid} of a line before");
            }

            keys.Add(key);
        }

        return keys.Count switch
        {
            0 => (null, "there is no key in it"),
            > Most => (null, $"there are {keys.Count} keys in it, {Most} are the most; take out the oldest"),
            _ => (new MasterKeys([.. keys]), null),
        };
    }

    /// <summary>The text form, secrets included: for a file that only its owner can read.</summary>
    public string Write()
    {
        var text = new StringBuilder("# Causeway's master keys. Who reads them can make any key. The last line makes new keys, all verify; at most two.\n");
        foreach (MasterKey key in _keys)
        {
            text.Append(CultureInfo.InvariantCulture, $"{key.Kid} {Base64Url.EncodeToString(key.Secret)}\n");
        }

        return text.ToString();
    }

    /// <summary>Never the secrets.</summary>
    public override string ToString() => string.Join(", ", _keys.AsEnumerable());

    private static MasterKey? Read(string line)
    {
        Span<byte> secret = stackalloc byte[MasterKey.Length];
        string[] parts = line.Split(' ', 2, StringSplitOptions.TrimEntries);
        bool sound = parts.Length == 2
            && ushort.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out ushort kid) && kid > 0
            && parts[1].Length == Base64Url.GetEncodedLength(MasterKey.Length) && Base64Url.IsValid(parts[1], out int length) && length == MasterKey.Length
            && Base64Url.TryDecodeFromChars(parts[1], secret, out _);
        return sound ? new MasterKey(ushort.Parse(parts[0], CultureInfo.InvariantCulture), secret) : null;
    }
}
