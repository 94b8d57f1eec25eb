using System.Text;
using Causeway.Wire.Requests;

namespace Causeway.Wire.Tests.Requests;

public sealed class RequestScannerTests
{
    [Fact]
    public void A_chat_request_is_found_with_its_places()
    {
        const string body = """ {"messages":[{"role":"user","content":"\"model\":\"x\"","model":"inner"}],"stream":true,"model":"gpt\u002d6","max_tokens":10,"max_completion_tokens":500,"n":3,"stream_options":{"include_usage":false}} """;

        RequestScan scan = Scan(Operation.ChatCompletions, body);

        Assert.Equal("gpt-6", scan.Model);
        Assert.Equal("\"gpt\\u002d6\"", At(body, scan.ModelRange));
        Assert.Equal("{\"include_usage\":false}", At(body, scan.StreamOptionsRange));
        Assert.Equal("false", At(body, scan.IncludeUsageRange));
        Assert.Equal((true, false, 500, 3, 1), (scan.Stream, scan.UsageAsked, scan.MaxOutputTokens, scan.Choices, scan.ObjectStart));
        Assert.Equal(body.Length, scan.BodyLength);
    }

    [Theory]
    [InlineData("""{"model":"a","model":"b"}""", "model")]
    [InlineData("""{"model":"a","x":{"model":[1]},"mod\u0065l":"b"}""", "model")]
    [InlineData("""{"mod\u0065l":"a","messages":[[[{"a":{}}]]],"\u006dodel":"a"}""", "model")]
    [InlineData("""{"stream":true,"model":"a","stream":false}""", "stream")]
    [InlineData("""{"stream":true,"model":"a","str\u0065am":false}""", "stream")]
    [InlineData("""{"model":"a","stream_options":{},"stream_options":{}}""", "stream_options")]
    [InlineData("""{"model":"a","stream_options":{"include_usage":true,"include_usage":false}}""", "stream_options.include_usage")]
    [InlineData("""{"model":"a","max_tokens":1,"max_tokens":1000}""", "max_tokens")]
    [InlineData("""{"model":"a","max_completion_tokens":1,"messages":[],"max_completion_tokens":2}""", "max_completion_tokens")]
    [InlineData("""{"model":"a","n":1,"n":100}""", "n")]
    public void A_member_that_decides_may_stand_there_once(string body, string param) =>
        AssertFault(Operation.ChatCompletions, body, "field_duplicated", param);

    [Theory]
    [InlineData(Operation.Messages, """{"model":"a","max_tokens":1,"max_tokens":9}""", "max_tokens")]
    [InlineData(Operation.Responses, """{"model":"a","max_output_tokens":1,"max_output_tokens":9}""", "max_output_tokens")]
    [InlineData(Operation.GenerateContent, """{"model":"models/a","model":"models/b"}""", "model")]
    [InlineData(Operation.GenerateContent, """{"generationConfig":{},"generation_config":{}}""", "generationConfig")]
    [InlineData(Operation.GenerateContent, """{"generationConfig":{"maxOutputTokens":1,"max_output_tokens":9}}""", "generationConfig.maxOutputTokens")]
    [InlineData(Operation.BatchEmbedContents, """{"requests":[{"model":"models/a","content":{},"model":"models/b"}]}""", "requests[].model")]
    [InlineData(Operation.ChatCompletions, """{"model":"a","messages":[],"messages":[]}""", "messages")]
    [InlineData(Operation.Messages, """{"model":"a","system":"a","messages":[],"system":"b"}""", "system")]
    [InlineData(Operation.Responses, """{"model":"a","input":"a","input":"b"}""", "input")]
    [InlineData(Operation.GenerateContent, """{"systemInstruction":{},"system_instruction":{}}""", "systemInstruction")]
    [InlineData(Operation.ChatCompletions, """{"model":"a","Model":"b"}""", "model")]
    [InlineData(Operation.ChatCompletions, """{"MODEL":"b","model":"a"}""", "model")]
    [InlineData(Operation.ChatCompletions, """{"model":"a","MAX_TOKENS":9}""", "max_tokens")]
    [InlineData(Operation.ChatCompletions, """{"model":"a","m\u0041x_tokens":9}""", "max_tokens")]
    [InlineData(Operation.ChatCompletions, """{"model":"a","stream_options":{"Include_Usage":false}}""", "stream_options.include_usage")]
    [InlineData(Operation.Messages, """{"model":"a","Stream":true}""", "stream")]
    [InlineData(Operation.GenerateContent, """{"generationConfig":{"MaxOutputTokens":1}}""", "generationConfig.maxOutputTokens")]
    [InlineData(Operation.GeminiCountTokens, """{"generateContentRequest":{"model":"a","mod\u0065l":"b"}}""", "generateContentRequest.model")]
    public void Every_protocol_refuses_its_own_duplicates(Operation operation, string body, string param) =>
        AssertFault(operation, body, "field_duplicated", param);

