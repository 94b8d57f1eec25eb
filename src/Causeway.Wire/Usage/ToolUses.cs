using System.Runtime.InteropServices;

namespace Causeway.Wire.Usage;

/// <summary>How often tools that a provider runs itself were used in one call, or may be: only those that are billed by the use.</summary>
/// <param name="WebSearch">Searches of the web.</param>
/// <param name="WebSearchPreview">The same by OpenAI's older tool.</param>
/// <param name="FileSearch">Searches of kept files.</param>
/// <param name="ChatSearch">Answers of chat completions that have searched.</param>
/// <param name="GoogleSearch">Queries to Google's search.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ToolUses(int WebSearch, int WebSearchPreview, int FileSearch, int ChatSearch, int GoogleSearch)
{
    /// <summary>The most uses of a tool that are believed, and that are counted.</summary>
    public const int Most = 1_000_000;

    /// <summary>Uses of one of them.</summary>
    public int Of(ServerTool tool) => tool switch
    {
        ServerTool.WebSearch => WebSearch,
        ServerTool.WebSearchPreview => WebSearchPreview,
        ServerTool.FileSearch => FileSearch,
        ServerTool.ChatSearch => ChatSearch,
        _ => GoogleSearch,
    };

    /// <summary>The same with more uses of one of them.</summary>
    internal ToolUses Plus(ServerTool tool, int uses)
    {
        int sum = Math.Min(Of(tool) + uses, Most);
        return tool switch
        {
            ServerTool.WebSearch => this with { WebSearch = sum },
            ServerTool.WebSearchPreview => this with { WebSearchPreview = sum },
            ServerTool.FileSearch => this with { FileSearch = sum },
            ServerTool.ChatSearch => this with { ChatSearch = sum },
            _ => this with { GoogleSearch = sum },
        };
    }
}
