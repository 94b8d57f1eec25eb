using System.Text.Json;

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

    private static readonly byte[][] s_tier = [[.. "\"service_tier\""u8], [.. "\"serviceTier\""u8], [.. "\"fast\""u8]]; // Anthropic's "speed" is one of two words.
    private static readonly byte[][] s_region = [[.. "\"inference_geo\""u8]];
    private static readonly byte[][] s_document = [[.. "\"document\""u8]];
    private static readonly byte[][] s_url = [[.. "\"url\""u8]];
    private static readonly byte[][] s_links = [[.. "\"image_url\""u8], [.. "\"input_image\""u8], [.. "\"base64\""u8], [.. "\"inlineData\""u8], [.. "\"inline_data\""u8], .. s_url];
    private static readonly byte[][] s_wholes = [[.. "\"file_id\""u8], [.. "\"fileUri\""u8], [.. "\"file_uri\""u8], [.. "\"file_url\""u8], [.. "\"input_file\""u8], [.. "\"cachedContent\""u8], [.. "\"cached_content\""u8], [.. "\"container_auto\""u8], [.. "\"container_reference\""u8]];

    // "image\u005furl" is the same name to every reader of JSON, so where letters may be escaped the texts are compared as they read.
    private static ReadOnlySpan<byte> EscapedAscii => "\\u00"u8;

    /// <summary>Looks for them.</summary>
    /// <param name="body">Sound JSON of at most 64 levels.</param>
    public static Mentions Of(ReadOnlySpan<byte> body) => body.IndexOf(EscapedAscii) >= 0 ? Read(body) : Seen(body);

    private static Mentions Seen(ReadOnlySpan<byte> body)
    {
        long links = 0;
        foreach (byte[] word in s_links)
        {
            links = Math.Max(links, body.Count(word));
        }

        return new Mentions(Has(body, s_tier), Has(body, s_region), Has(body, s_wholes) || (Has(body, s_document) && Has(body, s_url)), links);
    }

    private static bool Has(ReadOnlySpan<byte> body, byte[][] words)
    {
        foreach (byte[] word in words)
        {
            if (body.IndexOf(word) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private static Mentions Read(ReadOnlySpan<byte> body)
    {
        (bool tier, bool region, bool whole, bool document, bool url, long links) = (false, false, false, false, false, 0);
        Utf8JsonReader reader = new(body, new JsonReaderOptions { MaxDepth = 64 });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String)
            {
                tier |= Is(ref reader, s_tier);
                region |= Is(ref reader, s_region);
                whole |= Is(ref reader, s_wholes);
                document |= Is(ref reader, s_document);
                url |= Is(ref reader, s_url);
                links += Is(ref reader, s_links) ? 1 : 0;
            }
        }

        return new Mentions(tier, region, whole || (document && url), links);
    }

    private static bool Is(ref Utf8JsonReader reader, byte[][] words)
    {
        foreach (byte[] word in words)
        {
            if (reader.ValueTextEquals(word.AsSpan(1..^1)))
            {
                return true;
            }
        }

        return false;
    }
}
