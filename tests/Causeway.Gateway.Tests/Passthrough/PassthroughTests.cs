using System.Net.Http.Headers;
using System.Text;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;
using Causeway.Wire;

namespace Causeway.Gateway.Tests.Passthrough;

public sealed class PassthroughTests
{
    [Theory]
    [InlineData("/passthrough/openai/v1/chat/completions")]
    [InlineData("/passthrough/openai/chat/completions")]
    public async Task What_is_understood_is_metered(string path)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Answer answer = await house.AskAsync(Saying.Chat with { Path = path });
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal((200, "openai/gpt-5.4-mini", "gpt-5.4-mini"), (answer.Status, answer.Header("x-causeway-served-by"), record.ModelSent));
        Assert.Equal((UsageSource.Provider, "passthrough", "openai", Outcome.Completed), (record.Source, record.Route, record.Provider, record.Outcome));
        Assert.Equal((await house.Simulator.BillAsync()).GetProperty("output").GetInt64(), record.Tokens.Output);
        Assert.True(record.CostNanoUsd > 0);
        Assert.EndsWith("/openai/v1/chat/completions", Assert.Single(await house.Simulator.RequestsAsync()).Target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_passes_event_by_event_and_is_metered()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Answer answer = await house.AskAsync(Saying.MessagesStream with { Path = "/passthrough/anthropic/v1/messages" });
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal((200, true, UsageSource.Provider), (answer.Status, record.Streamed, record.Source));
        Assert.Contains("event: message_stop", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_of_the_path_is_booked_too()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Answer answer = await house.AskAsync(Saying.Generate with { Path = "/passthrough/gemini/v1beta/models/gemini-2.5-flash:generateContent" });
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal((200, "gemini-2.5-flash", UsageSource.Provider), (answer.Status, record.ModelSent, record.Source));
        Assert.True(record.CostNanoUsd > 0);
    }

    [Fact]
    public async Task What_is_not_understood_is_recorded_as_unmetered()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        using HttpRequestMessage list = new(HttpMethod.Get, "/passthrough/openai/v1/models?limit=2");
        list.Headers.Add("Authorization", "Bearer " + house.Secret);

        Answer answer = await house.SendAsync(list);
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal((200, UsageSource.Unmetered, null, Outcome.Completed), (answer.Status, record.Source, record.CostNanoUsd, record.Outcome));
        Assert.EndsWith("/models?limit=2", Assert.Single(await house.Simulator.RequestsAsync()).Target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_is_no_way_around_the_key()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        using HttpRequestMessage bare = new(HttpMethod.Get, "/passthrough/anthropic/v1/models");

        Answer answer = await house.SendAsync(bare);

        Assert.Equal((401, "key_missing"), (answer.Status, answer.Header("x-causeway-error")));
        Assert.Equal("authentication_error", answer.Json.GetProperty("error").GetProperty("type").GetString());
        Assert.Empty(await house.Simulator.RequestsAsync());
    }

    [Theory]
    [InlineData("/passthrough/openai/%2e%2e/%2e%2e/sim/bill")]
    [InlineData("/passthrough/openai/v1//models")]
    [InlineData("/passthrough/openai/v1/..%5cmodels")]
    public async Task A_path_that_could_be_read_as_another_goes_nowhere(string path)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);

        await caller.SendAsync($"GET {path} HTTP/1.1\r\nhost: h\r\nauthorization: Bearer {house.Secret}\r\nconnection: close\r\n\r\n");
        (string answer, _) = await caller.ReadToEndAsync();

