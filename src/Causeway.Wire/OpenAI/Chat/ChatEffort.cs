using Causeway.Wire.Neutral;
using Causeway.Wire.OpenAI.Servers;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>The effort that a chat target is told.</summary>
internal static class ChatEffort
{
    /// <summary>The efforts that the target's model takes on chat, from the least; empty: none.</summary>
    public static Effort[] Taken(ServerDeviations server, OpenAIModelRule? rule) => rule switch
    {
        null => server.Efforts,

        // A deployment under a name of its own: what it takes is not known, so nothing is changed.
        { Pattern: "*" } => server.Efforts,
        { ResponsesOnlyEffort: { } only } => [.. rule.Efforts.Where(effort => effort != only)],
        _ => rule.Efforts,
    };

    /// <summary>The effort itself, or the nearest that is taken; of two as near, the greater.</summary>
    public static Effort Nearest(Effort asked, Effort[] taken) =>
        taken.OrderBy(effort => Math.Abs((int)effort - (int)asked)).ThenByDescending(effort => effort).First();
}
