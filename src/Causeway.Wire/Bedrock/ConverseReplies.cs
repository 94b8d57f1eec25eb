using System.Text;
using Causeway.Wire.Json;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Bedrock;

/// <summary>
/// Converse, plain and as events whose name is the frame's <c>:event-type</c> or <c>:exception-type</c>. The usage comes last; a reply never
/// says which model served it, unless a prompt router chose one.
/// </summary>
internal sealed class ConverseReplies : ReplyReader
{
    private const int Usage = 0;
    private const int StopReason = 1;
    private const int Tier = 2;
    private const int Router = 3;

    private const int LongestException = 64;

    private static readonly string[] s_told = ["usage", "stopReason", "serviceTier.type", "trace.promptRouter.invokedModelId"];
    private static readonly JsonPaths s_metadata = new(s_told);

    public override JsonPaths BodyPaths { get; } = new(
        s_told,
        ["output.message.content.*.text", "output.message.content.*.toolUse", "output.message.content.*.reasoningContent"]);

    public override void Take(ResponseMeter meter, int path, ReadOnlySpan<byte> value)
    {
        switch (path)
        {
            case Usage:
                ConverseUsage.Take(meter, value);
                break;
            case StopReason:
                meter.StopReason = JsonText.Word(value) ?? meter.StopReason;
                break;
            case Tier:
                meter.ServiceTier = JsonText.Word(value) ?? meter.ServiceTier;
                break;
            case Router:
                meter.TakeModel(value);
                break;
        }
    }

    public override StreamVerdict Event(ResponseMeter meter, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        if (name.SequenceEqual("contentBlockDelta"u8))
        {
            meter.OutputTextBytes += TextBytes(data);
            return StreamVerdict.Pass;
        }

        if (name.SequenceEqual("messageStop"u8))
        {
            Read(meter, data);
            return StreamVerdict.Pass;
        }

        if (name.SequenceEqual("metadata"u8))
        {
            Read(meter, data);
            meter.Ended = true;
            return StreamVerdict.End;
        }

        if (IsException(name))
        {
            meter.ErrorCode = name.Length <= LongestException && Ascii.IsValid(name) ? Encoding.ASCII.GetString(name) : "exception";
            return StreamVerdict.Error;
        }

        return StreamVerdict.Pass;
    }

    // Modelled ones are called throttlingException and the like; others come with the code of a frame of the type "error".
    public static bool IsException(ReadOnlySpan<byte> name) =>
        name.EndsWith("Exception"u8) || name.EndsWith("Error"u8) || name.EndsWith("Failure"u8);

    private void Read(ResponseMeter meter, ReadOnlySpan<byte> data)
    {
        JsonTap tap = new(s_metadata);
        while (tap.TryRead(ref data, out int path, out ReadOnlySpan<byte> value))
        {
            Take(meter, path, value);
        }

        meter.MalformedEvents += tap.IsDone ? 0 : 1;
    }

    // Padding (the member p) and signatures are no output.
    private static int TextBytes(ReadOnlySpan<byte> data)
    {
        int bytes = JsonText.StringBytes(data, "\"text\""u8);
        return bytes > 0 ? bytes : JsonText.StringBytes(data, "\"input\""u8);
    }
}
