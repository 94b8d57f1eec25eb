using System.Security.Cryptography;
using System.Text;

namespace Causeway.Simulator.Answers;

/// <summary>Ids come from the request's hash and the date is fixed, so that equal requests get equal bytes. Only request ids are counted.</summary>
internal static class Fingerprint
{
    /// <summary>The <c>created</c> of every answer: 2026-01-01T00:00:00Z.</summary>
    public const long CreatedUnixSeconds = 1_767_225_600;

    public static string Of(string path, ReadOnlySpan<byte> body)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(path));
        hash.AppendData([0]);
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>24 hexadecimal digits, different for every purpose within one answer.</summary>
    public static string Id(string fingerprint, string purpose) => Of(purpose, Encoding.ASCII.GetBytes(fingerprint))[..24];
}
