using Causeway.Wire.Json;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Gemini;

/// <summary>generateContent and embedContent: one response object, or a stream of such objects without a terminator.</summary>
internal sealed class GenerateReplies : ReplyReader
{
    private const int Model = 0;
    private const int Usage = 1;
    private const int FinishReason = 2;
    private const int BlockReason = 3;
    private const int Error = 4;
    private const int Query = 5;
    private const int Text = 6;
    private const int Arguments = 7;

    private static readonly string[] s_told = ["modelVersion", "usageMetadata", "candidates.*.finishReason", "promptFeedback.blockReason", "error", "candidates.*.groundingMetadata.webSearchQueries.*"];
    private static readonly string[] s_generated = ["candidates.*.content.parts.*.text", "candidates.*.content.parts.*.functionCall"];
    private static readonly JsonPaths s_chunk = new([.. s_told, .. s_generated]);

    public override JsonPaths BodyPaths { get; } = new(s_told, s_generated);

    public override void Take(ResponseMeter meter, int path, ReadOnlySpan<byte> value)
    {
        switch (path)
        {
            case Model:
                meter.TakeModel(value);
                break;
            case Usage:
                GeminiUsage.Take(meter, value);
                break;
            case FinishReason or BlockReason when JsonText.Word(value) is string reason:
                meter.StopReason = reason;
                meter.Ended = true;
                break;
            case Error:
                ReplyError.Take(meter, value);
                break;
            case Query:
                meter.CountTool(ServerTool.GoogleSearch, QueryCount(value));
                break;
            case Text or Arguments:
                // Without the quotes or braces.
                meter.OutputTextBytes += Math.Max(0, value.Length - 2);
                break;
        }
    }

    public override StreamVerdict Event(ResponseMeter meter, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        JsonTap tap = new(s_chunk);
        bool isError = false;
        int queries = 0;
        while (tap.TryRead(ref data, out int path, out ReadOnlySpan<byte> value))
        {
            isError |= path == Error && !value.SequenceEqual("null"u8);
            if (path == Query)
            {
                queries += QueryCount(value);
            }
            else
            {
                Take(meter, path, value);
            }
        }

        if (queries > meter.Uses.GoogleSearch)
        {
            meter.TakeTools(new ToolUses { GoogleSearch = queries }); // Chunks that tell of them tell of all so far.
        }

        meter.MalformedEvents += tap.IsDone ? 0 : 1;
        return isError ? StreamVerdict.Error : StreamVerdict.Pass;
    }

    // An empty query is not asked.
    private static int QueryCount(ReadOnlySpan<byte> query) => query.Length > 2 && query[0] == '"' ? 1 : 0;
}
