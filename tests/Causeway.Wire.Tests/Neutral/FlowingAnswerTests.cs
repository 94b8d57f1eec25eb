using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Tests.Neutral;

/// <summary>Streamed answers that flow through something that looks at them.</summary>
public sealed class FlowingAnswerTests
{
    private const string Ask = """{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}""";

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public void Text_reaches_the_flow_unescaped_however_it_was_cut(int chars)
    {
        const string Text = """{"a":"line\nbreak é 😀 \"quoted\""}""";
        Upper flow = new();

        string told = Stream(Text, chars, flow, tool: null);

        Assert.Equal(Text, flow.Seen);
        Assert.Equal(Text.ToUpperInvariant(), Content(told));
        Assert.Contains("\"finish_reason\":\"stop\"", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pair_of_escapes_cut_in_two_is_one_character()
    {
        Upper flow = new();

        string told = Sse(flow, null, "{\\\"a\\\":\\\"", "\\ud83d", "\\ude00\\\"}");

        Assert.Equal("{\"a\":\"😀\"}", flow.Seen);
        Assert.Equal("{\"A\":\"😀\"}", Content(told));
    }

    [Theory]
    [InlineData("stop")]
    [InlineData("length")]
    public void A_character_that_the_flow_lets_through_in_halves_is_whole(string finish)
    {
        string told = Sse(new Lagging(), finish, "{\\\"a\\\":\\\"é", "😀", "漢\\\"}");

        Assert.Equal("{\"a\":\"é😀漢\"}", Content(told) + (finish == "length" ? "}" : ""));
    }

    [Fact]
    public void A_flow_that_stops_ends_the_stream_with_an_error_and_never_as_a_success()
    {
        string told = Stream("""{"a":"bad"}""", 3, new Upper { Refuses = "bad" }, tool: null);

        Assert.Contains("contract_violated", told, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", told, StringComparison.Ordinal);
        Assert.DoesNotContain("\"finish_reason\":\"stop\"", told, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_found_wrong_at_the_end_is_an_error_too()
    {
        string told = Stream("""{"a":1}""", 3, new Upper { IsWhole = false }, tool: null);

        Assert.Contains("contract_violated", told, StringComparison.Ordinal);
        Assert.DoesNotContain("\"finish_reason\":\"stop\"", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_answer_is_not_asked_to_be_whole()
    {
        Upper flow = new() { IsWhole = false };

        string told = Sse(flow, "length", """{\"a""");

        Assert.Contains("\"finish_reason\":\"length\"", told, StringComparison.Ordinal);
        Assert.DoesNotContain("contract_violated", told, StringComparison.Ordinal);
    }

    [Fact]
    public void No_answer_at_all_is_said_to_be_none()
    {
        Assert.Contains("answer_empty", Sse(new Upper(), "stop"), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_becomes_the_call_that_the_caller_waits_for()
    {
        string told = Stream("""{"a":1}""", 2, new Upper(), tool: "give");

        Assert.Contains("\"name\":\"give\"", told, StringComparison.Ordinal);
        Assert.Contains("\"finish_reason\":\"tool_calls\"", told, StringComparison.Ordinal);
        Assert.Equal("", Content(told));
        Assert.Equal("{\"A\":1}", string.Concat(Chunks(told).Select(chunk => (string?)chunk["choices"]?[0]?["delta"]?["tool_calls"]?[0]?["function"]?["arguments"])));
    }

    private static string Stream(string text, int chars, Upper flow, string? tool)
    {
        string[] pieces = [.. text.EnumerateRunes().Chunk(chars).Select(runes => string.Concat(runes.Select(rune => rune.ToString())))];
        return Sse(flow, "stop", tool, [.. pieces.Select(piece => JsonValue.Create(piece).ToJsonString()[1..^1])]);
    }

    private static string Sse(AnswerFlow flow, string? finish, params string[] escaped) => Sse(flow, finish, null, escaped);

    private static string Sse(AnswerFlow flow, string? finish, string? tool, string[] escaped)
    {
        ArrayBufferWriter<byte> output = new();
        ReplyTranslation translation = new(
            Translating.Read(Operation.ChatCompletions, Ask, stream: true),
            Translating.Target(Operation.ChatCompletions),
            Translating.RequestId,
            Translating.Created,
            arrayStream: false,
            estimatedInputTokens: 7,
            output,
            new AnswerChannel(() => flow, ShapeCarrier.Format, tool));
        foreach (string piece in escaped)
        {
            Feed(translation, $$$"""{"id":"c","model":"g","choices":[{"index":0,"delta":{"content":"{{{piece}}}"},"finish_reason":null}]}""");
        }

        Feed(translation, $$$"""{"id":"c","model":"g","choices":[{"index":0,"delta":{},"finish_reason":"{{{finish ?? "stop"}}}"}]}""");
        Feed(translation, "[DONE]");
        Assert.True(translation.Close());
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static void Feed(ReplyTranslation translation, string data) => translation.Event(default, Encoding.UTF8.GetBytes(data));

    private static IEnumerable<JsonNode> Chunks(string sse) => Translating.Events(sse).Select(one => one.Data).Where(data => data is JsonObject);

    private static string Content(string sse) => string.Concat(Chunks(sse).Select(chunk => (string?)chunk["choices"]?[0]?["delta"]?["content"]));

    /// <summary>Spells everything in capitals, so that what flowed is told from what came.</summary>
    private sealed class Upper : AnswerFlow
    {
        private readonly List<byte> _seen = [];

        public string Refuses { get; init; } = "\0";

        public bool IsWhole { get; init; } = true;

        public string Seen => Encoding.UTF8.GetString([.. _seen]);

        public override (string Code, string Message) Problem => ("contract_violated", "no");

        public override bool Append(ReadOnlySpan<byte> utf8, IBufferWriter<byte> output)
        {
            _seen.AddRange(utf8);
            if (Seen.Contains(Refuses, StringComparison.Ordinal))
            {
                return false;
            }

            output.Write(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(utf8).ToUpperInvariant()));
            return true;
        }

        public override bool Complete(IBufferWriter<byte> output) => IsWhole;
    }

    /// <summary>Keeps the last byte of what it got until more comes.</summary>
    private sealed class Lagging : AnswerFlow
    {
        private readonly List<byte> _kept = [];

        public override (string Code, string Message) Problem => ("contract_violated", "no");

        public override bool Append(ReadOnlySpan<byte> utf8, IBufferWriter<byte> output)
        {
            _kept.AddRange(utf8);
            output.Write(_kept.ToArray().AsSpan(0, _kept.Count - 1));
            _kept.RemoveRange(0, _kept.Count - 1);
            return true;
        }

        public override bool Complete(IBufferWriter<byte> output)
        {
            output.Write(_kept.ToArray());
            return true;
        }
    }
}
