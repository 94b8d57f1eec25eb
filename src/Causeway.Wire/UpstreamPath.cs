namespace Causeway.Wire;

/// <summary>Paths to append to a provider's endpoint. OpenAI endpoints end in <c>/v1</c>, the others are origins.</summary>
public static class UpstreamPath
{
    /// <summary>The path (and query) of an operation.</summary>
    /// <param name="operation">What is called.</param>
    /// <param name="model">The provider's name of the model, used by Gemini, which has it in the path as one escaped segment.</param>
    /// <param name="sse">Gemini streams: server-sent events instead of an array.</param>
    public static string For(Operation operation, string model, bool sse) => WireFormat.Of(operation).PathOf(operation, model, sse);

    /// <summary>The path that lists the provider's models.</summary>
    public static string Models(Protocol protocol) => WireFormat.Of(protocol).ModelsPath;
}