    [Theory]
    [InlineData("""{"model":"a","user":"x","USER":"z","user":"y","tools":[{"a":1,"a":2}],"metadata":{"Model":"b"}}""")]
    [InlineData("""{"model":"a","seed":18446744073709551616,"temperature":1e400,"logit_bias":{"1":-0.0}}""")]
    [InlineData("""{"model":"a","x":"\ud83d\ude00 \uD83D\uDE00 \\ud800 \\\\","y":"\u0000"}""")]
    [InlineData("""{"messages":[{"\u00e9":1}],"\u0061":1,"\u0061":2,"model":"a"}""")]
    [InlineData("""{"model":"a","metadata":{"model":"b","stream":"yes"}}""")]
    [InlineData("{\"model\":\"a\"}\r\n\t ")]
    public void What_is_not_acted_on_passes(string body) => Assert.Equal("a", Scan(Operation.ChatCompletions, body).Model);

    // S-33: readers replace it, refuse it, or fail when the text is asked for.
    [Theory]
    [InlineData("""{"model":"a","x":"\ud800 lone"}""", 18)]
    [InlineData("""{"model":"a","x":"\\\uDFFF"}""", 20)]
    [InlineData("""{"model":"a","x":"\ud83d\ud83d\ude00"}""", 18)]
    [InlineData("""{"model":"a","x":"\ud83d"}""", 18)]
    [InlineData("""{"model":"a","\udE00":1}""", 14)]
    [InlineData("""{"model":"a","x":"\ude00\ud83d"}""", 18)]
    public void Half_of_a_character_is_refused_with_its_place(string body, int position)
    {
        Assert.False(RequestScanner.TryScan(Operation.ChatCompletions, Encoding.UTF8.GetBytes(body), out _, out RequestFault fault));
        Assert.Equal(("request_malformed", (long)position), (fault.Code, fault.BytePosition));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("[]")]
    [InlineData("\"model\"")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("{\"model\":\"a\"")]
    [InlineData("{\"model\":\"a\"}{}")]
    [InlineData("{\"model\":\"a\"},")]
    [InlineData("{\"model\":\"a\"}\0")]
    [InlineData("{\"model\":\"a\",}")]
    [InlineData("{\"model\":\"a\"/*c*/}")]
    [InlineData("{\"model\":\"a\"}//c")]
    [InlineData("{'model':'a'}")]
    [InlineData("{model:\"a\"}")]
    [InlineData("{\"model\":\"a\",\"x\":01}")]
    [InlineData("{\"model\":\"a\",\"x\":NaN}")]
    [InlineData("{\"model\":\"a\",\"x\":[1,]}")]
    [InlineData("{\"model\":\"a\",\"x\":\"\n\"}")]
    [InlineData("{\"model\":\"a\",\"x\":\"\\x\"}")]
    [InlineData("\uFEFF{\"model\":\"a\"}")]
    [InlineData("{\"model\":\"a\",\"mod\\ud800el\":\"b\"}")]
    [InlineData("{\"model\":\"a\",\"stream_options\":{\"\\udc00\":1}}")]
    public void What_is_not_strict_JSON_is_refused(string body) => AssertFault(Operation.ChatCompletions, body, "request_malformed", null);

