namespace Causeway.Simulator.Providers.Gemini;

internal static class GeminiRoutes
{
    private const string Root = "/v1beta/models";

    public static Route Of(string path, bool altSse)
    {
        int colon = path.LastIndexOf(':');
        return path.StartsWith(Root + "/", StringComparison.Ordinal) && colon > Root.Length + 1
            ? Of(Vendor.Gemini, path[(Root.Length + 1)..colon], path[(colon + 1)..], altSse)
            : colon < 0 ? Route.Models(Vendor.Gemini, Protocol.Gemini, path, Root) : new(Vendor.Gemini, Protocol.Gemini, Operation: null);
    }

    /// <param name="verb">After the colon.</param>
    public static Route Of(Vendor vendor, string model, string verb, bool altSse) => new(vendor, Protocol.Gemini, verb switch
    {
        "generateContent" or "streamGenerateContent" => Operation.GenerateContent,
        "countTokens" => Operation.CountTokens,
        "embedContent" => Operation.EmbedContent,
        "batchEmbedContents" => Operation.BatchEmbedContents,
        _ => null,
    })
    {
        Model = model,
        Stream = verb == "streamGenerateContent",
        Sse = altSse,
    };
}
