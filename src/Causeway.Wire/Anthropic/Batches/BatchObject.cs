using Causeway.Wire.Json;

namespace Causeway.Wire.Anthropic.Batches;

/// <summary>What a batch says of itself: when it is taken, and whenever it is looked at.</summary>
/// <param name="Id">Its id: letters, figures, <c>-</c> and <c>_</c>, so that it is safe in a path.</param>
/// <param name="HasEnded">Every request of it came to something; its results can be read.</param>
/// <param name="Requests">How many requests it has; null: it does not say.</param>
public sealed record BatchObject(string Id, bool HasEnded, long? Requests)
{
    /// <summary>Characters of an id.</summary>
    public const int MaxIdLength = 128;

    /// <summary>The most that is read of one: the vendor's have under a thousand bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    private const int IdPath = 0;
    private const int StatusPath = 1;
    private const int UrlPath = 2;

    private static readonly JsonPaths s_paths = new("id", "processing_status", "results_url");

    private static readonly JsonPaths s_counts = new(
        "request_counts.processing", "request_counts.succeeded", "request_counts.errored", "request_counts.canceled", "request_counts.expired");

    /// <summary>Reads one.</summary>
    /// <param name="body">The whole object.</param>
    /// <param name="batch">What it says.</param>
    /// <returns>False: it is no batch.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, out BatchObject batch)
    {
        (string? id, string? status) = (null, null);
        ReadOnlySpan<byte> rest = body;
        JsonTap tap = new(s_paths);
        while (tap.TryRead(ref rest, out int path, out ReadOnlySpan<byte> value))
        {
            (id, status) = path switch
            {
                IdPath => (JsonText.Word(value), status),
                StatusPath => (id, JsonText.Word(value)),
                _ => (id, status),
            };
        }

        batch = new BatchObject(id ?? "", status == "ended", CountOf(body));
        return tap.IsDone && status is not null && IsId(id);
    }

    /// <summary>Where the text of <c>results_url</c> stands, quotes included; null: there is none. It is an absolute address of the vendor's.</summary>
    public static ByteRange? ResultsUrlIn(ReadOnlySpan<byte> body)
    {
        ByteRange? found = null;
        ReadOnlySpan<byte> rest = body;
        JsonTap tap = new(s_paths);
        while (tap.TryRead(ref rest, out int path, out ReadOnlySpan<byte> value))
        {
            if (path == UrlPath && value.StartsWith("\""u8) && body.Overlaps(value, out int start))
            {
                found = new ByteRange(start, value.Length);
            }
        }

        return found;
    }

    private static bool IsId(string? id) => id is { Length: > 0 and <= MaxIdLength } && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static long? CountOf(ReadOnlySpan<byte> body)
    {
        (long sum, int seen) = (0, 0);
        JsonTap tap = new(s_counts);
        while (tap.TryRead(ref body, out _, out ReadOnlySpan<byte> value))
        {
            if (JsonText.TryCount(value, MessageBatch.MaxRequests, out long count))
            {
                (sum, seen) = (sum + count, seen + 1);
            }
        }

        return seen == s_counts.Count ? sum : null;
    }
}
