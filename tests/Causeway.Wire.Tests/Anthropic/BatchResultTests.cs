using System.Text;
using Causeway.Wire.Batches;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Tests.Anthropic;

public sealed class BatchResultTests
{
    private static readonly BatchFormat s_format = BatchFormat.Of(Protocol.Anthropic)!;

    private const string Lines = """
        {"custom_id":"a","result":{"type":"succeeded","message":{"id":"m","model":"claude-haiku-4-5","content":[{"type":"text","text":"{\"usage\":{\"input_tokens\":9}}\n"}],"usage":{"input_tokens":10,"cache_read_input_tokens":3,"cache_creation_input_tokens":7,"cache_creation":{"ephemeral_5m_input_tokens":5,"ephemeral_1h_input_tokens":2},"output_tokens":20,"inference_geo":"us","server_tool_use":{"web_search_requests":2}}}}}
        {"custom_id":"b","result":{"type":"errored","error":{"type":"error","error":{"type":"invalid_request_error"}}}}

        {"custom_id":"c","result":{"type":"canceled"}}
        {"custom_id":"d","result":{"type":"expired"}}
        {"custom_id":"e","result":{"type":"succeeded","message":{"model":"m","usage":{"input_tokens":-1,"output_tokens":1}}}}
        {"custom_id":"f","result":{"type":"succeeded","message":
        {"custom_id":"g","result":{"type":"paused"}}
        {"custom_id":"h","result":{"type":"expired"}}
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(int.MaxValue)]
    public void However_the_lines_are_cut_each_says_what_became_of_its_request(int size)
    {
        List<BatchResult> read = Read(Encoding.UTF8.GetBytes(Lines), size, out BatchResultReader reader);

        Assert.False(reader.IsTooLong);
        Assert.Equal(new BatchResult(BatchOutcome.Succeeded, "claude-haiku-4-5", new TokenUsage(10, 3, 5, 2, 0, 0, 20, 0), "us") { Uses = new ToolUses { WebSearch = 2 } }, read[0]);
        Assert.Equal(
            [
                BatchOutcome.Succeeded, BatchOutcome.Errored, BatchOutcome.Canceled, BatchOutcome.Expired, BatchOutcome.Unreadable, BatchOutcome.Unreadable, BatchOutcome.Unreadable,
                BatchOutcome.Expired,
            ],
            read.Select(one => one.Outcome));
    }

    [Fact]
    public void A_line_may_be_as_long_as_the_bound_and_no_longer()
    {
        byte[] line = [.. """{"result":{"type":"expired","x":" """u8[..^1], .. Enumerable.Repeat((byte)'x', s_format.MaxLineBytes - 36), .. "\"}}"u8];
        Assert.Equal(s_format.MaxLineBytes, line.Length);

        Assert.Equal(BatchOutcome.Expired, Assert.Single(Read(line, 8192, out _)).Outcome);
        Assert.Empty(Read([(byte)' ', .. line], 8192, out BatchResultReader reader));
        Assert.True(reader.IsTooLong);
    }

    [Theory]
    [InlineData("""{"id":"msgbatch_1","processing_status":"ended","request_counts":{"processing":0,"succeeded":2,"errored":1,"canceled":0,"expired":0}}""", true, 3L)]
    [InlineData("""{"id":"msgbatch_1","processing_status":"canceling","request_counts":{"processing":1}}""", false, null)]
    public void A_batch_says_whether_it_has_ended(string body, bool ended, long? requests)
    {
        Assert.True(s_format.TryRead(Encoding.UTF8.GetBytes(body), out BatchObject batch));
        Assert.Equal(("msgbatch_1", ended, requests, Operation.Messages), (batch.Id, batch.HasEnded, batch.Requests, batch.Operation));
        Assert.Equal(ended ? ["/v1/messages/batches/msgbatch_1/results"] : [], batch.Results);
    }

    [Theory]
    [InlineData("""{"id":"../x","processing_status":"ended"}""")]
    [InlineData("""{"id":"a b","processing_status":"ended"}""")]
    [InlineData("""{"id":"","processing_status":"ended"}""")]
    [InlineData("""{"id":"msgbatch_1"}""")]
    [InlineData("""{"id":"msgbatch_1","processing_status":"ended" """)]
    [InlineData("<html>")]
    public void What_is_no_batch_is_none(string body) => Assert.False(s_format.TryRead(Encoding.UTF8.GetBytes(body), out _));

    [Theory]
    [InlineData("""{"id":"a","results_url":"https://api.anthropic.com/x/results","type":"b"}""", "\"https://api.anthropic.com/x/results\"")]
    [InlineData("""{"id":"a","results_url":null}""", null)]
    [InlineData("""{"id":"a","nested":{"results_url":"x"}}""", null)]
    public void Where_the_results_are_is_found_in_its_place(string body, string? expected) =>
        Assert.Equal(
            expected, s_format.OwnAddress(Encoding.UTF8.GetBytes(body), new BatchObject("a", HasEnded: true) { Operation = Operation.Messages }) is { } edit ? body.Substring(edit.Range.Start, edit.Range.Length) : null);

    private static List<BatchResult> Read(byte[] bytes, int size, out BatchResultReader reader)
    {
        reader = new BatchResultReader(s_format, Operation.Messages);
        List<BatchResult> read = [];
        for (int at = 0; at < bytes.Length; at += Math.Min(size, bytes.Length - at))
        {
            ReadOnlySpan<byte> rest = bytes.AsSpan(at, Math.Min(size, bytes.Length - at));
            while (reader.TryRead(ref rest, out BatchResult result))
            {
                read.Add(result);
            }
        }

        if (reader.TryEnd(out BatchResult last))
        {
            read.Add(last);
        }

        return read;
    }
}
