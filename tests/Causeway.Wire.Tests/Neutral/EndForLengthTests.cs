using System.Buffers;
using System.Text;
using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Tests.Neutral;

/// <summary>A stream that is ended in its middle ends as one whose model came to its cap, in every caller's protocol, whatever was open.</summary>
public sealed class EndForLengthTests
{
    private static readonly Target Chat = Translating.Target(Operation.ChatCompletions, "gpt-4.1");

    // Some text, and two calls that are under way at once: the protocols in which one must end before the next begins hold the second.
    private static readonly string[] s_interleaved =
    [
        """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-4.1","choices":[{"index":0,"delta":{"role":"assistant","content":"So"},"finish_reason":null}]}""",
        """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-4.1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_a","type":"function","function":{"name":"f","arguments":"{\"a\":"}}]},"finish_reason":null}]}""",
        """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-4.1","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"call_b","type":"function","function":{"name":"f","arguments":"{\"b\":1}"}}]},"finish_reason":null}]}""",
    ];

    public static TheoryData<Operation, string, string> Callers => new()
    {
        { Operation.ChatCompletions, """{"model":"m","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]}""", "length" },
        { Operation.Responses, """{"model":"m","stream":true,"input":"x","tools":[{"type":"function","name":"f","parameters":{"type":"object"}}]}""", "max_output_tokens" },
        { Operation.Messages, """{"model":"m","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"x"}],"tools":[{"name":"f","input_schema":{"type":"object"}}]}""", "max_tokens" },
        { Operation.StreamGenerateContent, """{"contents":[{"role":"user","parts":[{"text":"x"}]}],"tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT"}}]}]}""", "MAX_TOKENS" },
    };

    [Theory]
    [MemberData(nameof(Callers))]
    public void What_is_open_is_closed_and_the_reason_is_the_length(Operation caller, string asked, string reason)
    {
        ArrayBufferWriter<byte> output = new();
        ReplyTranslation translation = Under(caller, asked, output);

        translation.EndForLength(outputTokens: 21);

        Assert.True(translation.Ended);
        Assert.False(translation.Failed);
        List<JsonElement> events = Events(output);
        Assert.DoesNotContain(events, one => one.TryGetProperty("error", out JsonElement error) && error.ValueKind == JsonValueKind.Object);
        Assert.Equal((reason, 21), caller switch
        {
            Operation.ChatCompletions => (events[^2].GetProperty("choices")[0].GetProperty("finish_reason").GetString(), events[^1].GetProperty("usage").GetProperty("completion_tokens").GetInt32()),
            Operation.Responses => (events[^1].GetProperty("response").GetProperty("incomplete_details").GetProperty("reason").GetString(), events[^1].GetProperty("response").GetProperty("usage").GetProperty("output_tokens").GetInt32()),
            Operation.Messages => (events[^2].GetProperty("delta").GetProperty("stop_reason").GetString(), events[^2].GetProperty("usage").GetProperty("output_tokens").GetInt32()),
            _ => (events[^1].GetProperty("candidates")[0].GetProperty("finishReason").GetString(), events[^1].GetProperty("usageMetadata").GetProperty("candidatesTokenCount").GetInt32()),
        });
        switch (caller)
        {
            case Operation.Messages:
                Assert.Equal(
                    ["start 0", "stop 0", "start 1", "stop 1", "start 2", "stop 2"],
                    events.Where(one => Type(one) is "content_block_start" or "content_block_stop").Select(one => $"{Type(one)![14..]} {one.GetProperty("index").GetInt32()}"));
                break;
            case Operation.Responses:
                Assert.Equal(events.Count(one => Type(one) == "response.output_item.added"), events.Count(one => Type(one) == "response.output_item.done"));
                Assert.Equal("incomplete", events.Last(one => Type(one) == "response.output_item.done").GetProperty("item").GetProperty("status").GetString());
                break;
        }
    }

    [Theory]
    [MemberData(nameof(Callers))]
    public void Nothing_comes_after_the_end_and_without_it_the_same_stream_is_cut(Operation caller, string asked, string reason)
    {
        ArrayBufferWriter<byte> output = new();
        ReplyTranslation translation = Under(caller, asked, output);
        Assert.False(translation.Close(), "It is the end that makes it whole.");
        Assert.DoesNotContain($":\"{reason}\"", Encoding.UTF8.GetString(output.WrittenSpan), StringComparison.Ordinal);

        translation.EndForLength(1);
        int written = output.WrittenCount;
        translation.EndForLength(1);
        translation.Event(default, Encoding.UTF8.GetBytes(s_interleaved[0]));
        translation.KeepAlive();

        Assert.Equal(written, output.WrittenCount);
    }

    [Fact]
    public void A_stream_that_has_not_begun_is_a_whole_one_too_and_the_providers_own_count_stands_where_it_is_larger()
    {
        ArrayBufferWriter<byte> output = new();
        ReplyTranslation silent = new(Translating.Read(Operation.Messages, Callers.ElementAt(2).Data.Item2, stream: true), Chat, Translating.RequestId, Translating.Created, false, 7, output);
        silent.EndForLength(0);
        Assert.Equal(["message_start", "message_delta", "message_stop"], Events(output).Select(Type));

        output = new();
        ReplyTranslation told = Under(Operation.Messages, Callers.ElementAt(2).Data.Item2, output);
        told.Event(default, """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-4.1","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":80,"total_tokens":85}}"""u8.ToArray());
        told.EndForLength(21);
        JsonElement usage = Events(output)[^2].GetProperty("usage");
        Assert.Equal((5, 80), (usage.GetProperty("input_tokens").GetInt32(), usage.GetProperty("output_tokens").GetInt32()));
    }

    private static ReplyTranslation Under(Operation caller, string asked, ArrayBufferWriter<byte> output)
    {
        ReplyTranslation translation = new(Translating.Read(caller, asked, stream: true), Chat, Translating.RequestId, Translating.Created, arrayStream: false, estimatedInputTokens: 7, output);
        foreach (string one in s_interleaved)
        {
            Assert.True(translation.Event(default, Encoding.UTF8.GetBytes(one)));
        }

        return translation;
    }

    private static string? Type(JsonElement one) => one.GetProperty("type").GetString();

    private static List<JsonElement> Events(ArrayBufferWriter<byte> output) =>
        [.. Encoding.UTF8.GetString(output.WrittenSpan).Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal)).Select(line => JsonElement.Parse(line["data: ".Length..]))];
}