    [Fact]
    public void Other_encodings_are_refused()
    {
        AssertFault(Operation.ChatCompletions, Encoding.Unicode.GetBytes("{\"model\":\"a\"}"), "request_malformed", null);
        AssertFault(Operation.ChatCompletions, [.. "{\"model\":\"a\",\"x\":\""u8, 0xFF, .. "\"}"u8], "request_malformed", null);
        AssertFault(Operation.ChatCompletions, [.. "{\"model\":\"a\",\"x\":\""u8, 0xC0, 0xAF, .. "\"}"u8], "request_malformed", null);
    }

    [Fact]
    public void A_fault_tells_where()
    {
        Assert.False(RequestScanner.TryScan(Operation.Messages, "{\"model\":\"a\",\n\n\"x\": ?}"u8, out _, out RequestFault fault));
        Assert.Equal(20, fault.BytePosition);

        Assert.False(RequestScanner.TryScan(Operation.Messages, [.. "{\"a\":\""u8, 0xFF], out _, out fault));
        Assert.Equal(6, fault.BytePosition);

        Assert.False(RequestScanner.TryScan(Operation.Messages, "{\"model\":\"a\",\"model\":1}"u8, out _, out fault));
        Assert.Equal(13, fault.BytePosition);
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    [InlineData(100_000, false)]
    public void Sixty_four_levels_are_read_and_no_more(int inside, bool accepted)
    {
        string body = $$"""{"model":"a","x":{{new string('[', inside)}}{{new string(']', inside)}}}""";

        Assert.Equal(accepted, RequestScanner.TryScan(Operation.ChatCompletions, Encoding.UTF8.GetBytes(body), out _, out RequestFault fault));
        Assert.Equal(accepted ? null : "request_malformed", fault.Code);
    }

    [Theory]
    [InlineData("{}", "model_missing")]
    [InlineData("""{"messages":[{"model":"a"}]}""", "model_missing")]
    [InlineData("""{"model":null}""", "field_invalid")]
    [InlineData("""{"model":""}""", "field_invalid")]
    [InlineData("""{"model":7}""", "field_invalid")]
    [InlineData("""{"model":{}}""", "field_invalid")]
    [InlineData("""{"model":["a"]}""", "field_invalid")]
    [InlineData("""{"model":"a\nb"}""", "field_invalid")]
    [InlineData("""{"model":"a\u007f"}""", "field_invalid")]
    public void A_model_must_be_named_properly(string body, string code) => AssertFault(Operation.ChatCompletions, body, code, "model");

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    [InlineData(10_240, false)]
    public void A_model_name_has_a_bound(int length, bool accepted)
    {
        Assert.Equal(accepted, TryScan(Operation.Responses, $$"""{"model":"{{new string('m', length)}}"}"""));
        Assert.Equal(accepted, TryScan(Operation.Responses, $$"""{"model":"{{string.Concat(Enumerable.Repeat("\\u006d", length))}}"}"""));
    }

    [Theory]
    [InlineData("\"true\"")]
    [InlineData("1")]
    [InlineData("{}")]
    [InlineData("[]")]
    public void A_stream_flag_is_true_false_or_null(string value)
    {
        AssertFault(Operation.ChatCompletions, $$"""{"model":"a","stream":{{value}}}""", "field_invalid", "stream");
        AssertFault(Operation.Messages, $$"""{"model":"a","stream":{{value}}}""", "field_invalid", "stream");
        AssertFault(
            Operation.ChatCompletions,
            $$$"""{"model":"a","stream_options":{"include_usage":{{{value}}}}}""",
            "field_invalid",
            "stream_options.include_usage");
        Assert.False(Scan(Operation.ChatCompletions, """{"model":"a","stream":null}""").Stream);
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("2147483647", 2147483647)]
    [InlineData("2147483648", 2147483647)]
    [InlineData("9223372036854775808", 2147483647)]
    [InlineData("1e400", 2147483647)]
    [InlineData("1e9", 1_000_000_000)]
    [InlineData("100.0", 100)]
    [InlineData("null", null, true)]
    [InlineData("1.5", null)]
    [InlineData("0", null)]
    [InlineData("-1", null)]
    [InlineData("\"9\"", null)]
    [InlineData("true", null)]
    [InlineData("[9]", null)]
    [InlineData("{\"max_tokens\":9}", null)]
    public void A_cap_that_makes_no_sense_is_no_cap_and_told_apart_from_none(string value, int? cap, bool isNone = false)
    {
        RequestScan[] scans =
        [
            Scan(Operation.ChatCompletions, $$"""{"model":"a","max_tokens":{{value}}}"""),
            Scan(Operation.Responses, $$"""{"model":"a","max_output_tokens":{{value}}}"""),
            Scan(Operation.GenerateContent, $$$"""{"generation_config":{"maxOutputTokens":{{{value}}}}}"""),
        ];

        Assert.All(scans, scan => Assert.Equal((cap, cap is not null || isNone), (scan.MaxOutputTokens, scan.UnreadableCap is null)));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("129")]
    [InlineData("1000000000")]
    [InlineData("1.5")]
    [InlineData("\"2\"")]
    [InlineData("{}")]
    public void The_number_of_answers_is_bounded(string value)
    {
        AssertFault(Operation.ChatCompletions, $$"""{"model":"a","n":{{value}}}""", "field_invalid", "n");
        AssertFault(
            Operation.GenerateContent, $$$"""{"generationConfig":{"candidateCount":{{{value}}}}}""", "field_invalid", "generationConfig.candidateCount");
        Assert.Equal(1, Scan(Operation.ChatCompletions, """{"model":"a","n":null}""").Choices);
        Assert.Equal(128, Scan(Operation.ChatCompletions, """{"model":"a","n":128}""").Choices);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    public void Stream_options_are_an_object_or_null(string value) =>
        AssertFault(Operation.ChatCompletions, $$"""{"model":"a","stream_options":{{value}}}""", "field_invalid", "stream_options");

    [Fact]
    public void An_Anthropic_cap_of_zero_is_a_cap() => Assert.Equal(0, Scan(Operation.Messages, """{"model":"a","max_tokens":0}""").MaxOutputTokens);

    [Fact]
    public void Gemini_names_the_model_in_the_path_and_maybe_in_the_body()
    {
        const string batch = """{"requests":[{"model":"models/a","content":{"parts":[{"text":"model"}]}},{"model":"models\/b"},{},7]}""";

        Assert.Null(Scan(Operation.GenerateContent, "{}").Model);
        Assert.Equal("models/a", Scan(Operation.GenerateContent, """{"model":"models/a"}""").Model);
        Assert.True(Scan(Operation.StreamGenerateContent, "{}").Stream);
        Assert.Equal(["\"models/a\"", "\"models\\/b\""], Scan(Operation.BatchEmbedContents, batch).InnerModelRanges!.Select(r => At(batch, r)));
    }

    [Fact]
    public void A_scan_allocates_the_model_and_nothing_else()
    {
        byte[] body = Encoding.UTF8.GetBytes(
            """{"model":"gpt-6-luna","messages":[{"role":"user","content":"hello"}],"stream":true,"stream_options":{"include_usage":true},"max_tokens":5}""");
        RequestScanner.TryScan(Operation.ChatCompletions, body, out _, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 100; i++)
        {
            RequestScanner.TryScan(Operation.ChatCompletions, body, out _, out _);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 1, 48);
    }

    private static bool TryScan(Operation operation, string body) => RequestScanner.TryScan(operation, Encoding.UTF8.GetBytes(body), out _, out _);

    private static RequestScan Scan(Operation operation, string body)
    {
        Assert.True(RequestScanner.TryScan(operation, Encoding.UTF8.GetBytes(body), out RequestScan scan, out RequestFault fault), fault.Message);
        return scan;
    }

    private static void AssertFault(Operation operation, string body, string code, string? param) =>
        AssertFault(operation, Encoding.UTF8.GetBytes(body), code, param);

    private static void AssertFault(Operation operation, byte[] body, string code, string? param)
    {
        Assert.False(RequestScanner.TryScan(operation, body, out _, out RequestFault fault));
        Assert.Equal((code, param), (fault.Code, fault.Param));
        Assert.InRange(fault.BytePosition, 0, body.Length);
    }

    private static string At(string body, ByteRange range) => body[range.Start..range.End];
}
