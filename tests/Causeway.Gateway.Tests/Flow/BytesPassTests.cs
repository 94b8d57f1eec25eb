using System.Text;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Tests.House;
using CsCheck;

namespace Causeway.Gateway.Tests.Flow;

public sealed class BytesPassTests
{
    private static readonly Gen<string> s_space = Pick("", "", " ", "\n", "\t ", "\r\n  ");
    private static readonly Gen<string> s_scalar = Pick(
        "0", "-0", "1.0", "1e5", "1E+05", "0.1000", "123456789012345678901234567890", "true", "null", "\"\"", "\"\\u0041\\/\\uD83D\\uDE00\"", "\"ünï😀\"", "\"a\\nb\"", "[]", "{}");

    private static readonly Gen<string> s_name = Pick("\"x\"", "\"Modell\"", "\"STREAMS\"", "\"\\u006ditte\"", "\"größe\"", "\"x\"", "\"\"", "\"seed\"", "\"metadata\"");

    [Fact]
    public async Task Every_byte_of_a_request_arrives_but_for_the_models_name_and_every_byte_of_the_answer_comes_back()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        await Odd("\"model\"").SampleAsync(
            async template =>
            {
                string sent = template.Replace("MODEL", "\"openai/sim-small\"", StringComparison.Ordinal);
                string expected = template.Replace("MODEL", "\"sim-small\"", StringComparison.Ordinal);

                Answer answer = await house.AskAsync(Saying.ChatPath, sent);
                Arrived arrived = (await house.Simulator.RequestsAsync())[^1];

                Assert.Equal(200, answer.Status);
                Assert.Equal(expected, arrived.Text);
                Assert.Equal(await DirectAsync(house, "/openai" + Saying.ChatPath, expected), answer.Body);
            },
            iter: 60,
            threads: 1);
    }

    [Fact]
    public async Task A_request_that_needs_no_splice_passes_as_it_is()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        foreach (Saying saying in Saying.Streams.Values.Concat(Saying.Plain.Values).Append(Saying.Embeddings).Append(Saying.CountTokens))
        {
            string body = saying.Body.Insert(saying.Body.Length - 1, " , \"Modell\" : [1e0,{\"a\":1,\"a\":2}]\n");
            Answer answer = await house.AskAsync(saying with { Body = body });

            Assert.Equal(200, answer.Status);
            Arrived arrived = (await house.Simulator.RequestsAsync())[^1];
            Assert.Equal(body, arrived.Text);
            Assert.EndsWith(saying.Path, arrived.Target, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("chat", "/openai")]
    [InlineData("responses", "/openai")]
    [InlineData("messages", "/anthropic")]
    [InlineData("gemini-events", "/gemini")]
    [InlineData("gemini-array", "/gemini")]
    public async Task A_stream_arrives_byte_for_byte_however_it_is_cut_into_pieces(string stream, string prefix)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Saying saying = Saying.Streams[stream];
        byte[] whole = await DirectAsync(house, prefix + saying.Path, saying.Body);

        foreach (int piece in (int[])[1, 2, 3, 7, 13, 64, 1000])
        {
            await house.Simulator.ScriptAsync($$"""{"chunk_bytes":{{piece}}}""");
            Answer answer = await house.AskAsync(saying);

            Assert.Equal(Encoding.UTF8.GetString(whole), answer.Text);
            Assert.True(answer.Whole);
        }
    }

    [Theory]
    [InlineData("""{"sse":{"newline":"crlf"}}""")]
    [InlineData("""{"sse":{"newline":"cr"}}""")]
    [InlineData("""{"sse":{"space":false,"bom":true}}""")]
    [InlineData("""{"insert":[{"at_event":1,"text":": a comment\n\n"},{"at_event":2,"text":"event: unknown\nid: 7\nretry: 10\ndata: {\"a\":\ndata: 1}\n\n"},{"at_event":3,"text":"\n\n\n"}]}""")]
    [InlineData("""{"malformed_at_event":2}""")]
    public async Task Lawful_but_unusual_and_even_malformed_events_pass_as_they_came(string then)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync(then);
        byte[] whole = await DirectAsync(house, "/openai" + Saying.ChatPath, Saying.ChatStream.Body);

        Answer answer = await house.AskAsync(Saying.ChatStream);

        Assert.Equal(Encoding.UTF8.GetString(whole), answer.Text);
        Assert.Equal(Outcome.Completed, (await house.OnlyRecordAsync()).Outcome);
    }

    [Theory]
    [InlineData("", true, false)]
    [InlineData("\"stream_options\":null,", true, false)]
    [InlineData("\"stream_options\":{},", true, false)]
    [InlineData("\"stream_options\":{ \"include_obfuscation\":false },", true, false)]
    [InlineData("\"stream_options\":{\"include_usage\":false},", true, false)]
    [InlineData("\"stream_options\":{\"include_usage\":null},", true, false)]
    [InlineData("\"stream_options\":{\"include_usage\":true},", true, true)]
    public async Task Usage_is_always_asked_for_and_its_chunk_is_shown_only_to_who_asked(string options, bool askedUpstream, bool shown)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Answer answer = await house.AskAsync(Saying.ChatPath, $$"""{{{options}}"model":"gpt-5.4-mini","stream":true,"messages":[{"role":"user","content":"Hi"}]}""");

        Arrived arrived = Assert.Single(await house.Simulator.RequestsAsync());
        Assert.Equal(askedUpstream, System.Text.Json.JsonElement.Parse(arrived.Body).GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
        Assert.Equal(shown, answer.Events.Any(data => data.Contains("\"choices\":[]", StringComparison.Ordinal)));
        Assert.Equal("[DONE]", answer.Events[^1]);
        byte[] direct = await DirectAsync(house, "/openai" + Saying.ChatPath, arrived.Text);
        string[] events = [.. Encoding.UTF8.GetString(direct).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(block => shown || !block.Contains("\"choices\":[]", StringComparison.Ordinal))];
        Assert.Equal(string.Join("\n\n", events) + "\n\n", answer.Text);
        Assert.Equal(UsageSource.Provider, (await house.OnlyRecordAsync()).Source);
    }

    [Fact]
    public async Task A_plain_chat_is_not_asked_for_stream_usage()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        await house.AskAsync(Saying.Chat);

        Assert.Equal(Saying.Chat.Body, Assert.Single(await house.Simulator.RequestsAsync()).Text);
    }

    [Fact]
    public async Task A_providers_rejection_comes_back_as_it_is()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"status":400,"body":"{ \"error\" : {\"message\":\"no\",\"type\":\"invalid_request_error\",\"code\":\"context_length_exceeded\"} }","headers":{"content-type":"application/json","x-ratelimit-remaining-tokens":"7"}}""");

        Answer answer = await house.AskAsync(Saying.Chat);

        Assert.Equal(400, answer.Status);
        Assert.Equal("""{ "error" : {"message":"no","type":"invalid_request_error","code":"context_length_exceeded"} }""", answer.Text);
        Assert.Equal("upstream_rejected", answer.Error);
        Assert.Equal("7", answer.Header("x-ratelimit-remaining-tokens"));
        UsageRecord record = await house.OnlyRecordAsync();
        Assert.Equal((Outcome.Failed, 400, "context_length_exceeded", 1), (record.Outcome, record.Status, record.ErrorCode, record.Attempts));
        Assert.Equal(UsageSource.None, record.Source);
    }

    // A chat request with members that nobody knows, spelled and spaced in any lawful way.
    private static Gen<string> Odd(string modelName) =>
        from extra in Gen.Select(s_space, s_name, s_space, s_scalar).Array[0, 6]
        from place in Gen.Int[0, extra.Length]
        from space in s_space
        select string.Concat(
            "{", space,
            string.Concat(extra.Take(place).Select(Member)),
            modelName, space, ":", space, "MODEL", space, ",",
            string.Concat(extra.Skip(place).Select(Member)),
            "\"messages\":[{\"role\":\"user\",\"content\":\"Hi \\u00e9\"}]", space, "}", space);

    private static Gen<string> Pick(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static string Member((string Before, string Name, string Between, string Value) member) =>
        $"{member.Before}{member.Name}{member.Between}:{member.Between}{member.Value}{member.Before},";

    private static async Task<byte[]> DirectAsync(GatewayHouse house, string path, string body)
    {
        using HttpRequestMessage message = new Saying(path, body).ToMessage(key: null);
        message.Headers.TryAddWithoutValidation("Authorization", "Bearer direct");
        message.Headers.TryAddWithoutValidation("x-api-key", "direct");
        message.Headers.TryAddWithoutValidation("x-goog-api-key", "direct");
        message.Headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
        using HttpResponseMessage response = await house.Simulator.Http.SendAsync(message, GatewayHouse.Token);
        return await response.Content.ReadAsByteArrayAsync(GatewayHouse.Token);
    }
}
