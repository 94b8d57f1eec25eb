using System.Buffers;
using System.Text;
using System.Text.Json;
using Causeway.Wire.Models;

namespace Causeway.Wire.Tests.Models;

public sealed class ModelListTests
{
    private static readonly DateTimeOffset Released = new(2026, 8, 4, 10, 30, 0, TimeSpan.Zero);

    private static readonly ListedModel[] Models =
    [
        new("gpt-6-luna-2026-08-04", null, Released, new DateOnly(2027, 8, 4), "openai"),
        new("claude \"ü\"/1", "Claude", Released, new DateOnly(2027, 1, 31), "anthropic", 1_000_000, 128_000),
        new("gemini-3.8-flash", "Gemini Flash", null, null, "google", 2_000_000, 65_536),
    ];

    [Theory]
    [InlineData(Protocol.OpenAI)]
    [InlineData(Protocol.Anthropic)]
    [InlineData(Protocol.Gemini)]
    public void A_list_reads_back_as_far_as_its_shape_can_tell(Protocol protocol)
    {
        byte[] json = Written(output => ModelList.Write(output, protocol, Models));

        IReadOnlyList<ListedModel> read = ModelList.Parse(protocol, json);

        Assert.Equal(Models.Select(m => AsToldBy(protocol, m)), read);
    }

    [Theory]
    [InlineData(Protocol.OpenAI, "data")]
    [InlineData(Protocol.Anthropic, "data")]
    [InlineData(Protocol.Gemini, "models")]
    public void One_model_is_written_as_it_stands_in_the_list(Protocol protocol, string member)
    {
        JsonElement list = JsonDocument.Parse(Written(output => ModelList.Write(output, protocol, Models))).RootElement.GetProperty(member);

        for (int i = 0; i < Models.Length; i++)
        {
            Assert.Equal(list[i].GetRawText(), Encoding.UTF8.GetString(Written(output => ModelList.WriteOne(output, protocol, Models[i]))));
        }
    }

    [Fact]
    public void Anthropic_pages_name_their_ends()
    {
        JsonElement page = JsonDocument.Parse(Written(output => ModelList.Write(output, Protocol.Anthropic, Models, hasMore: true))).RootElement;
        JsonElement empty = JsonDocument.Parse(Written(output => ModelList.Write(output, Protocol.Anthropic, []))).RootElement;

        Assert.True(page.GetProperty("has_more").GetBoolean());
        Assert.Equal((Models[0].Id, Models[^1].Id), (page.GetProperty("first_id").GetString(), page.GetProperty("last_id").GetString()));
        Assert.False(empty.GetProperty("has_more").GetBoolean());
        Assert.Equal(JsonValueKind.Null, empty.GetProperty("first_id").ValueKind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"data":{}}""")]
    [InlineData("""{"data":[null,7,"x",{},{"id":7},{"id":""}]}""")]
    [InlineData("<html>")]
    public void An_unreadable_list_is_empty(string json)
    {
        Assert.Empty(ModelList.Parse(Protocol.OpenAI, Encoding.UTF8.GetBytes(json)));
        Assert.Empty(ModelList.Parse(Protocol.Anthropic, Encoding.UTF8.GetBytes(json)));
        Assert.Empty(ModelList.Parse(Protocol.Gemini, Encoding.UTF8.GetBytes(json)));
    }

    [Fact]
    public void Members_that_make_no_sense_are_left_out()
    {
        IReadOnlyList<ListedModel> read = ModelList.Parse(
            Protocol.OpenAI, """{"data":[{"id":"a","created":99999999999999999,"shutdown_date":"soon","owned_by":7},{"id":"b","created":1.5,"shutdown_date":null}]}"""u8);

        Assert.Equal([new ListedModel("a", null, null, null, "openai"), new ListedModel("b", null, null, null, "openai")], read);
    }

    [Fact]
    public void A_list_is_read_to_its_bound()
    {
        string json = $$"""{"data":[{{string.Join(',', Enumerable.Range(0, 10_001).Select(i => $$"""{"id":"{{i}}"}"""))}}]}""";

        Assert.Equal(ModelList.MaxModels, ModelList.Parse(Protocol.OpenAI, Encoding.UTF8.GetBytes(json)).Count);
    }

    private static ListedModel AsToldBy(Protocol protocol, ListedModel model) => protocol switch
    {
        Protocol.OpenAI => model with { DisplayName = null, ContextWindow = null, MaxOutputTokens = null },
        Protocol.Anthropic => model with { DisplayName = model.DisplayName ?? model.Id, Created = model.Created ?? DateTimeOffset.UnixEpoch, OwnedBy = "anthropic" },
        _ => model with { DisplayName = model.DisplayName ?? model.Id, Created = null, Retires = null, OwnedBy = "google" },
    };

    private static byte[] Written(Action<ArrayBufferWriter<byte>> write)
    {
        ArrayBufferWriter<byte> output = new();
        write(output);
        return output.WrittenSpan.ToArray();
    }
}
