namespace Causeway.Wire.Objects;

/// <summary>What providers keep, by protocol. A new kind is a line here.</summary>
/// <remarks>Vendors' references as of 2026-11. Where two lists begin alike, the longer one is meant.</remarks>
public static class KeptKinds
{
    private static readonly KeptListing s_openAI = new("data", "id", "last_id", "after", "has_more");
    private static readonly KeptListing s_anthropic = new("data", "id", "last_id", "after_id", "has_more");
    private static readonly KeptListing s_anthropicPages = new("data", "id", "next_page", "page");

    private static readonly KeptKind[] s_ofOpenAI =
    [
        new("files") { Listing = s_openAI },
        new("uploads") { Left = ["file.id"] },
        new("batches") { Left = ["output_file_id", "error_file_id"], Listing = s_openAI },
        new("responses") { Lasts = KeptKind.ForAWhile, StoredUnlessTold = true, Made = ["id", "output.*.id", "output.*.container_id"], Left = ["output.*.id", "output.*.container_id"] },
        new("responses/input_tokens") { Made = [] },
        new("responses/compact") { Made = [] },
        new("chat/completions") { Lasts = KeptKind.ForAWhile, StoredUnlessTold = false, Listing = s_openAI },
        new("conversations"),
        new("vector_stores") { Listing = s_openAI },
        new("fine_tuning/jobs") { Left = ["result_files.*"], Listing = s_openAI },
        new("containers") { Listing = s_openAI },
        new("assistants") { Listing = s_openAI },
        new("threads"),
        new("threads/runs") { Made = ["thread_id"] },
        new("evals") { Listing = s_openAI },
        new("videos") { Listing = s_openAI },
        new("skills") { Listing = s_openAI },
    ];

    private static readonly KeptKind[] s_ofAnthropic =
    [
        new("files") { Listing = s_anthropic },
        new("messages/batches") { Listing = s_anthropic },
        new("skills") { Listing = s_anthropicPages },
    ];

    private static readonly KeptKind[] s_ofGemini =
    [
        new("files") { Made = ["name", "file.name"], Listing = OfGemini("files") },
        new("cachedContents") { Made = ["name"], Listing = OfGemini("cachedContents") },
        new("batches")
        {
            Made = ["name"], Left = ["metadata.output.responsesFile", "response.responsesFile"], Verbs = ["batchGenerateContent", "asyncBatchEmbedContent"], Listing = OfGemini("operations"),
        },
        new("fileSearchStores") { Made = ["name"], Listing = OfGemini("fileSearchStores") },
        new("tunedModels") { Made = ["name", "metadata.tunedModel"], Listing = OfGemini("tunedModels") },
        new("batchPredictionJobs") { Made = ["name"], Listing = OfGemini("batchPredictionJobs") }, // Vertex.
    ];

    /// <summary>The kinds of a protocol; none where nothing is kept.</summary>
    public static IReadOnlyList<KeptKind> Of(Protocol protocol) => Kinds(protocol);

    internal static KeptKind[] Kinds(Protocol protocol) => protocol switch
    {
        Protocol.OpenAI => s_ofOpenAI,
        Protocol.Anthropic => s_ofAnthropic,
        Protocol.Gemini => s_ofGemini,
        _ => [],
    };

    /// <summary>What begins at a segment: the longest list that does.</summary>
    internal static KeptKind? At(KeptKind[] kinds, ReadOnlySpan<string> segments)
    {
        KeptKind? longest = null;
        foreach (KeptKind kind in kinds)
        {
            if (segments.StartsWith(kind.Segments) && kind.Segments.Length > (longest?.Segments.Length ?? 0))
            {
                longest = kind;
            }
        }

        return longest;
    }

    private static KeptListing OfGemini(string entries) => new(entries, "name", "nextPageToken", "pageToken");
}
