namespace Causeway.Wire.Usage;

/// <summary>A tool that a provider runs itself, bills by the use, and whose uses its answers tell.</summary>
public enum ServerTool : byte
{
    /// <summary>A search of the web: Anthropic's <c>web_search</c>, OpenAI's of Responses.</summary>
    WebSearch,

    /// <summary>OpenAI's older <c>web_search_preview</c>, which has a price of its own.</summary>
    WebSearchPreview,

    /// <summary>OpenAI's search of files that it keeps.</summary>
    FileSearch,

    /// <summary>OpenAI's <c>web_search_options</c> of chat completions: every answer has searched.</summary>
    ChatSearch,

    /// <summary>Gemini's grounding by Google's search.</summary>
    GoogleSearch,
}

/// <summary>The tools' words, as the catalogue and the configuration write them.</summary>
public static class ServerTools
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ServerTool> All { get; } = Enum.GetValues<ServerTool>();

    /// <summary>The tool's word.</summary>
    public static string Word(this ServerTool tool) => tool switch
    {
        ServerTool.WebSearch => "web_search",
        ServerTool.WebSearchPreview => "web_search_preview",
        ServerTool.FileSearch => "file_search",
        ServerTool.ChatSearch => "web_search_options",
        _ => "google_search",
    };
}
