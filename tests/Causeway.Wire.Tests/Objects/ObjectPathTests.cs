using Causeway.Wire.Objects;

namespace Causeway.Wire.Tests.Objects;

public sealed class ObjectPathTests
{
    [Theory]
    [InlineData(Protocol.OpenAI, "/files", "files", ObjectPlace.List, null)]
    [InlineData(Protocol.OpenAI, "/v1/files/", "files", ObjectPlace.List, null)]
    [InlineData(Protocol.OpenAI, "/v1/files/file-1/content", "files", ObjectPlace.One, "file-1")]
    [InlineData(Protocol.OpenAI, "/v1/files/%66ile-1", "files", ObjectPlace.One, "file-1")]
    [InlineData(Protocol.OpenAI, "/v1/files%2Ffile-1", "files", ObjectPlace.One, "file-1")]
    [InlineData(Protocol.OpenAI, "/openai/v1/batches/batch_1/cancel", "batches", ObjectPlace.One, "batch_1")]
    [InlineData(Protocol.OpenAI, "/openai/files/file-1", "files", ObjectPlace.One, "file-1")]
    [InlineData(Protocol.OpenAI, "/fine_tuning/jobs/ftjob-1/events", "fine_tuning/jobs", ObjectPlace.One, "ftjob-1")]
    [InlineData(Protocol.OpenAI, "/chat/completions", "chat/completions", ObjectPlace.List, null)]
    [InlineData(Protocol.OpenAI, "/openai/deployments/gpt/chat/completions", "chat/completions", ObjectPlace.List, null)]
    [InlineData(Protocol.OpenAI, "/responses/resp_1/input_items", "responses", ObjectPlace.One, "resp_1")]
    [InlineData(Protocol.OpenAI, "/responses/input_tokens", "responses/input_tokens", ObjectPlace.List, null)]
    [InlineData(Protocol.OpenAI, "/threads/runs", "threads/runs", ObjectPlace.List, null)]
    [InlineData(Protocol.OpenAI, "/threads/thread_1/runs", "threads", ObjectPlace.One, "thread_1")]
    [InlineData(Protocol.OpenAI, "/models/gpt", null, ObjectPlace.None, null)]
    [InlineData(Protocol.Anthropic, "/v1/messages", null, ObjectPlace.None, null)]
    [InlineData(Protocol.Anthropic, "/v1/messages/batches/msgbatch_1/results", "messages/batches", ObjectPlace.One, "msgbatch_1")]
    [InlineData(Protocol.Gemini, "/v1beta/files/abc:download", "files", ObjectPlace.One, "files/abc")]
    [InlineData(Protocol.Gemini, "/upload/v1beta/files", "files", ObjectPlace.List, null)]
    [InlineData(Protocol.Gemini, "/v1/projects/p/locations/l/cachedContents/7", "cachedContents", ObjectPlace.One, "cachedContents/7")]
    [InlineData(Protocol.Gemini, "/v1beta/batches/b1:cancel", "batches", ObjectPlace.One, "batches/b1")]
    [InlineData(Protocol.Gemini, "/v1beta/models/gemini-2.5-flash:batchGenerateContent", "batches", ObjectPlace.Verb, null)]
    [InlineData(Protocol.Gemini, "/v1beta/models/gemini-2.5-flash:generateContent", null, ObjectPlace.None, null)]
    [InlineData(Protocol.Bedrock, "/model/x/converse", null, ObjectPlace.None, null)]
    public void A_path_stands_at_a_list_or_at_one_of_it(Protocol protocol, string path, string? list, ObjectPlace place, string? one)
    {
        var read = ObjectPath.Of(protocol, path);

        Assert.Equal((list, place), (read.Kind?.List, read.Place));
        Assert.Equal(one is null ? [] : [one], read.Named.Where(name => name.IsSure).Select(name => name.Id));
    }

    [Fact]
    public void Whatever_stands_behind_one_may_be_an_id_too()
    {
        Assert.Contains(new NamedObject("file-1", IsSure: false), ObjectPath.Of(Protocol.OpenAI, "/vector_stores/vs_1/files/file-1").Named);
        Assert.Contains(new NamedObject("file-1", IsSure: false), ObjectPath.Of(Protocol.OpenAI, "/elsewhere/file-1").Named);
    }

    [Fact]
    public void No_list_is_spoken_of_twice_and_none_has_a_name_that_could_be_read_as_two()
    {
        foreach (Protocol protocol in Enum.GetValues<Protocol>())
        {
            string[] lists = [.. KeptKinds.Of(protocol).Select(kind => kind.List)];
            Assert.Equal(lists.Distinct(StringComparer.Ordinal), lists);
            Assert.All(lists, list => Assert.DoesNotContain("//", list + "/", StringComparison.Ordinal));
        }
    }
}
