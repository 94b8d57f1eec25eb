using System.Text.Json;

namespace Causeway.Wire.OpenAI.Batches;

/// <summary>Reads the file of a batch, JSON lines that come in any pieces. One line is held at a time, never the file.</summary>
/// <param name="maxLineBytes">The longest line, 1 or more.</param>
public sealed class BatchFileReader(int maxLineBytes)
{
    private const int FirstBuffer = 4096;
    private const int MaxNameLength = 64;

    private byte[] _held = [];
    private int _length;

    /// <summary>Lines so far, blank ones included: the number of the last one.</summary>
    public int Lines { get; private set; }

    /// <summary>The line after <see cref="Lines"/> is longer than one may be; nothing more is read.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Reads on until a line is complete that is not blank.</summary>
    /// <param name="rest">The bytes not read yet; shrinks from the front, and is empty when the answer is false.</param>
    /// <param name="line">What it says, until the next call.</param>
    public bool TryRead(scoped ref ReadOnlySpan<byte> rest, out BatchFileLine line)
    {
        line = default;
        while (!rest.IsEmpty && !IsTooLong)
        {
            int end = rest.IndexOf((byte)'\n');
            Hold(end < 0 ? rest : rest[..end]);
            rest = end < 0 ? default : rest[(end + 1)..];
            if (end >= 0 && !IsTooLong && TryLine(out line))
            {
                return true;
            }
        }

        rest = default;
        return false;
    }

    /// <summary>The bytes have ended: the last line may lack its end.</summary>
    /// <returns>False: there was no such line.</returns>
    public bool TryEnd(out BatchFileLine line)
    {
        line = default;
        return !IsTooLong && _length > 0 && TryLine(out line);
    }

    private void Hold(ReadOnlySpan<byte> piece)
    {
        long length = (long)_length + piece.Length;
        if (length > maxLineBytes)
        {
            IsTooLong = true;
            return;
        }

        if (_held.Length < length)
        {
            Array.Resize(ref _held, (int)Math.Min(maxLineBytes, Math.Max(FirstBuffer, length * 2)));
        }

        piece.CopyTo(_held.AsSpan(_length));
        _length = (int)length;
    }

    private bool TryLine(out BatchFileLine line)
    {
        Lines++;
        ReadOnlyMemory<byte> held = _held.AsMemory(0, _length);
        _length = 0;
        bool isBlank = !held.Span.ContainsAnyExcept(" \t\r"u8);
        line = isBlank ? default : Read(held, Lines);
        return !isBlank;
    }

    private static BatchFileLine Read(ReadOnlyMemory<byte> held, int number)
    {
        Utf8JsonReader reader = new(held.Span, new JsonReaderOptions { MaxDepth = 64 + 1 });
        BatchFileLine line = new() { Number = number };
        try
        {
            return Members(ref reader, held, line);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return line with { Fault = "it is not one JSON object of at most 64 levels in its \"body\"" };
        }
    }

    private static BatchFileLine Members(ref Utf8JsonReader reader, ReadOnlyMemory<byte> held, BatchFileLine line)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return line with { Fault = "it is not a JSON object" };
        }

        (bool hasBody, string? method) = (false, null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string? name = reader.ValueTextEquals("custom_id"u8) ? "custom_id" : reader.ValueTextEquals("method"u8) ? "method" : reader.ValueTextEquals("url"u8) ? "url" : reader.ValueTextEquals("body"u8) ? "body" : null;
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            JsonTokenType kind = reader.TokenType;
            string? text = name is not (null or "body") && kind == JsonTokenType.String ? reader.GetString() : null;
            reader.Skip();
            if ((name == "body" && hasBody) || (name == "url" && line.Url is not null) || (name == "method" && method is not null))
            {
                return line with { Fault = $"it has \"{name}\" twice" };
            }

            switch (name)
            {
                case "custom_id":
                    line = line with { Name = text is { Length: <= MaxNameLength } && !text.Any(char.IsControl) ? text : null };
                    break;
                case "method":
                    method = text ?? "";
                    break;
                case "url":
                    line = line with { Url = text ?? "" };
                    break;
                case "body":
                    (hasBody, line) = (true, kind == JsonTokenType.StartObject ? line with { Request = held[start..(int)reader.BytesConsumed] } : line);
                    break;
            }
        }

        reader.Read(); // Only white space may follow: reading on throws at anything else.
        return method != "POST" ? line with { Fault = "its \"method\" is not \"POST\"" }
            : line.Url is null ? line with { Fault = "it has no \"url\"" }
            : line.Request.IsEmpty ? line with { Fault = "it has no request in \"body\", which is an object" }
            : line;
    }
}

/// <summary>One line of the file: a request of the batch.</summary>
public readonly record struct BatchFileLine
{
    /// <summary>Which line of the file, from 1.</summary>
    public int Number { get; init; }

    /// <summary>The caller's <c>custom_id</c>; null: it has none, or one that cannot be told again.</summary>
    public string? Name { get; init; }

    /// <summary>Where the request goes, as the caller writes it.</summary>
    public string? Url { get; init; }

    /// <summary>The request, as it would be asked alone.</summary>
    public ReadOnlyMemory<byte> Request { get; init; }

    /// <summary>What is wrong with the line, to be said after its number; null: nothing.</summary>
    public string? Fault { get; init; }
}
