using System.Text;
using System.Text.Json.Nodes;
using Causeway.Wire.Requests;
using CsCheck;

namespace Causeway.Wire.Tests.Requests;

public sealed class RequestRewriteTests
{
    [Theory]
    [InlineData("""{"model":"a","stream":true}""", """{"stream_options":{"include_usage":true},"model":"b","stream":true}""")]
    [InlineData("""{"model":"a","stream":true,"stream_options":null}""", """{"model":"b","stream":true,"stream_options":{"include_usage":true}}""")]
    [InlineData("""{"stream_options":{},"model":"a","stream":true}""", """{"stream_options":{"include_usage":true},"model":"b","stream":true}""")]
    [InlineData("""{"stream_options":{ },"model":"b","stream":true}""", """{"stream_options":{"include_usage":true },"model":"b","stream":true}""")]
    [InlineData(
        """{"model":"a","stream":true,"stream_options":{"include_obfuscation":false}}""",
        """{"model":"b","stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false}}""")]
    [InlineData(
        """{"model":"a","stream_options":{"include_usage":false,"x":1},"stream":true}""",
        """{"model":"b","stream_options":{"include_usage":true,"x":1},"stream":true}""")]
    [InlineData(
        """{"model":"a","stream_options":{"include_usage":null},"stream":true}""",
        """{"model":"b","stream_options":{"include_usage":true},"stream":true}""")]
    [InlineData("""{"model":"a","stream":true,"stream_options":{"include_usage":true}}""", """{"model":"b","stream":true,"stream_options":{"include_usage":true}}""")]
    [InlineData("""{"model":"a","stream":false}""", """{"model":"b","stream":false}""")]
    [InlineData("""{ "model" : "a" , "seed" : 1.50e+2 , "x":"\u00e9" }""", """{ "model" : "b" , "seed" : 1.50e+2 , "x":"\u00e9" }""")]
    public void A_chat_request_is_spliced(string body, string expected) => Assert.Equal(expected, Rewrite(Operation.ChatCompletions, body, "b"));

    [Theory]
    [InlineData(Operation.ChatCompletions, """{"model":"b","stream":true,"stream_options":{"include_usage":true}}""")]
    [InlineData(Operation.ChatCompletions, """{"model":"\u0062"}""")]
    [InlineData(Operation.Responses, """{"model":"b","stream":true}""")]
    [InlineData(Operation.Messages, """{"model":"b","stream":true}""")]
    [InlineData(Operation.GenerateContent, """{"contents":[]}""")]
    [InlineData(Operation.BatchEmbedContents, """{"model":"models/b","requests":[{"model":"models/b"},{"model":null}]}""")]
    public void A_request_that_says_it_all_is_not_edited(Operation operation, string body)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        Assert.True(RequestScanner.TryScan(operation, bytes, out RequestScan scan, out _));

