using Causeway.Simulator.Providers.Gemini;

namespace Causeway.Simulator.Providers.Vertex;

/// <summary>Google's own models and Claude below a project and a location, and the token endpoint.</summary>
internal static class VertexRoutes
{
    public static Route Of(string path, bool altSse)
    {
        if (path == "/token")
        {
            return new(Vendor.Vertex, Protocol.Gemini, Operation.Token) { TakesForm = true };
        }

        int colon = path.LastIndexOf(':');
        if (colon < 0
            || path[..colon].Split('/') is not ["", "v1" or "v1beta1", "projects", { Length: > 0 } project, "locations", { Length: > 0 }, "publishers", string publisher, "models", { Length: > 0 } model])
        {
            return new(Vendor.Vertex, Protocol.Gemini, Operation: null);
        }

        string verb = path[(colon + 1)..];
        return publisher switch
        {
            "google" => GeminiRoutes.Of(Vendor.Vertex, model, verb, altSse) with { Account = project },
            "anthropic" => Claude(model, verb) with { Account = project },
            _ => new(Vendor.Vertex, Protocol.Gemini, Operation: null),
        };
    }

    /// <summary>Counting has a path of its own, in the place of a model.</summary>
    private static Route Claude(string model, string verb) => (model, verb) switch
    {
        ("count-tokens", "rawPredict") => new(Vendor.Vertex, Protocol.Anthropic, Operation.CountTokens),
        (_, "rawPredict" or "streamRawPredict") => new(Vendor.Vertex, Protocol.Anthropic, Operation.Messages) { Model = model, Stream = verb == "streamRawPredict", Sse = true },
        _ => new(Vendor.Vertex, Protocol.Anthropic, Operation: null),
    };
}
