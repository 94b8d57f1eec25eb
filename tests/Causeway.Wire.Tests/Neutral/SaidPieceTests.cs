using System.Text;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;

namespace Causeway.Wire.Tests.Neutral;

/// <summary>What a request says, for those who compare requests and do not read them.</summary>
public sealed class SaidPieceTests
{
    [Fact]
    public void Every_piece_but_reasoning_comes_from_the_latest_to_the_first()
    {
        RequestTranslation request = Read(Operation.Messages, """
            {"model":"m","max_tokens":9,"system":"S","messages":[
            {"role":"user","content":[{"type":"text","text":"U"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"QUJD"}}]},
            {"role":"assistant","content":[{"type":"thinking","thinking":"T","signature":"s"},{"type":"text","text":"A"},{"type":"tool_use","id":"t1","name":"find","input":{"a":1}}]},
            {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"R1"},{"type":"text","text":"R2"}]}]}]}
            """);

        Assert.Equal(
            [
                (SaidKind.ToolResult, "\"R2\"", "", "t1"),
                (SaidKind.ToolResult, "\"R1\"", "", "t1"),
                (SaidKind.ToolCall, """{"a":1}""", "\"find\"", "t1"),
                (SaidKind.Assistant, "\"A\"", "", null),
                (SaidKind.Media, "\"QUJD\"", "", null),
                (SaidKind.User, "\"U\"", "", null),
                (SaidKind.System, "\"S\"", "", null),
            ],
            request.LatestFirst.Select(piece => (piece.Kind, Text(piece.Value), Text(piece.Name), piece.CallId)));
        Assert.Equal(request.LatestFirst.Select(piece => piece.Turn).OrderDescending(), request.LatestFirst.Select(piece => piece.Turn));
    }

    [Fact]
    public void A_result_that_is_empty_or_an_object_is_one_piece()
    {
        RequestTranslation request = Read(Operation.GenerateContent, """
            {"contents":[{"role":"user","parts":[{"text":"U"}]},{"role":"model","parts":[{"functionCall":{"name":"a","args":{}}},{"functionCall":{"name":"b","args":{}}}]},
            {"role":"user","parts":[{"functionResponse":{"name":"a","response":{"rows":3}}},{"functionResponse":{"name":"b"}}]}]}
            """);

        Assert.Equal(["", """{"rows":3}"""], request.LatestFirst.TakeWhile(piece => piece.Kind == SaidKind.ToolResult).Select(piece => Text(piece.Value)));
    }

    [Fact]
    public void Seed_temperature_and_the_conversation_that_a_provider_keeps_are_circumstances()
    {
        Assert.Equal(["7", "0.5"], Read(Operation.ChatCompletions, """{"model":"m","seed":7,"temperature":0.5,"user":"u","messages":[{"role":"user","content":"U"}]}""").Circumstances.Select(Text));
        Assert.Equal(["\"resp_1\"", "", ""], Read(Operation.Responses, """{"model":"m","previous_response_id":"resp_1","store":true,"input":"U"}""").Circumstances.Select(Text));
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private static RequestTranslation Read(Operation operation, string body)
    {
        Assert.True(RequestTranslation.TryRead(operation, Encoding.UTF8.GetBytes(body), stream: false, out RequestTranslation? request, out RequestFault fault), fault.Message);
        return request;
    }
}
