using System.Text.Json;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>The members of an event that its handling turns on, found without parsing the rest. Spans point into the event.</summary>
internal readonly ref struct ResponsesDelta
{
    public ReadOnlySpan<byte> Type { get; private init; }

    /// <summary>The member <c>delta</c>, as spelled.</summary>
    public ReadOnlySpan<byte> Text { get; private init; }

    /// <summary><c>output_index</c>; 0 where it is left out, and so are the others.</summary>
    public int Output { get; private init; }

    /// <summary><c>content_index</c></summary>
    public int Content { get; private init; }

    /// <summary><c>summary_index</c></summary>
    public int Summary { get; private init; }

    /// <summary>There are probabilities to read.</summary>
    public bool HasLogProbs { get; private init; }

    /// <exception cref="JsonException">The data is no JSON.</exception>
    public static ResponsesDelta Scan(ReadOnlySpan<byte> data)
    {
        Utf8JsonReader reader = new(data);
        ReadOnlySpan<byte> type = default, text = default;
        int output = 0, content = 0, summary = 0;
        bool hasLogProbs = false;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> name = reader.ValueSpan;
            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.String when name.SequenceEqual("type"u8):
                    type = reader.ValueSpan;
                    break;
                case JsonTokenType.String when name.SequenceEqual("delta"u8):
                    text = reader.ValueSpan;
                    break;
                case JsonTokenType.Number when name.SequenceEqual("output_index"u8):
                    output = reader.GetInt32();
                    break;
                case JsonTokenType.Number when name.SequenceEqual("content_index"u8):
                    content = reader.GetInt32();
                    break;
                case JsonTokenType.Number when name.SequenceEqual("summary_index"u8):
                    summary = reader.GetInt32();
                    break;
                case JsonTokenType.StartArray when name.SequenceEqual("logprobs"u8):
                    hasLogProbs = HasItems(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new ResponsesDelta { Type = type, Text = text, Output = output, Content = content, Summary = summary, HasLogProbs = hasLogProbs };
    }

    private static bool HasItems(ref Utf8JsonReader reader)
    {
        Utf8JsonReader next = reader;
        reader.Skip();
        return next.Read() && next.TokenType != JsonTokenType.EndArray;
    }
}