        Assert.Equal(0, RequestRewrite.Plan(operation, scan, bytes, "b").Count);
    }

    [Fact]
    public void Every_model_of_a_gemini_body_becomes_the_authorised_one()
    {
        string rewritten = Rewrite(
            Operation.BatchEmbedContents,
            """{"requests":[{"model":"models/cheap","content":{}},{"model":"dear"},{"model":"models/b"},{"model":"models\/b"}],"model":"x"}""",
            "b");

        Assert.Equal(
            """{"requests":[{"model":"models/b","content":{}},{"model":"models/b"},{"model":"models/b"},{"model":"models/b"}],"model":"models/b"}""",
            rewritten);
    }

    [Fact]
    public void A_model_name_is_escaped() =>
        Assert.Equal("""{"model":"a\"b\\c/ü"}""", Rewrite(Operation.Messages, """{"model":"x"}""", "a\"b\\c/ü"));

    [Fact]
    public void Only_the_edited_members_change() =>
        Bodies.Sample(
            body =>
            {
                JsonObject before = JsonNode.Parse(body)!.AsObject();
                JsonObject after = JsonNode.Parse(Rewrite(Operation.ChatCompletions, body, "upstream-model"))!.AsObject();

                Assert.Equal("upstream-model", (string?)after["model"]);
                if ((bool?)before["stream"] == true)
                {
                    Assert.True((bool?)after["stream_options"]!["include_usage"]);
                    before["stream_options"] ??= new JsonObject();
                    before["stream_options"]!["include_usage"] = true;
                }

                before["model"] = "upstream-model";
                return JsonNode.DeepEquals(before, after);
            },
            threads: 1);

    [Fact]
    public void Taking_the_edits_out_again_gives_the_original_bytes() =>
        Bodies.Sample(
            body =>
            {
                byte[] bytes = Encoding.UTF8.GetBytes(body);
                Assert.True(RequestScanner.TryScan(Operation.ChatCompletions, bytes, out RequestScan scan, out RequestFault fault), fault.Message);
                BodyEdits edits = RequestRewrite.Plan(Operation.ChatCompletions, scan, bytes, "upstream-model");
                SplicedBody spliced = new(bytes, edits);
                byte[] edited = new byte[spliced.Length];
                spliced.CopyTo(edited);

                BodyEdits back = default;
                int shift = 0;
                for (int i = 0; i < edits.Count; i++)
                {
                    ByteRange range = edits[i].Range;
                    back.Add(new BodyEdit(new ByteRange(range.Start + shift, edits[i].Replacement.Length), bytes.AsMemory(range.Start, range.Length)));
                    shift += edits[i].Replacement.Length - range.Length;
                }

                SplicedBody restored = new(edited, back);
                byte[] original = new byte[restored.Length];
                restored.CopyTo(original);
                return original.AsSpan().SequenceEqual(bytes);
            },
            threads: 1);

    [Fact]
    public void A_rewritten_request_needs_no_further_edit() =>
        Bodies.Sample(
            body =>
            {
                byte[] edited = Encoding.UTF8.GetBytes(Rewrite(Operation.ChatCompletions, body, "upstream-model"));

                return RequestScanner.TryScan(Operation.ChatCompletions, edited, out RequestScan scan, out _)
                    && RequestRewrite.Plan(Operation.ChatCompletions, scan, edited, "upstream-model").Count == 0;
            },
            threads: 1);

    /// <summary>Chat requests whose members come in any order, with odd spellings and white space.</summary>
    private static Gen<string> Bodies { get; } =
        from options in Gen.OneOf(
            "", "\"stream_options\":null", "\"stream_options\":{}", "\"stream_options\" : { \"include_usage\" : false , \"x\":1}",
            "\"stream_options\":{\"y\":[{}],\"include_usage\":true}", "\"stream_options\":{\"include_usage\":null}")
        from model in Gen.OneOf("\"model\":\"gpt-6\"", "\"mod\\u0065l\" : \"gpt\\u002d6\"", "\"model\":\"ü🚉\"", "\"model\":\"upstream-model\"")
        from stream in Gen.OneOf("", "\"stream\":true", "\"stream\":false", "\"stream\" : true", "\"stream\":null")
        from others in Gen.OneOf(
            "\"n\":1", "\"temperature\":1.50E+0", "\"messages\":[{\"role\":\"user\",\"content\":\"\\\"model\\\":\\\"x\\\" é \\u00e9\"}]",
            "\"metadata\":{\"model\":\"x\",\"stream\":true}", "\"seed\":12345678901234567890").ArrayUnique[0, 5]
        from space in Gen.OneOf("", " ", "\n  ", "\t")
        from members in Gen.Shuffle(others.Concat([options, model, stream]).Where(m => m.Length > 0).ToArray())
        select $"{space}{{{space}{string.Join($"{space},{space}", members)}{space}}}{space}";

    private static string Rewrite(Operation operation, string body, string model)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        Assert.True(RequestScanner.TryScan(operation, bytes, out RequestScan scan, out RequestFault fault), fault.Message);
        SplicedBody spliced = new(bytes, RequestRewrite.Plan(operation, scan, bytes, model));
        byte[] edited = new byte[spliced.Length];
        spliced.CopyTo(edited);
        return Encoding.UTF8.GetString(edited);
    }
}
