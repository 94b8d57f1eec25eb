using System.Text;
using Causeway.Wire.Batches;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Tests.OpenAI.Batches;

public sealed class BatchResultTests
{
    private static readonly BatchFormat s_format = BatchFormat.Of(Protocol.OpenAI)!;

    private const string Lines = """
        {"id":"batch_req_1","custom_id":"a","response":{"status_code":200,"request_id":"r","body":{"id":"c","object":"chat.completion","model":"gpt-5.4-mini","choices":[{"message":{"content":"{\"usage\":{\"prompt_tokens\":9}}\n"},"finish_reason":"stop"}],"usage":{"prompt_tokens":20,"completion_tokens":7,"total_tokens":27,"prompt_tokens_details":{"cached_tokens":5},"completion_tokens_details":{"reasoning_tokens":2}}}},"error":null}
        {"id":"batch_req_2","custom_id":"b","response":{"status_code":400,"request_id":"r","body":{"error":{"message":"no","code":"x"}}},"error":null}

        {"id":"batch_req_3","custom_id":"c","response":null,"error":{"code":"batch_expired","message":"m"}}
        {"id":"batch_req_4","custom_id":"d","response":null,"error":{"code":"batch_cancelled","message":"m"}}
        {"id":"batch_req_5","custom_id":"e","error":{"code":"server_error","message":"m"},"response":null}
        {"id":"batch_req_6","custom_id":"f","response":{"status_code":200,"body":{"model":"m","usage":{"prompt_tokens":-1,"completion_tokens":1}}},"error":null}
        {"id":"batch_req_7","custom_id":"g","response":{"status_code":200,"body":{"model":"m"}},"error":null}
        {"id":"batch_req_8","custom_id":"h","response":{"status_code":200,"body":
        {"id":"batch_req_9","custom_id":"i","response":null,"error":null}
        {"id":"batch_req_a","custom_id":"j","response":{"status_code":500,"body":{"usage":{"prompt_tokens":1,"completion_tokens":1}}},"error":null}
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(int.MaxValue)]
    public void However_the_lines_are_cut_each_says_what_became_of_its_request(int size)
    {
        List<BatchResult> read = Read(Lines, Operation.ChatCompletions, size);

        Assert.Equal(new BatchResult(BatchOutcome.Succeeded, "gpt-5.4-mini", new TokenUsage(15, 5, 0, 0, 0, 0, 7, 2), null), read[0]);
        Assert.Equal(
            [
                BatchOutcome.Succeeded, BatchOutcome.Errored, BatchOutcome.Expired, BatchOutcome.Canceled, BatchOutcome.Errored, BatchOutcome.Unreadable, BatchOutcome.Unreadable,
                BatchOutcome.Unreadable, BatchOutcome.Unreadable, BatchOutcome.Errored,
            ],
            read.Select(one => one.Outcome));
    }

    [Theory]
    [InlineData(Operation.Responses, """{"model":"m","status":"completed","usage":{"input_tokens":20,"output_tokens":7,"total_tokens":27,"input_tokens_details":{"cached_tokens":5}}}""", 15, 5, 7)]
    [InlineData(Operation.Embeddings, """{"object":"list","data":[{"embedding":[0.1,-0.2]}],"model":"m","usage":{"prompt_tokens":8,"total_tokens":8}}""", 8, 0, 0)]
    public void An_answer_is_read_as_one_that_was_asked_alone(Operation operation, string body, long input, long cached, long output)
    {
        BatchResult read = Assert.Single(Read($$$"""{"custom_id":"a","response":{"status_code":200,"body":{{{body}}}},"error":null}""", operation, 5));

        Assert.Equal((BatchOutcome.Succeeded, "m", new TokenUsage(input, cached, 0, 0, 0, 0, output, 0)), (read.Outcome, read.Model, read.Usage));
    }

    [Fact]
    public void A_line_of_vectors_is_longer_than_any_of_text()
    {
        string vectors = string.Join(',', Enumerable.Repeat("0.0123456789", 1_500_000));
        string line = $$$$"""{"custom_id":"a","response":{"status_code":200,"body":{"data":[{"embedding":[{{{{vectors}}}}]}],"model":"m","usage":{"prompt_tokens":8}}},"error":null}""";
        Assert.True(line.Length > BatchFormat.Of(Protocol.Anthropic)!.MaxLineBytes);

        Assert.Equal(BatchOutcome.Succeeded, Assert.Single(Read(line, Operation.Embeddings, 65_536)).Outcome);
    }

    [Theory]
    [InlineData("validating", false, null)]
    [InlineData("in_progress", false, null)]
    [InlineData("finalizing", false, null)]
    [InlineData("cancelling", false, null)]
    [InlineData("completed", true, null)]
    [InlineData("expired", true, BatchOutcome.Expired)]
    [InlineData("cancelled", true, BatchOutcome.Canceled)]
    [InlineData("failed", true, BatchOutcome.Errored)]
    public void A_batch_says_whether_it_has_ended_and_where_its_results_are(string status, bool ended, BatchOutcome? unlisted)
    {
        string body = $$$"""{"id":"batch_1","object":"batch","endpoint":"/v1/embeddings","errors":null,"completion_window":"24h","status":"{{{status}}}","output_file_id":"file-o","error_file_id":"file-e","request_counts":{"total":4,"completed":3,"failed":1}}""";

        Assert.True(s_format.TryRead(Encoding.UTF8.GetBytes(body), out BatchObject batch));
        Assert.Equal(("batch_1", ended, 4L, 3L, unlisted), (batch.Id, batch.HasEnded, batch.Requests, batch.Answered, batch.Unlisted));
        Assert.Equal((Operation.Embeddings, TimeSpan.FromDays(1)), (batch.Operation, batch.Window));
        Assert.Equal(ended ? ["/files/file-o/content", "/files/file-e/content"] : [], batch.Results);
    }

    [Theory]
    [InlineData("7d", 7)]
    [InlineData("48h", 2)]
    [InlineData("90d", 30)]
    [InlineData("24", null)]
    [InlineData("0h", null)]
    [InlineData("99999999999h", null)]
    public void A_window_is_read_within_bounds(string window, int? days)
    {
        Assert.True(s_format.TryRead(Encoding.UTF8.GetBytes($$"""{"id":"b","status":"validating","completion_window":"{{window}}"}"""), out BatchObject batch));
        Assert.Equal(days is { } some ? TimeSpan.FromDays(some) : null, batch.Window);
    }

    [Theory]
    [InlineData("""{"id":"../x","status":"completed"}""")]
    [InlineData("""{"id":"b","status":"completed","output_file_id":"../keys"}""")]
    [InlineData("""{"id":"b"}""")]
    [InlineData("""{"id":"b","status":"completed" """)]
    [InlineData("<html>")]
    public void What_is_no_batch_is_none(string body) => Assert.False(s_format.TryRead(Encoding.UTF8.GetBytes(body), out _));

    private static List<BatchResult> Read(string text, Operation operation, int size)
    {
        BatchResultReader reader = new(s_format, operation);
        byte[] bytes = Encoding.UTF8.GetBytes(text);
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
