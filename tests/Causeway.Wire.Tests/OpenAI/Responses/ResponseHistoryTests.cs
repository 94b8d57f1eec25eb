using System.Text;
using System.Text.Json.Nodes;
using Causeway.Wire.OpenAI.Responses;

namespace Causeway.Wire.Tests.OpenAI.Responses;

/// <summary>The history that a provider keeps, read in passing and put into a request in place of its id.</summary>
public sealed class ResponseHistoryTests
{
    private const string Answer =
        """
        {"id":"resp_1","object":"response","status":"completed","output":[
          {"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"c2VhbGVk"},
          {"type":"message","id":"msg_1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"caf\u00e9 1.0","annotations":[]}]},
          {"type":"function_call","id":"fc_1","call_id":"call_1","name":"look","arguments":"{\"x\": 1.50}","status":"completed"}],"usage":null}
        """;

    [Fact]
    public void A_turn_is_read_out_of_a_plain_answer_and_out_of_a_stream_alike()
    {
        string stream = $"event: response.created\ndata: {{\"type\":\"response.created\",\"response\":{{\"id\":\"resp_1\",\"status\":\"in_progress\",\"output\":[]}}}}\n\nevent: response.completed\ndata: {{\"type\":\"response.completed\",\"response\":{Answer.ReplaceLineEndings("")}}}\n\n";

        ResponseTurn plain = Read("""{"model":"m","input":"Hello \u00e9"}""", Answer)!;
        ResponseTurn streamed = Read("""{"model":"m","stream":true,"input":"Hello \u00e9"}""", stream)!;

        Assert.Equal("resp_1", plain.Id);
        Assert.Equal("\"Hello \\u00e9\"", Text(plain.Input));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Answer)!["output"], JsonNode.Parse(plain.Output.Span)));
        Assert.Equal((plain.Id, Text(plain.Input), Text(plain.Output).ReplaceLineEndings("")), (streamed.Id, Text(streamed.Input), Text(streamed.Output)));
    }

    [Theory]
    [InlineData("""{"id":"resp_1","status":"queued","output":[]}""")]
    [InlineData("""{"id":"resp_1","status":"failed","output":[]}""")]
    [InlineData("""{"id":"","status":"completed","output":[]}""")]
    [InlineData("""{"id":"resp_1","status":"completed"}""")]
    [InlineData("""{"id":"resp_1","status":"comple""")]
    [InlineData("event: response.created\ndata: {\"response\":{\"id\":\"resp_1\",\"status\":\"in_progress\",\"output\":[]}}\n\n")]
    [InlineData("event: response.completed\ndata: {\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output\":[]}}\n")]
    [InlineData("event: error\ndata: []\n\n")]
    [InlineData("")]
    public void What_did_not_come_to_its_end_is_no_turn(string answer) => Assert.Null(Read("""{"input":"Hello"}""", answer));

    [Fact]
    public void A_request_has_all_of_its_history_in_place_of_the_id()
    {
        ResponseTurn first = Read("""{"model":"m","input":"Hello \u00e9","previous_response_id":null}""", Answer)!;
        ResponseTurn second = Read(
            """{"input":[{"type":"function_call_output","call_id":"call_1","output":"7"},{"role":"user","content":"And?"}]}""",
            """{"id":"resp_2","status":"incomplete","output":[{"type":"web_search_call","id":"ws_1","status":"completed"},{"type":"message","id":"msg_2","role":"assistant","content":[{"type":"output_text","text":"Cut","annotations":[]}]}]}""")!;

        byte[]? whole = ResponseHistory.Write(Bytes("""{"model":"support","temperature":1.0,"previous_response_id":"resp_2","input":"Go on","metadata":{"previous_response_id":"mine"}}"""), [first, second], 0, out HistoryLoss lost, out string? names);

        Assert.Null(names);
        Assert.Equal(HistoryLoss.Reasoning | HistoryLoss.ProviderTools, lost);
        Assert.Equal(
            """
            {"model":"support","temperature":1.0,"metadata":{"previous_response_id":"mine"},"input":[{"type":"message","role":"user","content":"Hello \u00e9"},
            {"type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"caf\u00e9 1.0","annotations":[]}]},
            {"type":"function_call","call_id":"call_1","name":"look","arguments":"{\"x\": 1.50}","status":"completed"},
            {"type":"function_call_output","call_id":"call_1","output":"7"},{"role":"user","content":"And?"},
            {"type":"message","role":"assistant","content":[{"type":"output_text","text":"Cut","annotations":[]}]},
            {"type":"message","role":"user","content":"Go on"}]}
            """.ReplaceLineEndings(""),
            Text(whole));
    }

    // What it alone can read is bound to all before it: it stays up to the first turn that something else answered.
    [Theory]
    [InlineData(0, 0, HistoryLoss.Reasoning)]
    [InlineData(1, 1, HistoryLoss.Reasoning)]
    [InlineData(2, 2, HistoryLoss.None)]
    public void What_answers_now_keeps_its_own_reasoning(int own, int kept, HistoryLoss expected)
    {
        ResponseTurn turn = Read("""{"input":"Hello"}""", Answer)!;

        byte[]? whole = ResponseHistory.Write(Bytes("""{"input":"Go on","previous_response_id":"resp_1"}"""), [turn, turn], own, out HistoryLoss lost, out _);

        Assert.Equal((kept, expected), (Text(whole).Split("c2VhbGVk").Length - 1, lost));
    }

    [Fact]
    public void Nothing_is_lost_of_what_has_nothing_to_lose()
    {
        ResponseTurn first = Read("""{"input":[]}""", """{"id":"r","status":"completed","output":[]}""")!;

        Assert.Equal("""{"input":[]}""", Text(ResponseHistory.Write(Bytes("""{"previous_response_id":"r"}"""), [first], 0, out HistoryLoss lost, out _)));
        Assert.Equal(HistoryLoss.None, lost);
    }

    [Theory]
    [InlineData("""[{"role":"user","content":[{"type":"input_file","file_id":"file-1"}]}]""", "file-1")]
    [InlineData("""[{"type":"item_reference","id":"msg_9"}]""", "msg_9")]
    [InlineData("""[{"id":"msg_9"}]""", "msg_9")]
    [InlineData("""[{"type":"message","id":"msg_1","role":"assistant","content":"Fine"}]""", null)]
    public void What_only_its_provider_has_is_named(string input, string? named)
    {
        ResponseTurn first = Read($$"""{"input":{{input}}}""", Answer)!;

        byte[]? whole = ResponseHistory.Write(Bytes("""{"input":"Go on","previous_response_id":"resp_1"}"""), [first], 0, out _, out string? names);

        Assert.Equal((named, named is null), (names, whole is not null));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"input":[1]}""")]
    public void What_cannot_be_read_is_not_written(string request) =>
        Assert.Null(ResponseHistory.Write(Bytes(request), [Read("""{"input":"Hello"}""", Answer)!], 0, out _, out _));

    private static ResponseTurn? Read(string request, string answer) => ResponseTurn.TryRead(Bytes(request), Bytes(answer), out ResponseTurn? turn) ? turn : null;

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte>? bytes) => Encoding.UTF8.GetString(bytes!.Value.Span);
}
