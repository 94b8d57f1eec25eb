using System.Text;
using Causeway.Wire.OpenAI.Batches;
using Causeway.Wire.Requests;

namespace Causeway.Wire.Tests.OpenAI.Batches;

public sealed class BatchFileTests
{
    private const string Good = """{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"m","messages":[{"role":"user","content":"line\none"}]}}""";

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(int.MaxValue)]
    public void However_the_file_is_cut_each_line_is_read_with_its_number(int size)
    {
        string file = $"{Good}\r\n\n  \t\n{{\"body\":{{}},\"url\":\"/v1/x\",\"method\":\"POST\"}}\n{Good.Replace("\"a\"", "\"last\"", StringComparison.Ordinal)}";

        List<(int Number, string? Name, string? Url, string Request, string? Fault)> lines = Read(file, size, maxLineBytes: 1_000, out BatchFileReader reader);

        Assert.Equal(
            [
                (1, "a", "/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"line\none"}]}""", null),
                (4, null, "/v1/x", "{}", null),
                (5, "last", "/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"line\none"}]}""", null),
            ],
            lines);
        Assert.Equal((5, false), (reader.Lines, reader.IsTooLong));
    }

    [Theory]
    [InlineData("nothing", "it is not one JSON object")]
    [InlineData("[]", "it is not a JSON object")]
    [InlineData("""{"method":"POST","url":"/x","body":{}} {}""", "it is not one JSON object")]
    [InlineData("""{"method":"GET","url":"/x","body":{}}""", "its \"method\" is not \"POST\"")]
    [InlineData("""{"url":"/x","body":{}}""", "its \"method\" is not \"POST\"")]
    [InlineData("""{"method":"POST","body":{}}""", "it has no \"url\"")]
    [InlineData("""{"method":"POST","url":"/x"}""", "it has no request in \"body\"")]
    [InlineData("""{"method":"POST","url":"/x","body":[]}""", "it has no request in \"body\"")]
    [InlineData("""{"method":"POST","url":"/x","body":{},"bo\u0064y":{}}""", "it has \"body\" twice")]
    [InlineData("""{"method":"POST","url":"/x","url":"/y","body":{}}""", "it has \"url\" twice")]
    public void What_two_readers_could_understand_differently_is_said(string line, string fault)
    {
        (int _, string? _, string? _, string _, string? found) = Assert.Single(Read(line, 8, maxLineBytes: 1_000, out _));

        Assert.StartsWith(fault, found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_may_be_as_long_as_the_bound_and_no_longer()
    {
        Assert.Single(Read(Good + "\n", 8, maxLineBytes: Good.Length, out BatchFileReader fits));
        Assert.False(fits.IsTooLong);

        Assert.Single(Read($"{Good}\n{Good} \n{Good}\n", 8, maxLineBytes: Good.Length, out BatchFileReader long2));
        Assert.Equal((true, 1), (long2.IsTooLong, long2.Lines));
    }

    [Theory]
    [InlineData("""{"input_file_id":"file-1","endpoint":"/v1/chat/completions","completion_window":"24h","metadata":{"endpoint":"x"}}""", "file-1", Operation.ChatCompletions)]
    [InlineData("""{"endpoint":"/v1/responses","input_file_id":"file-1"}""", "file-1", Operation.Responses)]
    [InlineData("""{"endpoint":"/chat/completions","input_file_id":"file-1"}""", "file-1", Operation.ChatCompletions)] // Azure.
    [InlineData("""{"endpoint":"/v1/moderations","input_file_id":"file-1"}""", "file-1", null)]
    [InlineData("""{"endpoint":"/v1/images/generations","input_file_id":"file-1"}""", "file-1", null)]
    public void The_body_says_which_file_and_what_for(string body, string file, Operation? operation)
    {
        Assert.True(FileBatch.TryRead(Encoding.UTF8.GetBytes(body), out FileBatch batch, out _));
        Assert.Equal((file, operation, "/files/file-1", "/files/file-1/content"), (batch.File, batch.Operation, batch.Path, batch.ContentPath));
    }

    [Theory]
    [InlineData("{}", "input_file_id")]
    [InlineData("""{"input_file_id":"../x","endpoint":"/v1/responses"}""", "input_file_id")]
    [InlineData("""{"input_file_id":"file-1"}""", "endpoint")]
    [InlineData("""{"input_file_id":"file-1","input_file_\u0069d":"file-2","endpoint":"/v1/responses"}""", "input_file_id")]
    [InlineData("""{"input_file_id":"file-1","endpoint":"/v1/moderations","endpoint":"/v1/responses"}""", "endpoint")]
    [InlineData("""{"input_file_id":"file-1","endpoint":"/v1/responses"} {}""", null)]
    [InlineData("[]", null)]
    public void A_body_that_does_not_say_it_once_is_refused(string body, string? param)
    {
        Assert.False(FileBatch.TryRead(Encoding.UTF8.GetBytes(body), out _, out RequestFault fault));
        Assert.Equal(param, fault.Param);
    }

    [Fact]
    public void A_file_says_what_it_was_uploaded_for()
    {
        Assert.Equal(new UploadedFile("batch", 12), UploadedFile.Read("""{"id":"file-1","bytes":12,"purpose":"batch"}"""u8));
        Assert.Equal(new UploadedFile(null, null), UploadedFile.Read("<html>"u8));
    }

    private static List<(int, string?, string?, string, string?)> Read(string file, int size, int maxLineBytes, out BatchFileReader reader)
    {
        reader = new BatchFileReader(maxLineBytes);
        byte[] bytes = Encoding.UTF8.GetBytes(file);
        List<(int, string?, string?, string, string?)> lines = [];
        for (int at = 0; at < bytes.Length; at += Math.Min(size, bytes.Length - at))
        {
            ReadOnlySpan<byte> rest = bytes.AsSpan(at, Math.Min(size, bytes.Length - at));
            while (reader.TryRead(ref rest, out BatchFileLine line))
            {
                lines.Add(Of(line));
            }
        }

        if (reader.TryEnd(out BatchFileLine last))
        {
            lines.Add(Of(last));
        }

        return lines;
    }

    private static (int, string?, string?, string, string?) Of(in BatchFileLine line) => (line.Number, line.Name, line.Url, Encoding.UTF8.GetString(line.Request.Span), line.Fault);
}
