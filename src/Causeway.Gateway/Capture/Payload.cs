using System.Buffers.Binary;

namespace Causeway.Gateway.Capture;

/// <summary>What a request said and what it was answered, as bytes of its protocol.</summary>
/// <param name="Prompt">The body as it was understood, after what was redacted was taken out; its beginning where it was longer than the rule keeps.</param>
/// <param name="PromptLength">Its length before it was cut.</param>
/// <param name="Answer">The answer as the caller got it, events and all of a stream; before what was redacted was put back.</param>
/// <param name="IsAnswerCut">It was longer than the rule keeps.</param>
public sealed record Payload(ReadOnlyMemory<byte> Prompt, int PromptLength, ReadOnlyMemory<byte> Answer, bool IsAnswerCut)
{
    private const int Head = 13;

    /// <summary>Both as one text, to be sealed.</summary>
    internal byte[] Write()
    {
        byte[] text = new byte[Head + Prompt.Length + Answer.Length];
        text[0] = (byte)(IsAnswerCut ? 1 : 0);
        BinaryPrimitives.WriteInt32LittleEndian(text.AsSpan(1), Prompt.Length);
        BinaryPrimitives.WriteInt32LittleEndian(text.AsSpan(5), PromptLength);
        BinaryPrimitives.WriteInt32LittleEndian(text.AsSpan(9), Answer.Length);
        Prompt.Span.CopyTo(text.AsSpan(Head));
        Answer.Span.CopyTo(text.AsSpan(Head + Prompt.Length));
        return text;
    }

    /// <returns>Null: it is none.</returns>
    internal static Payload? Read(byte[] text)
    {
        if (text.Length < Head)
        {
            return null;
        }

        int prompt = BinaryPrimitives.ReadInt32LittleEndian(text.AsSpan(1));
        int answer = BinaryPrimitives.ReadInt32LittleEndian(text.AsSpan(9));
        return prompt < 0 || answer < 0 || (long)Head + prompt + answer != text.Length ? null : new Payload(
            text.AsMemory(Head, prompt),
            BinaryPrimitives.ReadInt32LittleEndian(text.AsSpan(5)),
            text.AsMemory(Head + prompt, answer),
            text[0] == 1);
    }
}
