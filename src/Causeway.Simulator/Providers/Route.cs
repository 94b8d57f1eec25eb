using Causeway.Simulator.Providers.Anthropic;
using Causeway.Simulator.Providers.Azure;
using Causeway.Simulator.Providers.Bedrock;
using Causeway.Simulator.Providers.Compatible;
using Causeway.Simulator.Providers.Gemini;
using Causeway.Simulator.Providers.OpenAI;
using Causeway.Simulator.Providers.Vertex;

namespace Causeway.Simulator.Providers;

/// <summary>What a path asks for. <see cref="Operation"/> is null where the vendor has no such path.</summary>
internal sealed record Route(Vendor Vendor, Protocol Protocol, Operation? Operation)
{
    private static readonly string[] s_post = ["POST"];
    private static readonly string[] s_get = ["GET"];

    /// <summary>The model where the path names it: Gemini, Bedrock, and one model of a list.</summary>
    public string? Model { get; init; }

    /// <summary>Whether the path asks for a stream; elsewhere the body says so.</summary>
    public bool Stream { get; init; }

    /// <summary>Whether that stream is SSE rather than one JSON array sent piecewise, or binary frames.</summary>
    public bool Sse { get; init; }

    /// <summary>Whose account it is where the path says so, as a project does.</summary>
    public string? Account { get; init; }

    /// <summary>What is wanted of the thing that the path names, where the method does not say it: <c>content</c>, <c>cancel</c>.</summary>
    public string? Verb { get; init; }

    /// <summary>The methods that the operation takes.</summary>
    public IReadOnlyList<string> Methods { get; init; } = Operation == Providers.Operation.Models ? s_get : s_post;

    /// <summary>Whether the body is a form: fields and files, or an OAuth grant.</summary>
    public bool TakesForm { get; init; }

    /// <param name="path">Decoded, as the server understood it.</param>
    /// <param name="target">As sent: a Bedrock model id may hold an encoded slash.</param>
    public static Route Of(string path, string target, bool speaksAnthropic, bool altSse)
    {
        if (Cut(path, "/openai", out string rest))
        {
            return OpenAIRoutes.Of(Vendor.Openai, rest);
        }

        if (Cut(path, "/anthropic", out rest))
        {
            return AnthropicRoutes.Of(rest);
        }

        if (Cut(path, "/gemini", out rest) || path.StartsWith("/v1beta/", StringComparison.Ordinal))
        {
            return GeminiRoutes.Of(rest, altSse);
        }

        if (Cut(path, "/azure", out rest))
        {
            return AzureRoutes.Of(rest);
        }

        if (Cut(path, "/vertex", out rest))
        {
            return VertexRoutes.Of(rest, altSse);
        }

        if (Servers.Find(path.Split('/', 3) is [_, string prefix, _] ? prefix : "") is { } server)
        {
            return CompatibleRoutes.Of(server, path[(server.Vendor.ToString().Length + 1)..]);
        }

        if (path.StartsWith("/bedrock/", StringComparison.Ordinal) || path.StartsWith("/model/", StringComparison.Ordinal))
        {
            string raw = target.Split('?')[0];
            return BedrockRoutes.Of(Cut(raw, "/bedrock", out rest) ? rest : raw);
        }

        if (path.StartsWith("/v1/messages", StringComparison.Ordinal))
        {
            return AnthropicRoutes.Of(path);
        }

        // /v1/models exists at two vendors, told apart by the header that only one of them requires; so does what neither has.
        Route openAI = OpenAIRoutes.Of(Vendor.Openai, path);
        return speaksAnthropic && openAI.Operation is null or Providers.Operation.Models ? AnthropicRoutes.Of(path) : openAI;
    }

    /// <summary>The list of models at <paramref name="root"/> and each of them below it; anything else is no path of the vendor.</summary>
    public static Route Models(Vendor vendor, Protocol protocol, string path, string root)
    {
        if (path == root || path == root + "/")
        {
            return new(vendor, protocol, Providers.Operation.Models);
        }

        return path.StartsWith(root + "/", StringComparison.Ordinal)
            ? new(vendor, protocol, Providers.Operation.Models) { Model = path[(root.Length + 1)..] }
            : new(vendor, protocol, Operation: null);
    }

    public static bool Cut(string path, string prefix, out string rest)
    {
        bool starts = path.StartsWith(prefix + "/", StringComparison.Ordinal);
        rest = starts ? path[prefix.Length..] : path;
        return starts;
    }
}
