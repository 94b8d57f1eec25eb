using Causeway.Wire.Tests.Corpus;
using CsCheck;

namespace Causeway.Wire.Tests;

/// <summary>How a stream was cut into reads must not change anything (F-07, F-09).</summary>
public sealed class StreamSplitTests
{
    public static TheoryData<string, Operation, string> Streams { get; } = Cases();

    [Theory]
    [MemberData(nameof(Streams))]
    public void A_stream_cut_at_any_byte_reads_the_same(string file, Operation operation, string lineEnd)
    {
        byte[] stream = Recorded.Bytes(file, lineEnd);
        bool array = file.EndsWith(".json");
        string whole = StreamedReply.Of(operation, stream, array).Summary;

        for (int cut = 1; cut < stream.Length; cut++)
        {
            StreamedReply reply = new(operation, array);
            reply.Feed(stream.AsSpan(0, cut));
            reply.Feed(stream.AsSpan(cut));
            Assert.Equal(whole, reply.Summary);
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void A_stream_in_chunks_of_1_to_64_bytes_reads_the_same(string file, Operation operation, string lineEnd)
    {
        byte[] stream = Recorded.Bytes(file, lineEnd);
        bool array = file.EndsWith(".json");
        string whole = StreamedReply.Of(operation, stream, array).Summary;

        Gen.Int[1, 64].Array[1, 40].Sample(
            sizes =>
            {
                StreamedReply reply = new(operation, array);
                for (int at = 0, i = 0; at < stream.Length; i++)
                {
                    int size = Math.Min(sizes[i % sizes.Length], stream.Length - at);
                    reply.Feed(stream.AsSpan(at, size));
                    at += size;
                }

                return reply.Summary == whole;
            },
            iter: 200,
            threads: 1);
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void A_stream_that_stops_early_is_never_taken_for_a_whole_one(string file, Operation operation, string lineEnd)
    {
        byte[] stream = Recorded.Bytes(file, lineEnd);
        bool array = file.EndsWith(".json");
        int lastContent = stream.AsSpan().TrimEnd(" \r\n"u8).Length;

        for (int length = 0; length < lastContent; length++)
        {
            StreamedReply reply = StreamedReply.Of(operation, stream.AsSpan(0, length), array);
            Assert.True(!reply.Meter.Ended || reply.IsTruncated, $"{length} of {stream.Length} bytes passed for the whole");
        }
    }

    private static TheoryData<string, Operation, string> Cases()
    {
        TheoryData<string, Operation, string> cases = [];
        foreach (string lineEnd in (string[])["\n", "\r\n", "\r"])
        {
            cases.Add("chat-tools.sse", Operation.ChatCompletions, lineEnd);
            cases.Add("responses.sse", Operation.Responses, lineEnd);
            cases.Add("messages-thinking.sse", Operation.Messages, lineEnd);
            cases.Add("gemini.sse", Operation.StreamGenerateContent, lineEnd);
            cases.Add("responses-search.sse", Operation.Responses, lineEnd);
            cases.Add("messages-search.sse", Operation.Messages, lineEnd);
            cases.Add("gemini-search.sse", Operation.StreamGenerateContent, lineEnd);
        }

        cases.Add("gemini-array.json", Operation.StreamGenerateContent, "\n");
        return cases;
    }
}
