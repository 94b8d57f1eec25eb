namespace Causeway.Simulator.Providers;

/// <summary>What a path asks for. <see cref="Operation"/> is null where the vendor has no such path.</summary>
/// <param name="Model">The model where the path names it: Gemini, and one model of a list.</param>
/// <param name="Stream">Whether the path asks for a stream (Gemini); elsewhere the body says so.</param>
/// <param name="Sse">Whether that stream is SSE rather than one JSON array sent piecewise.</param>
internal sealed record Route(Protocol Protocol, Operation? Operation, string? Model, bool Stream, bool Sse, string Method)
{
    public static Route Of(string method, string path, bool speaksAnthropic, bool altSse)
    {
        if (Cut(path, "/openai", out string rest))
        {
            return OpenAI(method, rest);
        }

        if (Cut(path, "/anthropic", out rest))
        {
            return Anthropic(method, rest);
        }

        if (Cut(path, "/gemini", out rest) || path.StartsWith("/v1beta/", StringComparison.Ordinal))
        {
            return Gemini(method, rest, altSse);
        }

        if (path.StartsWith("/v1/messages", StringComparison.Ordinal))
        {
            return Anthropic(method, path);
        }

        // /v1/models exists at two vendors, told apart by the header that only one of them requires; so does what neither has.
        Route openAI = OpenAI(method, path);
        return speaksAnthropic && openAI.Operation is null or Providers.Operation.Models ? Anthropic(method, path) : openAI;
    }

    /// <summary>The method that the operation takes.</summary>
    public string NeededMethod => Operation == Providers.Operation.Models ? "GET" : "POST";

    private static Route OpenAI(string method, string path) => path switch
    {
        "/v1/chat/completions" => new(Protocol.Openai, Providers.Operation.ChatCompletions, null, false, true, method),
        "/v1/responses" => new(Protocol.Openai, Providers.Operation.Responses, null, false, true, method),
        "/v1/embeddings" => new(Protocol.Openai, Providers.Operation.Embeddings, null, false, false, method),
        _ => Models(Protocol.Openai, method, path, "/v1/models"),
    };

    private static Route Anthropic(string method, string path) => path switch
    {
        "/v1/messages" => new(Protocol.Anthropic, Providers.Operation.Messages, null, false, true, method),
        "/v1/messages/count_tokens" => new(Protocol.Anthropic, Providers.Operation.CountTokens, null, false, false, method),
        _ => Models(Protocol.Anthropic, method, path, "/v1/models"),
    };

    private static Route Gemini(string method, string path, bool altSse)
    {
        int colon = path.LastIndexOf(':');
        if (!path.StartsWith("/v1beta/models/", StringComparison.Ordinal) || colon < 0)
        {
            return Models(Protocol.Gemini, method, path, "/v1beta/models");
        }

        string model = path["/v1beta/models/".Length..colon];
        Operation? operation = path[(colon + 1)..] switch
        {
            "generateContent" or "streamGenerateContent" => Providers.Operation.GenerateContent,
            "countTokens" => Providers.Operation.CountTokens,
            "embedContent" => Providers.Operation.EmbedContent,
            "batchEmbedContents" => Providers.Operation.BatchEmbedContents,
            _ => null,
        };
        return new(Protocol.Gemini, model.Length == 0 ? null : operation, model, path.EndsWith(":streamGenerateContent", StringComparison.Ordinal), altSse, method);
    }

    private static Route Models(Protocol protocol, string method, string path, string root)
    {
        if (path == root || path == root + "/")
        {
            return new(protocol, Providers.Operation.Models, null, false, false, method);
        }

        return path.StartsWith(root + "/", StringComparison.Ordinal)
            ? new(protocol, Providers.Operation.Models, path[(root.Length + 1)..], false, false, method)
            : new(protocol, null, null, false, false, method);
    }

    private static bool Cut(string path, string prefix, out string rest)
    {
        bool starts = path.StartsWith(prefix + "/", StringComparison.Ordinal);
        rest = starts ? path[prefix.Length..] : path;
        return starts;
    }
}
