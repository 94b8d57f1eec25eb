using System.Text;
using System.Text.Json;
using Causeway.Wire;
using Causeway.Wire.Requests;

namespace Causeway.Gateway.Flow;

/// <summary>What a body mentions that decides how much it may cost beside its length. A word is taken for what it may mean, wherever it stands: on the strict side.</summary>
/// <param name="Tier">A tier of service: every one of them could apply.</param>
/// <param name="Region">A region in which it is to be answered.</param>
/// <param name="IsElsewhere">Something that is not in the body and that nobody knows the length of: a file, a document by its address.</param>
/// <param name="Links">Images by their addresses, and media within the body: a picture of few bytes may be large. What is within is counted twice, by its bytes and as a link.</param>
internal readonly record struct Mentions(bool Tier, bool Region, bool IsElsewhere, long Links)
{
    /// <summary>Other models that may answer, or work beside the one that is asked; null: none. The dearest could apply.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>How often tools may be used that the provider runs itself and bills by the use.</summary>
    public ToolAllowance Tools { get; init; }

    /// <summary>The protocol that they are named in: translated to another they do not travel.</summary>
    public Protocol ToolsOf { get; init; }

    [Flags]
    private enum Means
    {
        Tier = 1,
        Region = 2,
        Whole = 4,
        Document = 8,
        Url = 16,
        Link = 32,
    }

    private static readonly Word[] s_words =
    [
        .. Word.All(Means.Tier, "service_tier", "serviceTier", "fast"), // Anthropic's "speed" is one of two words.
        .. Word.All(Means.Region, "inference_geo"),
        .. Word.All(Means.Document, "document"),
        .. Word.All(Means.Url | Means.Link, "url"),
        .. Word.All(Means.Link, "image_url", "input_image", "base64", "inlineData", "inline_data"),
        .. Word.All(Means.Whole, "file_id", "fileUri", "file_uri", "file_url", "input_file", "cachedContent", "cached_content", "container_auto", "container_reference"),
    ];

    private static readonly int s_longest = s_words.Max(word => word.Name.Length);

    // By length: nearly every name and value of a body is told by it alone.
    private static readonly int[][] s_ofLength = [.. Enumerable.Range(0, s_longest + 1).Select(length => Enumerable.Range(0, s_words.Length).Where(i => s_words[i].Name.Length == length).ToArray())];

    // "image\u005furl" is the same name to every reader of JSON, so where letters may be escaped the texts are compared as they read.
    private static ReadOnlySpan<byte> EscapedAscii => "\\u00"u8;

    /// <summary>Looks for them.</summary>
    /// <param name="body">Sound JSON of at most 64 levels.</param>
    public static Mentions Of(ReadOnlySpan<byte> body) => body.IndexOf(EscapedAscii) >= 0 ? Read(body) : Seen(body);

    // A word is what stands between a quote and the next one, whichever they are: quotes in a text only make for more that is looked at.
    private static Mentions Seen(ReadOnlySpan<byte> body)
    {
        Means means = default;
        int links = 0; // One part may be told by several of the words, so it is the most of one that counts.
        Span<int> counts = stackalloc int[s_words.Length];
        int length;
        for (ReadOnlySpan<byte> rest = body[(body.IndexOf((byte)'"') + 1)..]; (length = rest.IndexOf((byte)'"')) >= 0; rest = rest[(length + 1)..])
        {
            int word = length <= s_longest ? Find(rest[..length]) : -1;
            if (word >= 0)
            {
                means |= s_words[word].Means;
                links = s_words[word].Means.HasFlag(Means.Link) ? Math.Max(links, ++counts[word]) : links;
            }
        }

        return Of(means, links);
    }

    private static int Find(ReadOnlySpan<byte> text)
    {
        foreach (int word in s_ofLength[text.Length])
        {
            if (text.SequenceEqual(s_words[word].Name))
            {
                return word;
            }
        }

        return -1;
    }

    private static Mentions Of(Means means, long links) => new(
        means.HasFlag(Means.Tier), means.HasFlag(Means.Region), means.HasFlag(Means.Whole) || means.HasFlag(Means.Document | Means.Url), links);

    private static Mentions Read(ReadOnlySpan<byte> body)
    {
        Means means = default;
        long links = 0;
        Utf8JsonReader reader = new(body, new JsonReaderOptions { MaxDepth = 64 });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String)
            {
                foreach (Word word in s_words)
                {
                    if (reader.ValueTextEquals(word.Name))
                    {
                        means |= word.Means;
                        links += word.Means.HasFlag(Means.Link) ? 1 : 0;
                    }
                }
            }
        }

        return Of(means, links);
    }

    private sealed record Word(byte[] Name, Means Means)
    {
        public static IEnumerable<Word> All(Means means, params IEnumerable<string> names) => names.Select(name => new Word(Encoding.ASCII.GetBytes(name), means));
    }
}
