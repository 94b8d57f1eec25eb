namespace Causeway.Wire;

/// <summary>Paths to append to a provider's endpoint. OpenAI endpoints end in <c>/v1</c>, all others are origins.</summary>
public static class UpstreamPath
{
    /// <summary>The path (and query) of an operation at its protocol's own platform.</summary>
    /// <param name="operation">What is called.</param>
    /// <param name="model">The provider's name of the model, used where the path names it, as one escaped segment.</param>
    /// <param name="sse">Gemini streams: server-sent events instead of an array.</param>
    public static string For(Operation operation, string model, bool sse) => WireFormat.Of(operation).PathOf(operation, model, sse);

    /// <summary>The path (and query) of an operation at any platform.</summary>
    /// <param name="address">Where.</param>
    /// <param name="operation">What is called, in the protocol that the platform speaks for this model.</param>
    /// <param name="model">The provider's name of the model: the deployment at Azure.</param>
    /// <param name="stream">The answer is to come as a stream. Gemini: as server-sent events, not as an array; Claude on Vertex: at another verb.</param>
    public static string For(PlatformAddress address, Operation operation, string model, bool stream) => address.Platform switch
    {
        Platform.AzureOpenAI => PlatformPaths.Azure(address, operation, model),
        Platform.Vertex => PlatformPaths.Vertex(address, operation, model, stream),
        _ => For(operation, model, stream),
    };

    /// <summary>The path of a call that is not understood, written as OpenAI's own API has it behind <c>/v1</c>.</summary>
    /// <param name="address">Where.</param>
    /// <param name="path">With a leading slash: <c>/images/generations</c>.</param>
    /// <param name="model">The provider's name of the model; empty: none is named.</param>
    /// <param name="query">The caller's query with its question mark, or empty.</param>
    public static string Native(PlatformAddress address, string path, string model, string query) =>
        address.Platform == Platform.AzureOpenAI ? PlatformPaths.AzureNative(address, path, model) : path + query;

    /// <summary>
    /// Whether a query that the caller sent belongs to the path. Where the path differs from the one that the caller wrote, or has a query
    /// of its own, it does not.
    /// </summary>
    public static bool KeepsQuery(PlatformAddress address, string model) =>
        address.Platform != Platform.AzureOpenAI && !(address.Platform == Platform.Vertex && Platforms.IsClaude(model));

    /// <summary>The path that lists a protocol's models at its own platform; null: there is none.</summary>
    public static string? Models(Protocol protocol) => WireFormat.Of(protocol).ModelsPath;

    /// <summary>The path that lists models; null: the platform lists none where it serves inference. See <see cref="Platforms.ListsWhatItServes"/>.</summary>
    public static string? Models(PlatformAddress address) => address.Platform switch
    {
        Platform.AzureOpenAI => PlatformPaths.AzureModels(address),
        Platform.Vertex => null,
        _ => Models(Platforms.ProtocolOf(address.Platform, "")),
    };
}
