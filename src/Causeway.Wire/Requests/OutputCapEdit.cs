using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Causeway.Wire.Requests;

/// <summary>Plans the splice that keeps a request's output within a cap, whatever the caller wrote.</summary>
public static class OutputCapEdit
{
    /// <summary>Lowers the caller's cap where it is higher, and states one where the caller stated none.</summary>
    /// <param name="scan">The scan of this body.</param>
    /// <param name="body">The body.</param>
    /// <param name="cap">Tokens, 1 or more.</param>
    /// <param name="chatField">The name of the field in a chat completion at this server.</param>
    /// <param name="edits">Takes the edits.</param>
    public static void Plan(in RequestScan scan, ReadOnlySpan<byte> body, long cap, string chatField, ref BodyEdits edits)
    {
        if (scan.OutputCapRange.Length == 0)
        {
            Insert(scan, body, cap, chatField, ref edits);
            return;
        }

        byte[] number = Encoding.ASCII.GetBytes(cap.ToString(CultureInfo.InvariantCulture));
        foreach (ByteRange range in (ReadOnlySpan<ByteRange>)[scan.OutputCapRange, scan.SecondOutputCapRange])
        {
            if (range.Length > 0 && !(long.TryParse(body.Slice(range.Start, range.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long stated) && stated <= cap))
            {
                edits.Add(new BodyEdit(range, number));
            }
        }
    }

    /// <summary>Where a request of an operation states its cap; null: it has none, or Gemini's or Bedrock's, which stands in an object of its own.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="chatField">As of <see cref="Plan"/>.</param>
    public static string? FieldOf(Operation operation, string chatField) => operation switch
    {
        Operation.ChatCompletions => chatField,
        Operation.Responses => "max_output_tokens",
        Operation.Messages => "max_tokens",
        _ => null,
    };

    // Claude's messages have to state a cap: one without is the provider's to refuse.
    private static void Insert(in RequestScan scan, ReadOnlySpan<byte> body, long cap, string chatField, ref BodyEdits edits)
    {
        (string Before, string After)? member = scan.Operation switch
        {
            Operation.ChatCompletions or Operation.Responses => ("\"" + FieldOf(scan.Operation, chatField) + "\":", ""),
            Operation.GenerateContent or Operation.StreamGenerateContent when scan.OutputCapObject is not null => ("\"maxOutputTokens\":", ""),
            Operation.GenerateContent or Operation.StreamGenerateContent => ("\"generationConfig\":{\"maxOutputTokens\":", "}"),
            Operation.Converse or Operation.ConverseStream when scan.OutputCapObject is not null => ("\"maxTokens\":", ""),
            Operation.Converse or Operation.ConverseStream => ("\"inferenceConfig\":{\"maxTokens\":", "}"),
            _ => null,
        };
        if (member is { } named)
        {
            int at = (scan.OutputCapObject ?? scan.ObjectStart) + 1;
            bool isEmpty = body[at..].TrimStart(" \t\r\n"u8)[0] == '}';
            edits.Add(new BodyEdit(new ByteRange(at, 0), Written(named.Before, cap, named.After, isEmpty ? "" : ",")));
        }
    }

    // By hand: with each request of a grant that caps its output.
    private static ReadOnlyMemory<byte> Written(string before, long cap, string after, string comma)
    {
        const int Digits = 20;
        byte[] written = new byte[before.Length + Digits + after.Length + comma.Length];
        int length = Encoding.ASCII.GetBytes(before, written);
        _ = Utf8Formatter.TryFormat(cap, written.AsSpan(length), out int digits);
        length += digits;
        length += Encoding.ASCII.GetBytes(after, written.AsSpan(length));
        length += Encoding.ASCII.GetBytes(comma, written.AsSpan(length));
        return written.AsMemory(0, length);
    }
}
