using System.Net.Http.Headers;
using System.Text;

namespace Causeway.Gateway.Upstream;

/// <summary>A provider's key as it may come back from there: some repeat in an error what they were sent, and what an error says goes to callers.</summary>
/// <param name="key">The key; null: it has none that stays the same.</param>
internal sealed class ProviderSecret(string? key)
{
    private const int Least = 8; // What is shorter is no secret, and would be found everywhere.
    private readonly string? _key = key?.Length >= Least ? key : null;
    private readonly byte[] _bytes = key?.Length >= Least ? Encoding.UTF8.GetBytes(key) : [];

    /// <summary>Puts asterisks in its place, as many as it has bytes.</summary>
    public void HideIn(Span<byte> text)
    {
        while (_bytes.Length > 0 && text.IndexOf(_bytes) is >= 0 and int at)
        {
            text.Slice(at, _bytes.Length).Fill((byte)'*');
            text = text[(at + _bytes.Length)..];
        }
    }

    /// <summary>Takes away the headers that have it.</summary>
    public void HideIn(HttpResponseHeaders headers)
    {
        if (_key is null)
        {
            return;
        }

        foreach (string name in headers.NonValidated.Where(header => header.Value.ToString().Contains(_key, StringComparison.Ordinal)).Select(header => header.Key).ToArray())
        {
            headers.Remove(name);
        }
    }
}
