using Causeway.Wire.Batches;

namespace Causeway.Wire;

/// <summary>What a path of a provider's own API is, where it is one that can be metered.</summary>
/// <remarks>
/// A path is judged as a server reads it: without escapes, without an ending slash, and without regard to case, since some servers have none. What
/// a call is follows from how its path ends, whatever stands before: Azure's begin with <c>/openai</c>, and several vendors have OpenAI's API beside
/// their own. So no spelling of a path of inference goes by the bounds of inference.
/// </remarks>
public static class NativePath
{
    private const StringComparison NoCase = StringComparison.OrdinalIgnoreCase;

    // In this order: a path may end in the words of two of them.
    private static readonly (string End, Operation Operation)[] s_operations =
    [
        ("/chat/completions", Operation.ChatCompletions),
        ("/completions", Operation.Native),
        ("/responses", Operation.Responses),
        ("/embeddings", Operation.Embeddings),
        ("/images/generations", Operation.Native),
        ("/images/edits", Operation.Native),
        ("/images/variations", Operation.Native),
        ("/audio/transcriptions", Operation.Native),
        ("/audio/translations", Operation.Native),
        ("/messages", Operation.Messages),
        ("/messages/count_tokens", Operation.MessagesCountTokens),
    ];

    // Beside those: where a vendor reads "model" in the body.
    private static readonly string[] s_readModel =
        ["/moderations", "/responses/compact", "/responses/input_tokens", "/audio/speech", "/rerank", "/ocr", "/videos", "/fine_tuning/jobs", "/realtime/client_secrets", "/realtime/sessions"];

    /// <summary>The operation of a POST to a path below the provider's origin; null: one that is not understood.</summary>
    /// <param name="protocol">The provider's protocol.</param>
    /// <param name="path">The path without a query; a leading <c>/v1</c> of OpenAI and Anthropic may be left out, since it may stand in the provider's endpoint.</param>
    public static Operation? OperationOf(Protocol protocol, string path)
    {
        string plain = Plain(path);
        foreach ((string end, Operation operation) in s_operations)
        {
            if (plain.EndsWith(end, NoCase) && (!end.StartsWith("/messages", StringComparison.Ordinal) || IsVersion(plain[..^end.Length])))
            {
                return operation;
            }
        }

        return protocol switch
        {
            Protocol.Gemini => Operations.TryParseGemini(plain[(plain.LastIndexOf(':') + 1)..], out Operation operation) ? operation : null,
            Protocol.Bedrock => OfBedrock(plain),
            _ when plain.EndsWith(":rawPredict", NoCase) || plain.EndsWith(":streamRawPredict", NoCase) =>
                plain.Contains("/publishers/anthropic/", NoCase) ? Operation.Messages : Operation.ChatCompletions, // Vertex: Claude, or Mistral.
            _ => null,
        };
    }

    /// <summary>What a POST to a path does with a batch.</summary>
    /// <param name="protocol">The provider's protocol.</param>
    /// <param name="path">As of <see cref="OperationOf"/>.</param>
    public static NativeBatch BatchOf(Protocol protocol, string path)
    {
        string plain = Plain(path);
        return protocol switch
        {
            Protocol.Gemini when plain.EndsWith(":batchGenerateContent", NoCase) || plain.EndsWith(":asyncBatchEmbedContent", NoCase) => NativeBatch.Unread,
            Protocol.Gemini when plain.EndsWith(":cancel", NoCase) && plain.Contains("/batches/", NoCase) => NativeBatch.Cancel,
            _ => BatchFormat.Of(protocol)?.ActOf(WithoutVersion(plain)) ?? NativeBatch.None,
        };
    }

    /// <summary>Whether a POST to a path hands a file over to be kept, which costs nothing by itself.</summary>
    /// <param name="protocol">The provider's protocol.</param>
    /// <param name="path">As of <see cref="OperationOf"/>.</param>
    public static bool KeepsFile(Protocol protocol, string path) => protocol is Protocol.OpenAI or Protocol.Anthropic && Unversioned(path).Equals("/files", NoCase);

    /// <summary>Whether a POST to a path names its model in the body. Anywhere else a member of that name is not the vendor's, and says nothing.</summary>
    /// <param name="path">As of <see cref="OperationOf"/>.</param>
    public static bool ReadsModel(string path)
    {
        string plain = Plain(path);
        return s_operations.Any(known => plain.EndsWith(known.End, NoCase)) || s_readModel.Any(end => plain.EndsWith(end, NoCase));
    }

    /// <summary>The path as it is compared: without <c>/openai</c> and <c>/v1</c> before it, and without escapes and an ending slash, which servers read over.</summary>
    public static string Unversioned(string path) => WithoutVersion(Plain(path));

    /// <summary>The model that a path names, unescaped; null: this protocol's paths, or this one, name none.</summary>
    /// <param name="protocol">The provider's protocol.</param>
    /// <param name="path">The path without a query.</param>
    public static string? ModelOf(Protocol protocol, string path)
    {
        string plain = Plain(path);
        if (plain.Contains(":rawPredict", NoCase) || plain.Contains(":streamRawPredict", NoCase) || protocol == Protocol.Gemini)
        {
            int verb = plain.LastIndexOf(':');
            int start = plain.LastIndexOf("Models/", NoCase) + "Models/".Length; // Tuned ones stand below tunedModels.
            return start >= "Models/".Length && verb > start ? plain[start..verb] : null;
        }

        (string before, bool mayHoldSlashes) = protocol == Protocol.Bedrock ? ("/model/", true) : ("/deployments/", false); // ARNs hold some; the others are Azure's own paths.
        int named = plain.IndexOf(before, NoCase) is >= 0 and int at ? at + before.Length : plain.Length;
        int end = mayHoldSlashes ? plain.LastIndexOf('/') : plain.IndexOf('/', named);
        return end > named ? plain[named..end] : null;
    }

    private static string Plain(string path) => Uri.UnescapeDataString(path).TrimEnd('/');

    private static string WithoutVersion(string plain)
    {
        string own = plain.StartsWith("/openai/", NoCase) ? plain["/openai".Length..] : plain;
        return own.StartsWith("/v1/", NoCase) ? own["/v1".Length..] : own;
    }

    // What stands before Anthropic's "/messages": nothing, or something that ends in a version. OpenAI's threads have messages, too.
    private static bool IsVersion(string before)
    {
        string last = before[(before.LastIndexOf('/') + 1)..];
        return last.Length == 0 || (last.Length > 1 && last[0] is 'v' or 'V' && char.IsAsciiDigit(last[1]));
    }

    private static Operation? OfBedrock(string plain) =>
        !plain.Contains("/model/", NoCase) ? null
        : plain.EndsWith("/converse", NoCase) ? Operation.Converse
        : plain.EndsWith("/converse-stream", NoCase) ? Operation.ConverseStream
        : null;
}
