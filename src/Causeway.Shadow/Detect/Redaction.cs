using System.Text;

namespace Causeway.Shadow.Detect;

/// <summary>
/// What was taken out of one request, so that it can be put back into its answer: the same text has the same placeholder, such as <c>[EMAIL_1]</c>, wherever it stands. For one request
/// and one thread.
/// </summary>
public sealed class Redaction
{
    private readonly Dictionary<string, string> _placeholders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<DetectedKind, int> _counts = [];

    /// <summary>Whether nothing was taken out.</summary>
    public bool IsEmpty => _texts.Count == 0;

    /// <summary>How many different texts of each kind were taken out.</summary>
    public IReadOnlyDictionary<DetectedKind, int> Counts => _counts;

    /// <summary>The longest placeholder, in characters.</summary>
    public int LongestPlaceholder { get; private set; }

    /// <summary>Takes detections out of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="detections">In order and without overlap.</param>
    public string Apply(ReadOnlySpan<char> text, IReadOnlyList<Detection> detections)
    {
        var clean = new StringBuilder(text.Length);
        int at = 0;
        foreach (Detection one in detections)
        {
            clean.Append(text[at..one.Start]).Append(PlaceholderOf(one.Kind, text.Slice(one.Start, one.Length).ToString()));
            at = one.End;
        }

        return clean.Append(text[at..]).ToString();
    }

    /// <summary>What a placeholder stands for; null: it is none of this request.</summary>
    public string? TextOf(string placeholder) => _texts.GetValueOrDefault(placeholder);

    /// <summary>Whether a text could be the beginning of a placeholder of this request.</summary>
    internal bool Begins(ReadOnlySpan<char> text)
    {
        foreach (string placeholder in _texts.Keys)
        {
            if (placeholder.AsSpan().StartsWith(text, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private string PlaceholderOf(DetectedKind kind, string text)
    {
        if (_placeholders.TryGetValue(text, out string? known))
        {
            return known;
        }

        int number = _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
        string placeholder = $"[{(kind == DetectedKind.NationalId ? "ID" : kind.ToString().ToUpperInvariant())}_{number}]";
        _placeholders.Add(text, placeholder);
        _texts.Add(placeholder, text);
        LongestPlaceholder = Math.Max(LongestPlaceholder, placeholder.Length);
        return placeholder;
    }
}
