using System.Text;
using Causeway.Wire.Objects;
using Causeway.Wire.Requests;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Tests.Objects;

public sealed class MadeObjectsTests
{
    [Theory]
    [InlineData(Protocol.OpenAI, "files", """{"object":"file","id":"file-1","bytes":3}""", "file-1")]
    [InlineData(Protocol.OpenAI, "batches", """{"id":"batch_1","output_file_id":null,"error_file_id":"file-2"}""", "batch_1,file-2")]
    [InlineData(Protocol.OpenAI, "uploads", """{"id":"upload_1","file":{"id":"file-1"}}""", "upload_1,file-1")]
    [InlineData(Protocol.OpenAI, "fine_tuning/jobs", """{"id":"ftjob-1","result_files":["file-1","file-2"]}""", "ftjob-1,file-1,file-2")]
    [InlineData(Protocol.OpenAI, "threads/runs", """{"id":"run_1","thread_id":"thread_1"}""", "thread_1")]
    [InlineData(Protocol.OpenAI, "responses", """{"id":"resp_1","output":[{"id":"msg_1"},{"id":"ci_1","container_id":"cntr_1"}],"usage":{}}""", "resp_1,msg_1,ci_1,cntr_1")]
    [InlineData(Protocol.Anthropic, "messages/batches", """{"id":"msgbatch_1","request_counts":{}}""", "msgbatch_1")]
    [InlineData(Protocol.Gemini, "files", """{"file":{"name":"files/abc","uri":"https://x/v1beta/files/abc"}}""", "files/abc")]
    [InlineData(Protocol.Gemini, "cachedContents", """{"name":"projects/p/locations/l/cachedContents/7"}""", "cachedContents/7")]
    [InlineData(Protocol.Gemini, "batches", """{"name":"batches/b1","metadata":{"output":{"responsesFile":"files/batch-b1"}}}""", "batches/b1,files/batch-b1")]
    [InlineData(Protocol.OpenAI, "files", """{"error":{"message":"no"}}""", "")]
    [InlineData(Protocol.OpenAI, "files", """{"id":"not an id"}""", "")]
    public void What_was_made_is_read_in_passing_in_any_pieces(Protocol protocol, string list, string body, string ids)
    {
        KeptKind kind = KeptKinds.Of(protocol).Single(kind => kind.List == list);
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        for (int size = 1; size <= bytes.Length; size++)
        {
            List<string> found = [];
            var made = MadeObjects.Of(protocol, kind, makes: true, (id, lasts) => found.Add(lasts == kind.Lasts ? id : "?"))!;
            foreach (byte[] piece in bytes.Chunk(size))
            {
                made.Body(piece);
            }

            Assert.Equal(ids.Split(',', StringSplitOptions.RemoveEmptyEntries), found);
        }
    }

    [Fact]
    public void Of_one_that_was_made_before_only_what_came_of_it_is_read()
    {
        List<string> found = [];
        KeptKind batches = KeptKinds.Of(Protocol.OpenAI).Single(kind => kind.List == "batches");
        MadeObjects.Of(Protocol.OpenAI, batches, makes: false, (id, _) => found.Add(id))!.Body("""{"id":"batch_1","output_file_id":"file-1"}"""u8);

        Assert.Equal(["file-1"], found);
        Assert.Null(MadeObjects.Of(Protocol.OpenAI, KeptKinds.Of(Protocol.OpenAI).Single(kind => kind.List == "files"), makes: false, (_, _) => { }));
    }

    [Theory]
    [InlineData(Operation.Responses, """{"model":"m"}""", true)]
    [InlineData(Operation.Responses, """{"model":"m","store":null}""", true)]
    [InlineData(Operation.Responses, """{"model":"m","store":false}""", false)]
    [InlineData(Operation.ChatCompletions, """{"model":"m","messages":[]}""", false)]
    [InlineData(Operation.ChatCompletions, """{"model":"m","messages":[],"store":true}""", true)]
    [InlineData(Operation.Messages, """{"model":"m","messages":[]}""", false)]
    [InlineData(Operation.Messages, """{"model":"m","messages":[],"tools":[{"type":"code_execution_20250825","name":"code_execution"}]}""", true)]
    [InlineData(Operation.Embeddings, """{"model":"m","input":"x"}""", false)]
    [InlineData(Operation.GenerateContent, """{"contents":[]}""", false)]
    public void Nothing_is_read_where_nothing_is_made(Operation operation, string body, bool makes)
    {
        Assert.True(RequestScanner.TryScan(operation, Encoding.UTF8.GetBytes(body), out RequestScan scan, out _));

        Assert.Equal(makes, MadeObjects.Of(scan, (_, _) => { }) is not null);
    }

    [Theory]
    [InlineData(Operation.Responses, "response.created", """{"type":"response.created","response":{"id":"resp_1"}}""", "resp_1")]
    [InlineData(Operation.Responses, "", """{"type":"response.created","response":{"id":"resp_1"}}""", "resp_1")]
    [InlineData(Operation.Responses, "response.output_item.done", """{"type":"response.output_item.done","item":{"id":"ci_1","container_id":"cntr_1"}}""", "ci_1,cntr_1")]
    [InlineData(Operation.Responses, "response.output_text.delta", """{"type":"response.output_text.delta","item_id":"msg_1","delta":"x"}""", "")]
    [InlineData(Operation.ChatCompletions, "", """{"id":"chatcmpl-1","choices":[]}""", "chatcmpl-1")]
    [InlineData(Operation.Messages, "message_delta", """{"type":"message_delta","delta":{"container":{"id":"container_1"}}}""", "container_1")]
    public void A_stream_names_it_in_an_event(Operation operation, string name, string data, string ids)
    {
        string body = operation == Operation.Messages ? """{"model":"m","stream":true,"messages":[],"container":"container_0"}""" : """{"model":"m","stream":true,"store":true,"messages":[]}""";
        Assert.True(RequestScanner.TryScan(operation, Encoding.UTF8.GetBytes(body), out RequestScan scan, out _));
        List<string> found = [];
        ResponseMeter meter = new(operation, stream: true) { Made = MadeObjects.Of(scan, (id, _) => found.Add(id)) };

        meter.Event(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(data));
        meter.Event(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(data));

        Assert.Equal(ids.Split(',', StringSplitOptions.RemoveEmptyEntries), found);
    }
}
