using System.Text;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Tests.House;
using Causeway.Wire;

namespace Causeway.Gateway.Tests.Flow;

/// <summary>Vectors of two spaces never meet in one index without somebody being told.</summary>
public sealed class EmbeddingSpaceTests
{
    private const string Small = """{"model":"docs","input":"Tell me about bridges"}""";
    private const string Short = """{"model":"docs","input":"Tell me about bridges","dimensions":256}""";

    // D2, the first half: another space is 409 and no vector.
    [Fact]
    public async Task An_answer_says_its_space_and_a_request_for_another_one_gets_no_vector()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Policies.Publish(now => now.WithChannels(Channels.New("docs", ["openai/text-embedding-3-small"])));
        Answer answer = await house.AskAsync(Saying.EmbeddingsPath, Small);
        string space = answer.Header(EmbeddingSpace.Header)!;

        Answer same = await SendAsync(house, Small, space);
        Answer other = await SendAsync(house, Short, space);
        Answer nonsense = await SendAsync(house, Small, "space_1");

        Assert.Equal((200, 200, space), (answer.Status, same.Status, same.Header(EmbeddingSpace.Header)));
        Assert.StartsWith("space_", space, StringComparison.Ordinal);
        Assert.All([other, nonsense], refused => Assert.Equal((409, "embedding_space_mismatch", "false"), (refused.Status, refused.Error, refused.Header("x-should-retry"))));
        Assert.Contains(space, other.Text, StringComparison.Ordinal);
        Assert.Equal(2, (await house.Simulator.RequestsAsync()).Count);
        Assert.Equal(Outcome.Denied, (await house.RecordOfAsync(other)).Outcome);
        Assert.NotEqual(space, (await house.AskAsync(Saying.EmbeddingsPath, Short)).Header(EmbeddingSpace.Header));
        Assert.Null((await house.AskAsync(Saying.ChatPath, """{"model":"openai/gpt-5.4-mini","messages":[{"role":"user","content":"Hello"}]}""")).Header(EmbeddingSpace.Header));
    }

    [Theory]
    [InlineData("two/text-embedding-3-small", 200)]
    [InlineData("two/text-embedding-3-large", 503)] // It would answer, with vectors of another model.
    public async Task A_fallback_stays_in_the_space_of_the_first_pin(string second, int status)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Providers = near => [near.At("one", Protocol.OpenAI, new Uri("http://127.0.0.1:1/v1")), near.OpenAI("two")] });
        house.Policies.Publish(now => now.WithChannels(Channels.New("docs", ["one/text-embedding-3-small", second])));

        Answer answer = await house.AskAsync(Saying.EmbeddingsPath, Small);

        Assert.Equal((status, status == 200 ? second : "one/text-embedding-3-small"), (answer.Status, answer.Header("x-causeway-served-by")));
    }

    [Theory]
    [InlineData(Operation.Embeddings, """{"input":["a"],"model":"m"}""", null, null)]
    [InlineData(Operation.Embeddings, """{"dimensions":256,"input":[{"dimensions":1}],"model":"m"}""", 256, null)]
    [InlineData(Operation.EmbedContent, """{"content":{"taskType":"x"},"outputDimensionality":768,"taskType":"RETRIEVAL_QUERY"}""", 768, "RETRIEVAL")]
    [InlineData(Operation.EmbedContent, """{"content":{},"task_type":"RETRIEVAL_DOCUMENT"}""", null, "RETRIEVAL")]
    [InlineData(Operation.EmbedContent, """{"content":{},"taskType":"CLUSTERING"}""", null, "CLUSTERING")]
    [InlineData(Operation.BatchEmbedContents, """{"x":{"requests":[]},"requests":[{"model":"m","outputDimensionality":9},{"outputDimensionality":9,"content":{}}]}""", 9, null)]
    [InlineData(Operation.BatchEmbedContents, """{"requests":[]}""", null, null)]
    public void What_a_request_says_of_its_vectors_is_read(Operation operation, string body, int? dimensions, string? task) =>
        Assert.Equal(new VectorShape(dimensions, task), EmbeddingSpace.Stated(operation, Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void A_batch_of_two_spaces_is_of_none() =>
        Assert.Null(EmbeddingSpace.Stated(Operation.BatchEmbedContents, """{"requests":[{"outputDimensionality":9},{"outputDimensionality":8}]}"""u8));

    [Fact]
    public void A_space_is_its_model_its_dimensions_and_its_task()
    {
        string[] spaces =
        [
            EmbeddingSpace.Of("a", default), EmbeddingSpace.Of("b", default), EmbeddingSpace.Of("a", new VectorShape(256, null)), EmbeddingSpace.Of("a", new VectorShape(null, "RETRIEVAL")),
        ];

        Assert.Equal(4, spaces.Distinct().Count());
        Assert.Equal("space_a7da489976d00474", spaces[0][..22]); // Callers keep it beside their indexes: it never changes.
    }

    private static async Task<Answer> SendAsync(GatewayHouse house, string body, string space)
    {
        HttpRequestMessage message = new Saying(Saying.EmbeddingsPath, body).ToMessage(house.Secret);
        message.Headers.TryAddWithoutValidation(EmbeddingSpace.Header, space);
        return await house.SendAsync(message);
    }
}