        Assert.True(answer.StartsWith("HTTP/1.1 40", StringComparison.Ordinal), answer);
        Assert.Empty(await house.Simulator.RequestsAsync());
    }

    [Fact]
    public async Task An_unknown_provider_is_named_with_the_nearest()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Answer answer = await house.AskAsync(Saying.Chat with { Path = "/passthrough/opnai/v1/chat/completions" });

        Assert.Equal((404, "provider_unknown"), (answer.Status, answer.Header("x-causeway-error")));
        Assert.Contains("\"openai\"", answer.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_native_path_goes_to_the_provider_that_serves_the_model_or_that_the_channel_names()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Policies.Publish(now => now.WithChannels(Channels.New("pictures", ["anthropic/claude-sonnet-4-6", "openai/gpt-image-1"])));

        Answer answer = await house.AskAsync("/v1/images/generations", """{"model":"pictures","prompt":"a bridge","n":1}""");
        UsageRecord record = await house.OnlyRecordAsync();

        Arrived arrived = Assert.Single(await house.Simulator.RequestsAsync());
        Assert.Equal((200, "openai/gpt-image-1", "images"), (answer.Status, answer.Header("x-causeway-served-by"), record.Route));
        Assert.Equal("""{"model":"gpt-image-1","prompt":"a bridge","n":1}""", arrived.Text);
        Assert.Equal(UsageSource.Provider, record.Source);
    }

    [Fact]
    public async Task A_form_keeps_its_bytes_but_for_the_model()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        byte[] sound = [0x52, 0x49, 0x46, 0x46, 0, 13, 10, 255, 254];
        using MultipartFormDataContent form = new("edge");
        using StringContent model = new("openai/whisper-1");
        using ByteArrayContent file = new(sound);
        form.Add(model, "\"model\"");
        form.Add(file, "\"file\"", "\"a.wav\"");
        using HttpRequestMessage message = new(HttpMethod.Post, "/v1/audio/transcriptions") { Content = form };
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", house.Secret);
        byte[] sent = await form.ReadAsByteArrayAsync(GatewayHouse.Token);

        Answer answer = await house.SendAsync(message);

        Arrived arrived = Assert.Single(await house.Simulator.RequestsAsync());
        Assert.Equal(200, answer.Status);
        Assert.Equal(Encoding.Latin1.GetString(sent).Replace("openai/whisper-1", "whisper-1", StringComparison.Ordinal), Encoding.Latin1.GetString(arrived.Body));
        Assert.Contains("multipart/form-data", arrived.Header("content-type"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_model_the_only_openai_shaped_provider_is_meant()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        using HttpRequestMessage list = new(HttpMethod.Get, "/v1/files");
        list.Headers.Authorization = new AuthenticationHeaderValue("Bearer", house.Secret);

        Answer answer = await house.SendAsync(list);

        Assert.Equal((200, "openai"), (answer.Status, answer.Header("x-causeway-served-by")));
    }

    [Fact]
    public async Task Behind_the_name_of_an_azure_provider_the_path_that_is_told_is_the_resources_own()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions
        {
            Providers = near =>
            [
                Azure("azure", near.Simulator, version: null),
                Azure("dated", near.Simulator, version: "2025-04-01-preview"),
            ],
        });
        using HttpRequestMessage list = new(HttpMethod.Get, "/v1/files");
        list.Headers.Authorization = new AuthenticationHeaderValue("Bearer", house.Secret);

        Answer answer = await house.SendAsync(list);

        string? message = answer.Json.GetProperty("error").GetProperty("message").GetString();
        Assert.Contains("/passthrough/azure/openai/v1/…, /passthrough/dated/openai/…?api-version=2025-04-01-preview.", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_two_of_them_the_caller_must_say_which()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Providers = near => [near.OpenAI("one"), near.OpenAI("two")] });
        using HttpRequestMessage list = new(HttpMethod.Get, "/v1/files");
        list.Headers.Authorization = new AuthenticationHeaderValue("Bearer", house.Secret);

        Answer answer = await house.SendAsync(list);

        Assert.Equal((400, "provider_ambiguous"), (answer.Status, answer.Header("x-causeway-error")));
        Assert.Contains("/passthrough/one/…", answer.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static Provider Azure(string name, Uri simulator, string? version) => new()
    {
        Name = name,
        Protocol = Protocol.OpenAI,
        Address = new PlatformAddress(Platform.AzureOpenAI, ApiVersion: version),
        Endpoint = new Uri(simulator, "/azure"),
        Key = GatewayHouse.ProviderKey,
        Catalogue = "azure",
    };
}
