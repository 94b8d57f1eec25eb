using Causeway.Wire.Batches;

namespace Causeway.Wire;

/// <summary>What a path of a provider's own API is, where it is one that can be metered.</summary>
public static class NativePath
{
    /// <summary>The operation of a POST to a path below the provider's origin; null: one that is not understood.</summary>
    /// <param name="protocol">The provider's protocol.</param>
    /// <param name="path">The path without a query; a leading <c>/v1</c> of OpenAI and Anthropic may be left out, since it may stand in the provider's endpoint.</param>
    public static Operation? OperationOf(Protocol protocol, string path) => protocol switch
    {
        Protocol.OpenAI => OfOpenAI(Unversioned(path)),
        Protocol.Anthropic => Unversioned(path) switch
        {
            "/messages" => Operation.Messages,
            "/messages/count_tokens" => Operation.MessagesCountTokens,
            _ => null,
        },
        Protocol.Gemini => Operations.TryParseGemini(path[(path.LastIndexOf(':') + 1)..], out Operation operation) ? operation : null,
        Protocol.Bedrock => OfBedrock(path),
        _ => null,
    };

    /// <summary>What a POST to a path does with a batch.</summary>
    /// <param name="protocol">The provider's protocol.</param>
    /// <param name="path">As of <see cref="OperationOf"/>.</param>
    public static NativeBatch BatchOf(Protocol protocol, string path) => protocol switch
    {
        Protocol.Gemini when path.EndsWith(":batchGenerateContent", StringComparison.Ordinal) || path.EndsWith(":asyncBatchEmbedContent", StringComparison.Ordinal) => NativeBatch.Unread,
        Protocol.Gemini when path.EndsWith(":cancel", StringComparison.Ordinal) && path.Contains("/batches/", StringComparison.Ordinal) => NativeBatch.Cancel,
        _ => BatchFormat.Of(protocol)?.ActOf(Unversioned(path)) ?? NativeBatch.None,
    };

    /// <summary>Whether a POST to a path hands a file over to be kept, which costs nothing by itself.</summary>
    /// <param name="protocol">The provider's protocol.</param>
    /// <param name="path">As of <see cref="OperationOf"/>.</param>
    public static bool KeepsFile(Protocol protocol, string path) => protocol is Protocol.OpenAI or Protocol.Anthropic && Unversioned(path) == "/files";

    /// <summary>The path as it is compared: without a leading <c>/v1</c>, and without escapes and an ending slash, which servers read over.</summary>
    public static string Unversioned(string path)
    {
        string plain = Uri.UnescapeDataString(path).TrimEnd('/');
        return plain.StartsWith("/v1/", StringComparison.Ordinal) ? plain[3..] : plain;
    }

    /// <summary>The model that a path names, unescaped; null: this protocol's paths, or this one, name none.</summary>
    /// <param name="protocol">The provider's protocol.</param>
    /// <param name="path">The path without a query.</param>
    public static string? ModelOf(Protocol protocol, string path)
    {
        (string before, char after) = protocol switch
        {
            Protocol.Gemini => ("/models/", ':'),
            Protocol.Bedrock => ("/model/", '/'),
            _ => ("", ' '),
        };
        int start = before.Length == 0 ? -1 : path.IndexOf(before, StringComparison.Ordinal);
        int end = start < 0 ? -1 : path.IndexOf(after, start + before.Length);
        return end < 0 ? null : Uri.UnescapeDataString(path[(start + before.Length)..end]);
    }

    private static Operation? OfOpenAI(string path) => path switch
    {
        "/chat/completions" => Operation.ChatCompletions,
        "/responses" => Operation.Responses,
        "/embeddings" => Operation.Embeddings,
        "/images/generations" or "/images/edits" or "/images/variations" or "/audio/transcriptions" or "/audio/translations" or "/completions" => Operation.Native,
        _ => null,
    };

    private static Operation? OfBedrock(string path) =>
        !path.StartsWith("/model/", StringComparison.Ordinal) ? null
        : path.EndsWith("/converse", StringComparison.Ordinal) ? Operation.Converse
        : path.EndsWith("/converse-stream", StringComparison.Ordinal) ? Operation.ConverseStream
        : null;
}
