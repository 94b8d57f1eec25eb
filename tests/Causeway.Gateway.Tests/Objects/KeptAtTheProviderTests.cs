using System.Text;
using System.Text.Json;
using Causeway.Gateway.Objects;
using Causeway.Gateway.Tests.Batches;
using Causeway.Gateway.Tests.House;
using Causeway.Gateway.Tests.Shape;

namespace Causeway.Gateway.Tests.Objects;

/// <summary>S-23, at providers that keep what they are told to keep.</summary>
public sealed class KeptAtTheProviderTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stored_response_is_gone_on_with_by_its_team_alone(bool stream)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        (Granted one, Granted other) = (house.Team("search"), house.Team("billing"));
        Answer first = await one.AskAsync(stream ? Saying.ResponsesStream : Saying.Responses);
        string id = stream ? JsonElement.Parse(first.Events[0]).GetProperty("response").GetProperty("id").GetString()! : first.Json.GetProperty("id").GetString()!;
        string next = $$"""{"model":"gpt-5.4-mini","input":"And of rivers","previous_response_id":"{{id}}"}""";

        Answer others = await other.AskAsync(HttpMethod.Post, Saying.ResponsesPath, next);
        Answer read = await other.AskAsync(HttpMethod.Get, $"/passthrough/openai/v1/responses/{id}");
        Answer own = await one.AskAsync(HttpMethod.Post, Saying.ResponsesPath, next);

        Assert.Equal((404, Owners.NotFoundCode), (others.Status, others.Error));
        Assert.Equal((404, Owners.NotFoundCode), (read.Status, read.Error));
        Assert.True(own.Status == 200, own.Text);
        Assert.Equal(200, (await one.AskAsync(HttpMethod.Get, $"/passthrough/openai/v1/responses/{id}")).Status);
        Assert.Equal(2, (await house.Simulator.RequestsAsync()).Count(arrived => arrived.Target.EndsWith("/responses", StringComparison.Ordinal)));
    }

    // What a release's prompt was put into is stored as what passes is, and says so to its caller.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stored_response_of_a_release_with_a_prompt_is_its_teams_too(bool stream)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Policies.Publish(now => now.WithChannels(Channels.New("support", ["openai/gpt-5.4-mini"], prompt: "Answer briefly.")));
        (Granted one, Granted other) = (house.Team("search"), house.Team("billing"));
        string body = $$"""{"model":"support","input":"Tell me about bridges","stream":{{(stream ? "true" : "false")}}}""";
        Answer first = await one.AskAsync(HttpMethod.Post, Saying.ResponsesPath, body);
        JsonElement response = stream ? JsonElement.Parse(first.Events[^1]).GetProperty("response") : first.Json;
        string next = $$"""{"model":"support","input":"And of rivers","previous_response_id":"{{response.GetProperty("id").GetString()}}"}""";

        Answer others = await other.AskAsync(HttpMethod.Post, Saying.ResponsesPath, next);
        Answer own = await one.AskAsync(HttpMethod.Post, Saying.ResponsesPath, next);

        Assert.True(response.GetProperty("store").GetBoolean());
        Assert.Equal((404, Owners.NotFoundCode), (others.Status, others.Error));
        Assert.True(own.Status == 200, own.Text);
        Assert.Equal(response.GetProperty("id").GetString(), own.Json.GetProperty("previous_response_id").GetString());
    }

    [Fact]
    public async Task A_response_that_was_asked_for_again_is_its_teams_as_the_one_before()
    {
        HouseOptions options = new();
        await using GatewayHouse house = await GatewayHouse.OpenAsync(options);
        await house.Simulator.ScriptEachAsync(["""{"text":"{\"city\":7}"}"""]);

        Answer answer = await house.Team("search").AskAsync(ContractHouse.Ask("responses", "gpt-5.4-mini", ContractHouse.City));

        await house.UntilWrittenAsync();
        Assert.Equal((200, "repaired"), (answer.Status, answer.Header("x-causeway-contract")));
        Assert.Contains(answer.Json.GetProperty("id").GetString(), options.Objects.All.Select(one => one.Id));
        Assert.Equal(2, options.Objects.All.Count(one => one.Id.StartsWith("resp_", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_response_that_is_not_stored_is_not_written_down()
    {
        HouseOptions options = new();
        await using GatewayHouse house = await GatewayHouse.OpenAsync(options);

        Answer answer = await house.Team("search").AskAsync(HttpMethod.Post, Saying.ResponsesPath, """{"model":"gpt-5.4-mini","input":"Tell me about bridges","store":false}""");
        await house.Team("search").AskAsync(Saying.Chat);

        await house.UntilWrittenAsync();
        Assert.Equal(200, answer.Status);
        Assert.Empty(options.Objects.All);
    }

    [Fact]
    public async Task A_file_and_the_batch_of_it_are_their_teams_and_so_is_what_the_batch_left()
    {
        HouseOptions options = new();
        await using BatchHouse batches = await BatchHouse.OpenAsync(options);
        (GatewayHouse house, Granted other) = (batches.House, batches.House.Team("billing"));
        string file = await UploadAsync(batches.Granted, string.Join('\n', UploadedBatch.Lines(UploadedBatch.One)));
        Answer foreign = await other.AskAsync(UploadedBatch.Of(file));
        string batch = (await batches.Granted.AskAsync(UploadedBatch.Of(file))).Json.GetProperty("id").GetString()!;

        Assert.Equal((404, Owners.NotFoundCode), (foreign.Status, foreign.Error));
        await batches.TurnAsync(TimeSpan.FromMinutes(2));
        await house.UntilWrittenAsync();
        Answer list = await batches.Granted.AskAsync(HttpMethod.Get, "/v1/files");
        string[] files = [.. list.Json.GetProperty("data").EnumerateArray().Select(entry => entry.GetProperty("id").GetString()!)];

        Assert.True(files.Length > 1, list.Text);
        Assert.Equal(files.Append(batch).Order(), options.Objects.All.Select(one => one.Id).Order());
        foreach (string target in files.Select(id => $"/v1/files/{id}/content").Append($"/v1/batches/{batch}").Append($"/passthrough/openai/v1/batches/{batch}/cancel"))
        {
            Assert.Equal((target, 404), (target, (await other.AskAsync(HttpMethod.Get, target)).Status));
        }

        Assert.Equal(0, (await other.AskAsync(HttpMethod.Get, "/v1/files")).Json.GetProperty("data").GetArrayLength());
        Assert.Equal(0, (await other.AskAsync(HttpMethod.Get, "/v1/batches")).Json.GetProperty("data").GetArrayLength());
        Assert.Equal(1, (await batches.Granted.AskAsync(HttpMethod.Get, "/v1/batches")).Json.GetProperty("data").GetArrayLength());
        Assert.Equal(200, (await batches.Granted.AskAsync(HttpMethod.Get, $"/v1/files/{files[^1]}/content")).Status);
    }

    [Fact]
    public async Task What_a_line_of_a_batchs_file_names_is_looked_at_too()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        (Granted one, Granted other) = (house.Team("search"), house.Team("billing"));
        string secret = await UploadAsync(one, "what nobody else may read");
        string line = UploadedBatch.Line("a", """{"model":"gpt-5.4-mini","max_completion_tokens":50,"messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"FILE"}}]}]}""".Replace("FILE", secret, StringComparison.Ordinal));
        string file = await UploadAsync(other, line);

        Answer refused = await other.AskAsync(UploadedBatch.Of(file));
        Answer own = await one.AskAsync(UploadedBatch.Of(await UploadAsync(one, line + "\n")));

        Assert.Equal((404, Owners.NotFoundCode), (refused.Status, refused.Error));
        Assert.Contains(secret, refused.Text, StringComparison.Ordinal);
        Assert.True(own.Status == 200, own.Text);
    }

    [Fact]
    public async Task A_batch_of_messages_is_its_teams()
    {
        await using BatchHouse batches = await BatchHouse.OpenAsync();
        Granted other = batches.House.Team("billing");
        await batches.TakeAsync(BatchHouse.One);
        string one = $"{BatchHouse.Path}/{batches.Batch.Batch}";

        foreach (string target in (string[])[one, one + "/results"])
        {
            Answer refused = await other.AskAsync(HttpMethod.Get, target);
            Assert.Equal((404, Owners.NotFoundCode, "not_found_error"), (refused.Status, refused.Error, refused.Json.GetProperty("error").GetProperty("type").GetString()));
        }

        Assert.Equal(404, (await other.AskAsync(HttpMethod.Delete, one)).Status);
        Assert.Equal(0, (await other.AskAsync(HttpMethod.Get, BatchHouse.Path)).Json.GetProperty("data").GetArrayLength());
        Assert.Equal(200, (await batches.Granted.AskAsync(HttpMethod.Get, one)).Status);
        Assert.Equal(1, (await batches.Granted.AskAsync(HttpMethod.Get, BatchHouse.Path)).Json.GetProperty("data").GetArrayLength());
    }

    private static async Task<string> UploadAsync(Granted team, string content)
    {
        using MultipartFormDataContent form = new() { { new StringContent("batch"), "purpose" }, { new ByteArrayContent(Encoding.UTF8.GetBytes(content)), "file", "a.jsonl" } };
        using HttpRequestMessage message = new(HttpMethod.Post, "/v1/files") { Content = form };
        message.Headers.Authorization = new("Bearer", team.Secret);
        Answer answer = await team.House.SendAsync(message);
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json.GetProperty("id").GetString()!;
    }
}
