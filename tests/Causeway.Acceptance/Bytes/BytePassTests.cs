using System.Text;
using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Bytes;

/// <summary>What is valid but odd arrives upstream as it was sent, and what the provider says comes back as it said it.</summary>
public sealed class BytePassTests(House house) : IClassFixture<House>
{
    // Escapes that a serializer would resolve, numbers that it would respell, keys in no order, fields that nobody knows, blanks that it would drop.
    private const string Odd = """
        "\u006fdd" :  "caf\u00e9 \ud83d\ude00 \/ é 😀" ,
          "temperature":1.0e-0 , "top_p": 0.10, "seed":  12345678901234567890, "x": -0.0,
          "unknown": { "z":1,"a" : [ 1,2 , {} ,null ] }
        """;

    public static TheoryData<string, string, string> Requests => new()
    {
        { "/v1/chat/completions", "/openai/v1/chat/completions", $$"""{ {{Odd}}, "messages":[{"content":"Hi","role":"user"}], "model" : "gpt-5.4-mini" }""" },
        { "/v1/responses", "/openai/v1/responses", $$"""{"input":"Hi",{{Odd}},"model":"gpt-5.4-mini"}""" },
        { "/v1/embeddings", "/openai/v1/embeddings", $$"""{"model":"text-embedding-3-small",{{Odd}},"input":["Hi"]}""" },
        { "/v1/messages", "/anthropic/v1/messages", $$"""{"max_tokens":64,{{Odd}},"messages":[{"role":"user","content":"Hi"}],"model":"claude-sonnet-4-6"}""" },
        { "/v1/messages/count_tokens", "/anthropic/v1/messages/count_tokens", $$"""{{{Odd}},"messages":[{"role":"user","content":"Hi"}],"model":"claude-sonnet-4-6"}""" },
        { "/v1beta/models/gemini-2.5-flash:generateContent", "/gemini/v1beta/models/gemini-2.5-flash:generateContent", $$"""{{{Odd}},"contents":[{"parts":[{"text":"Hi"}],"role":"user"}]}""" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_body_that_needs_no_edit_arrives_byte_for_byte(string target, string upstream, string body)
    {
        (RawAnswer answer, ReceivedRequest received) = await PostAsync(target, body);

        Assert.Equal(200, answer.Status);
        Assert.Equal(upstream, received.Target);
        Assert.Equal(body, Encoding.UTF8.GetString(received.Body));
    }

    [Fact]
    public async Task A_model_with_its_providers_name_is_edited_in_place_and_nothing_else_is()
    {
        string body = $$"""{ {{Odd}}, "messages":[{"role":"user","content":"model: openai/gpt-5.4-mini"}], "model" : "openai/gpt-5.4-mini" , "user":"u" }""";

        (_, ReceivedRequest received) = await PostAsync("/v1/chat/completions", body);

        Assert.Equal(
            body.Replace("\"model\" : \"openai/gpt-5.4-mini\"", "\"model\" : \"gpt-5.4-mini\"", StringComparison.Ordinal),
            Encoding.UTF8.GetString(received.Body));
    }

    [Theory]
    [InlineData("", """{"include_usage":true}""")]
    [InlineData(""","stream_options": {"include_usage" : false, "other": 1.50}""", """{"include_usage" : true, "other": 1.50}""")]
    [InlineData(""","stream_options":{ "other":1.50 }""", null)]
    [InlineData(""","stream_options":null""", """{"include_usage":true}""")]
    public async Task A_stream_is_asked_for_its_usage_and_everything_else_stays(string asked, string? expected)
    {
        string body = $$"""{ {{Odd}},"stream" : true , "messages":[{"role":"user","content":"Hi"}],"model":"gpt-5.4-mini"{{asked}} }""";

        (RawAnswer answer, ReceivedRequest received) = await PostAsync("/v1/chat/completions", body);

        JsonElement sent = JsonElement.Parse(received.Body);
        string options = sent.GetProperty("stream_options").GetRawText();
        Assert.True(sent.GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
        Assert.Equal(expected ?? options, options);
        Assert.Contains(Odd, Encoding.UTF8.GetString(received.Body), StringComparison.Ordinal);
        Assert.DoesNotContain("\"choices\":[]", answer.Text, StringComparison.Ordinal); // The chunk that only the gateway asked for.
        Assert.EndsWith("data: [DONE]\n\n", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_comes_back_byte_for_byte_as_the_provider_sends_it()
    {
        byte[] body = """{"model":"claude-sonnet-4-6","max_tokens":64,"stream":true,"messages":[{"role":"user","content":"caf\u00e9 😀"}]}"""u8.ToArray();
        await house.Providers.ScriptAsync(new { rules = new[] { new { then = new { chunk_bytes = 7 } } } }); // No border is where an event ends.

        RawAnswer direct = await RawHttp.PostAsync(house.Providers.Address, "/anthropic/v1/messages", body, "x-api-key: any", "anthropic-version: 2023-06-01");
        RawAnswer relayed = await RawHttp.PostAsync(house.Gateway.Address, "/v1/messages", body, $"x-api-key: {await house.Gateway.NewKeyAsync()}", "anthropic-version: 2023-06-01");

        Assert.Equal(direct.Text, relayed.Text);
        Assert.Contains("event: message_stop", relayed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_comes_back_byte_for_byte()
    {
        const string Said = """{ "id":"x","object" : "chat.completion","created":1.0e0, "\u0063hoices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7},"new":"\u00e9 😀" }""";
        await house.Providers.ScriptAsync(new { rules = new[] { new { then = new { body = Said } } } });

        (RawAnswer answer, _) = await PostAsync("/v1/chat/completions", """{"model":"gpt-5.4-mini","messages":[{"role":"user","content":"Hi"}]}""");

        Assert.Equal(Said, answer.Text);
    }

    [Fact]
    public async Task A_providers_error_comes_back_with_its_status_its_body_and_the_headers_that_SDKs_act_on()
    {
        await house.Providers.ScriptAsync(new
        {
            rules = new[]
            {
                new
                {
                    then = new
                    {
                        status = 422,
                        body = """{"error":{"message":"No.","type":"invalid_request_error","code":"odd"}}""",
                        headers = new Dictionary<string, string>
                        {
                            ["retry-after"] = "7",
                            ["x-ratelimit-remaining-requests"] = "59",
                            ["x-request-id"] = "upstream-1",
                            ["x-should-retry"] = "false",
                            ["set-cookie"] = "session=1",
                            ["server"] = "upstream",
                            ["x-internal"] = "secret",
                        },
                    },
                },
            },
        });

        (RawAnswer answer, _) = await PostAsync("/v1/chat/completions", """{"model":"gpt-5.4-mini","messages":[{"role":"user","content":"Hi"}]}""");

        Assert.Equal(422, answer.Status);
        Assert.Equal("""{"error":{"message":"No.","type":"invalid_request_error","code":"odd"}}""", answer.Text);
        Assert.Equal(
            ["7", "59", "upstream-1", "false", "upstream_rejected"],
            ((string[])["retry-after", "x-ratelimit-remaining-requests", "x-request-id", "x-should-retry", "x-causeway-error"]).Select(answer.Header));
        Assert.All((string[])["set-cookie", "server", "x-internal"], name => Assert.Null(answer.Header(name)));
    }

    private async Task<(RawAnswer Answer, ReceivedRequest Received)> PostAsync(string target, string body)
    {
        string key = await house.Gateway.NewKeyAsync();
        RawAnswer answer = await RawHttp.PostAsync(house.Gateway.Address, target, Encoding.UTF8.GetBytes(body), $"Authorization: Bearer {key}");
        ReceivedRequest received = (await house.Providers.RequestsAsync())[^1];
        await house.Providers.ClearAsync();
        return (answer, received);
    }
}
