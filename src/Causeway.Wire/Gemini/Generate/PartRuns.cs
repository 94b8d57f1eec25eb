using System.Runtime.InteropServices;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Puts together what a stream has cut: runs of text, and a thought with the signature that came after it.</summary>
internal static class PartRuns
{
    /// <param name="parts">An answer's parts, changed in place.</param>
    /// <param name="isChunked">They came as several contents: then text that follows text is the same text.</param>
    public static void Join(List<Part> parts, bool isChunked)
    {
        int kept = 0;
        for (int start = 0, end; start < parts.Count; start = end)
        {
            end = End(parts, start, isChunked);
            parts[kept++] = end - start == 1 ? parts[start] : Joined(CollectionsMarshal.AsSpan(parts)[start..end]);
        }

        parts.RemoveRange(kept, parts.Count - kept);
    }

    private static int End(List<Part> parts, int start, bool isChunked)
    {
        int end = start;
        while (end < parts.Count && IsOpen(parts[end]) && parts[end].GetType() == parts[start].GetType())
        {
            end++;
        }

        bool isSealed = parts[start] is ReasoningPart && end > start && end < parts.Count && parts[end] is ReasoningPart { Seal: not null };
        return isSealed ? end + 1 : isChunked ? Math.Max(end, start + 1) : start + 1;
    }

    /// <summary>A signature ends a part: it stays with what it came on.</summary>
    private static bool IsOpen(Part part) => part is TextPart { Seal: null, Extras: null } or ReasoningPart { Seal: null, Extras: null };

    private static Part Joined(ReadOnlySpan<Part> run)
    {
        List<JsonSlice> texts = [];
        foreach (Part part in run)
        {
            texts.Add(part is TextPart text ? text.Text : ((ReasoningPart)part).Text);
        }

        JsonSlice joined = JsonSlices.Joined(texts, default);
        return run[^1] is ReasoningPart last ? new ReasoningPart(joined) { Seal = last.Seal } : new TextPart(joined);
    }
}
