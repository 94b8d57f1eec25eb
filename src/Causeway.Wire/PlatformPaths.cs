namespace Causeway.Wire;

/// <summary>Paths of the platforms that serve a protocol at other places than its own vendor does.</summary>
internal static class PlatformPaths
{
    private const string TokenCounter = "count-tokens";

    /// <summary>Azure OpenAI. The dated API names the deployment in the path, the v1 API in the body.</summary>
    public static string Azure(PlatformAddress address, Operation operation, string model) =>
        address.ApiVersion is { } version
            ? $"/openai{(operation == Operation.Responses ? "" : $"/deployments/{Uri.EscapeDataString(model)}")}{OfOpenAI(operation)}?api-version={Uri.EscapeDataString(version)}"
            : "/openai/v1" + OfOpenAI(operation);

    /// <summary>As above, of a call that is not understood: the dated API names a deployment where the call names a model.</summary>
    public static string AzureNative(PlatformAddress address, string path, string model) =>
        address.ApiVersion is { } version
            ? $"/openai{(model.Length == 0 ? "" : $"/deployments/{Uri.EscapeDataString(model)}")}{path}?api-version={Uri.EscapeDataString(version)}"
            : "/openai/v1" + path;

    /// <summary>The models that the resource could deploy.</summary>
    public static string AzureModels(PlatformAddress address) =>
        address.ApiVersion is { } version ? $"/openai/models?api-version={Uri.EscapeDataString(version)}" : "/openai/v1/models";

    /// <summary>Vertex: Gemini under its verbs, Claude as raw predictions. The path says whether Claude streams; its token counter is a model of its own.</summary>
    public static string Vertex(PlatformAddress address, Operation operation, string model, bool stream) => operation switch
    {
        Operation.Messages => Vertex(address, "anthropic", model, stream ? "streamRawPredict" : "rawPredict"),
        Operation.MessagesCountTokens => Vertex(address, "anthropic", TokenCounter, "rawPredict"),
        Operation.StreamGenerateContent when stream => Vertex(address, "google", model, "streamGenerateContent?alt=sse"),
        _ => Vertex(address, "google", model, Operations.RouteName(operation)),
    };

    private static string Vertex(PlatformAddress address, string publisher, string model, string verb) =>
        $"/v1/projects/{Uri.EscapeDataString(address.Project ?? "")}/locations/{Uri.EscapeDataString(address.Location ?? "")}/publishers/{publisher}/models/{Version(model)}:{verb}";

    // A version follows an @, which the vendor's own clients leave as it is.
    private static string Version(string model) => Uri.EscapeDataString(model).Replace("%40", "@", StringComparison.Ordinal);

    private static string OfOpenAI(Operation operation) => WireFormat.Of(Protocol.OpenAI).PathOf(operation, "", sse: false);
}
