using System.Runtime.InteropServices;
using System.Text.Json;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.Usage;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>Reads chunks, and whole completions as if they were one chunk, so that both come to the same calls.</summary>
internal sealed class ChatEvents(ReplySink sink) : ReplyEvents
{
    private readonly ChatBlocks _blocks = new(sink);
    private readonly List<ChatChoice> _choices = [];
    private bool _started;

    public override void Read(ReadOnlySpan<byte> name, ReadOnlyMemory<byte> data)
    {
        ReadOnlySpan<byte> text = data.Span.Trim(" \r\n"u8);
        if (text.IsEmpty)
        {
            sink.KeepAlive();
        }
        else if (text.SequenceEqual("[DONE]"u8))
        {
            End();
        }
        else
        {
            using JsonBody body = new(data);
            ReadChunk(body.Root, "delta"u8);
        }
    }

    /// <summary>Reads a whole completion.</summary>
    public void ReadWhole(JsonElement completion)
    {
        ReadChunk(completion, "message"u8);
        if (!Ended)
        {
            End();
        }
    }

    // Some servers close the connection where OpenAI says [DONE].
    public override bool Close()
    {
        if (!Ended && _choices.Count > 0 && _choices.TrueForAll(choice => choice.IsStopped))
        {
            End();
        }

        return Ended;
    }

    private void ReadChunk(JsonElement chunk, ReadOnlySpan<byte> said)
    {
        if (chunk.TryGetProperty("error"u8, out JsonElement error) && error.ValueKind != JsonValueKind.Null)
        {
            Fail(JsonMarshal.GetRawUtf8Value(chunk));
            return;
        }

        bool hasChoices = chunk.TryGetProperty("choices"u8, out JsonElement choices) && choices.ValueKind == JsonValueKind.Array && choices.GetArrayLength() > 0;
        if (hasChoices)
        {
            // Azure's first chunk has no choice, and neither an id nor a model yet.
            Start(chunk);
            foreach (JsonElement choice in choices.EnumerateArray())
            {
                if (!Ended)
                {
                    ReadChoice(choice, said);
                }
            }
        }

        if (_started && !Ended)
        {
            ReadUsage(chunk);
        }
    }

    private void Start(JsonElement chunk)
    {
        if (!_started)
        {
            _started = true;
            _blocks.Start(new ReplyStart(Word(chunk, "id"u8), Word(chunk, "model"u8), Word(chunk, "service_tier"u8)));
        }
    }

    private void ReadChoice(JsonElement json, ReadOnlySpan<byte> said)
    {
        int index = json.TryGetProperty("index"u8, out JsonElement number) && number.TryGetInt32(out int at) ? at : 0;
        ChatChoice? choice = _choices.Find(one => one.Index == index);
        if (choice is null)
        {
            choice = new ChatChoice(index, _blocks);
            _choices.Add(choice);
        }

        if (json.TryGetProperty(said, out JsonElement delta) && delta.ValueKind == JsonValueKind.Object)
        {
            choice.Read(delta, json.TryGetProperty("logprobs"u8, out JsonElement logprobs) ? logprobs : default);
        }

        if (json.TryGetProperty("finish_reason"u8, out JsonElement reason) && reason.ValueKind == JsonValueKind.String)
        {
            Finish(choice, reason.GetString(), json);
        }
    }

    private void Finish(ChatChoice choice, string? word, JsonElement json)
    {
        if (ChatStops.IsFailure(word))
        {
            Ended = true;
            bool isFull = word != "error";
            sink.Fail(isFull
                ? new ReplyFailure(ErrorKind.Overloaded, "upstream_error_event", "The provider ran out of resources in the middle of its answer.")
                : new ReplyFailure(ErrorKind.UpstreamFailed, "upstream_error_event", "The provider failed in the middle of its answer."));
            return;
        }

        // vLLM tells the sequence that was met.
        choice.Stop(word, json.TryGetProperty("stop_reason"u8, out JsonElement met) && met.ValueKind == JsonValueKind.String ? met.GetString() : null);
    }

    private void ReadUsage(JsonElement chunk)
    {
        bool found = chunk.TryGetProperty("usage"u8, out JsonElement usage) && usage.ValueKind == JsonValueKind.Object;
        if (!found)
        {
            // Groq's last chunk.
            found = chunk.TryGetProperty("x_groq"u8, out JsonElement groq) && groq.ValueKind == JsonValueKind.Object
                && groq.TryGetProperty("usage"u8, out usage) && usage.ValueKind == JsonValueKind.Object;
        }

        if (found && OpenAIUsage.TryReadChat(JsonMarshal.GetRawUtf8Value(usage), out TokenUsage tokens))
        {
            sink.Usage(tokens);
        }
    }

    private void End()
    {
        if (Ended)
        {
            return;
        }

        if (_choices.Count == 0)
        {
            throw new JsonException("A completion without a choice.");
        }

        Ended = true;
        foreach (ChatChoice choice in _choices.Where(one => !one.IsStopped))
        {
            choice.Stop(word: null, sequence: null);
        }

        sink.End();
    }

    private void Fail(ReadOnlySpan<byte> chunk)
    {
        Ended = true;
        UpstreamError error = UpstreamError.Scan(Protocol.OpenAI, chunk);
        string words = $"{error.Type} {error.Code}";
        ErrorKind kind = words.Contains("rate_limit", StringComparison.OrdinalIgnoreCase) || error.Code == "429" ? ErrorKind.RateLimited
            : words.Contains("overloaded", StringComparison.OrdinalIgnoreCase) || error.Code is "503" or "529" ? ErrorKind.Overloaded
            : words.Contains("timeout", StringComparison.OrdinalIgnoreCase) || error.Code is "408" or "504" ? ErrorKind.Timeout
            : ErrorKind.UpstreamFailed;
        sink.Fail(new ReplyFailure(kind, "upstream_error_event", error.Message ?? "The provider reported an error in the middle of its answer."));
    }

    private static string? Word(JsonElement chunk, ReadOnlySpan<byte> name) =>
        chunk.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } word ? word : null;
}
