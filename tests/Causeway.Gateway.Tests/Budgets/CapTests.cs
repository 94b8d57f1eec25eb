using System.Globalization;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;
using Causeway.Wire;

namespace Causeway.Gateway.Tests.Budgets;

/// <summary>The cap that a budget sets upstream, to the byte, and the bound of the prompt beside it.</summary>
public sealed class CapTests
{
    private const string Ask = "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]";

    [Theory]
    [InlineData("/v1/chat/completions", "{\"model\":\"gpt-5.4-mini\"," + Ask + "}", "{\"max_completion_tokens\":4096,\"model\":\"gpt-5.4-mini\"," + Ask + "}")]
    [InlineData("/v1/chat/completions", "{\"model\":\"gpt-5.4-mini\",\"n\":2," + Ask + "}", "{\"max_completion_tokens\":4096,\"model\":\"gpt-5.4-mini\",\"n\":2," + Ask + "}")]
    [InlineData("/v1/chat/completions", "{\"model\":\"gpt-5.4-mini\",\"max_completion_tokens\":7," + Ask + "}", null)]
    [InlineData("/v1/chat/completions", "{\"model\":\"gpt-5.4-mini\",\"max_completion_tokens\":null," + Ask + "}", "{\"model\":\"gpt-5.4-mini\",\"max_completion_tokens\":4096," + Ask + "}")]
    [InlineData("/v1/responses", """{"model":"gpt-5.4-mini","input":"x"}""", """{"max_output_tokens":4096,"model":"gpt-5.4-mini","input":"x"}""")]
    [InlineData("/v1/responses", """{"model":"gpt-5.4-mini","input":"x","max_output_tokens":50}""", null)]
    [InlineData("/v1/messages", "{\"model\":\"claude-sonnet-4-6\",\"max_tokens\":50," + Ask + "}", null)]
    [InlineData("/v1beta/models/gemini-2.5-flash:generateContent", """{"contents":[{"parts":[{"text":"x"}]}]}""", """{"generationConfig":{"maxOutputTokens":4096},"contents":[{"parts":[{"text":"x"}]}]}""")]
    [InlineData("/v1beta/models/gemini-2.5-flash:generateContent", """{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"temperature":1}}""", """{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"maxOutputTokens":4096,"temperature":1}}""")]
    [InlineData("/v1beta/models/gemini-2.5-flash:generateContent", """{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{ }}""", """{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"maxOutputTokens":4096 }}""")]
    [InlineData("/v1beta/models/gemini-2.5-flash:generateContent", """{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"maxOutputTokens":60}}""", null)]
    [InlineData("/v1/embeddings", """{"model":"text-embedding-3-small","input":"x"}""", null)]
    [InlineData("/passthrough/openai/v1/chat/completions", "{\"model\":\"gpt-5.4-mini\"," + Ask + "}", "{\"max_completion_tokens\":4096,\"model\":\"gpt-5.4-mini\"," + Ask + "}")]
    [InlineData("/passthrough/openai/v1/responses", """{"model":"gpt-5.4-mini","input":"x"}""", """{"max_output_tokens":4096,"model":"gpt-5.4-mini","input":"x"}""")]
    [InlineData("/passthrough/gemini/v1beta/models/gemini-2.5-flash:generateContent", """{"contents":[{"parts":[{"text":"x"}]}]}""", """{"generationConfig":{"maxOutputTokens":4096},"contents":[{"parts":[{"text":"x"}]}]}""")]
    public async Task Where_the_caller_states_no_cap_a_default_is_set(string path, string body, string? upstream)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        foreach (string limit in (string[])["usd 100", "tokens 1M", "tokens_out 1M", "tokens_in 1M"])
        {
            Answer answer = await house.Grant(limit).AskAsync(new Saying(path, body));

            Assert.True(answer.Status == 200, answer.Text);
            Assert.Equal(upstream ?? body, (await house.Simulator.LastAsync()).Text);
        }

        foreach (Granted free in (Granted[])[house.Grant("requests 10"), house.Grant()])
        {
            Answer answer = await free.AskAsync(new Saying(path, body));

            Assert.True(answer.Status == 200, answer.Text);
            Assert.Equal(body, (await house.Simulator.LastAsync()).Text);
        }
    }

    [Theory]
    [InlineData("/v1/chat/completions", "{\"model\":\"gpt-5.4-mini\",\"max_completion_tokens\":5000," + Ask + "}", "{\"model\":\"gpt-5.4-mini\",\"max_completion_tokens\":100," + Ask + "}")]
    [InlineData("/v1/chat/completions", "{\"max_tokens\":300,\"model\":\"gpt-4o\",\"max_completion_tokens\":5000," + Ask + "}", "{\"max_tokens\":100,\"model\":\"gpt-4o\",\"max_completion_tokens\":100," + Ask + "}")]
    [InlineData("/v1/chat/completions", "{\"max_tokens\":30,\"model\":\"gpt-4o\",\"max_completion_tokens\":5000," + Ask + "}", "{\"max_tokens\":30,\"model\":\"gpt-4o\",\"max_completion_tokens\":100," + Ask + "}")]
    [InlineData("/v1/chat/completions", "{\"model\":\"gpt-4o\",\"max_tokens\":99999999999999999999," + Ask + "}", "{\"model\":\"gpt-4o\",\"max_tokens\":100," + Ask + "}")]
    [InlineData("/v1/chat/completions", "{\"model\":\"gpt-4o\",\"max\\u005ftokens\":500," + Ask + "}", "{\"model\":\"gpt-4o\",\"max\\u005ftokens\":100," + Ask + "}")]
    [InlineData("/v1/responses", """{"model":"gpt-5.4-mini","input":"x","max_output_tokens":101}""", """{"model":"gpt-5.4-mini","input":"x","max_output_tokens":100}""")]
    [InlineData("/v1/messages", "{\"model\":\"claude-sonnet-4-6\",\"max_tokens\":101," + Ask + "}", "{\"model\":\"claude-sonnet-4-6\",\"max_tokens\":100," + Ask + "}")]
    [InlineData("/v1beta/models/gemini-2.5-flash:generateContent", """{"contents":[{"parts":[{"text":"x"}]}],"generation_config":{"max_output_tokens":600}}""", """{"contents":[{"parts":[{"text":"x"}]}],"generation_config":{"max_output_tokens":100}}""")]
    [InlineData("/passthrough/anthropic/v1/messages", "{\"model\":\"claude-sonnet-4-6\",\"max_tokens\":101," + Ask + "}", "{\"model\":\"claude-sonnet-4-6\",\"max_tokens\":100," + Ask + "}")]
    public async Task A_larger_cap_than_the_grants_is_lowered(string path, string body, string upstream)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        foreach (Granted granted in (Granted[])[Capped(house, 100), Capped(house, 100, "usd 100")])
        {
            await granted.AskAsync(new Saying(path, body));

            Assert.Equal(upstream, (await house.Simulator.LastAsync()).Text);
        }
    }

    [Fact]
    public async Task The_cap_and_the_wish_for_usage_stand_in_the_same_body()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        const string Body = "{\"model\":\"gpt-5.4-mini\",\"stream\":true," + Ask + "}";

        await house.Grant("usd 10").AskAsync(new Saying(Saying.ChatPath, Body));
        string capped = (await house.Simulator.LastAsync()).Text;
        await house.Grant("usd 10").AskAsync(new Saying(Saying.ChatPath, Body.Replace("true,", "true,\"max_completion_tokens\":9,\"stream_options\":{},", StringComparison.Ordinal)));
        string stated = (await house.Simulator.LastAsync()).Text;

        foreach (string text in (string[])[capped, stated])
        {
            System.Text.Json.JsonElement sent = System.Text.Json.JsonElement.Parse(text);
            Assert.True(sent.GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
            Assert.Equal(text == capped ? 4096 : 9, sent.GetProperty("max_completion_tokens").GetInt32());
            Assert.Equal(text.Count(c => c == '{'), text.Count(c => c == '}'));
        }
    }

    [Theory]
    [InlineData("groq", "max_completion_tokens")]
    [InlineData("vllm", "max_completion_tokens")]
    [InlineData("mistral", "max_tokens")]
    [InlineData("deepseek", "max_tokens")]
    public async Task The_cap_has_the_name_that_the_server_knows(string server, string field)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions
        {
            Providers = near => [Served(near, server)],
        });
        Granted granted = house.Grant("tokens 1M");

        Answer answer = await granted.AskAsync(new Saying(Saying.ChatPath, "{\"model\":\"own/sim-small\"," + Ask + "}"));

        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal(4096, System.Text.Json.JsonElement.Parse((await house.Simulator.LastAsync()).Text).GetProperty(field).GetInt32());
    }

    [Theory]
    [InlineData("/v1/chat/completions", "{\"model\":\"claude-sonnet-4-6\"," + Ask + "}", "max_tokens", 4096)]
    [InlineData("/v1/chat/completions", "{\"model\":\"claude-sonnet-4-6\",\"max_tokens\":12," + Ask + "}", "max_tokens", 12)]
    [InlineData("/v1/messages", "{\"model\":\"gpt-5.4-mini\",\"max_tokens\":9000," + Ask + "}", "max_output_tokens", 100)]
    [InlineData("/v1/responses", """{"model":"claude-sonnet-4-6","input":"x"}""", "max_tokens", 4096)]
    public async Task A_translated_request_carries_the_cap_in_the_other_protocols_words(string path, string body, string field, int cap)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = cap == 100 ? Capped(house, 100) : house.Grant("usd 100");

        Answer answer = await granted.AskAsync(new Saying(path, body));

        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal(cap, System.Text.Json.JsonElement.Parse((await house.Simulator.LastAsync()).Text).GetProperty(field).GetInt32());
    }

    [Fact]
    public async Task A_cap_that_no_catalogue_confirms_is_held_as_it_is_stated()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant("tokens 10M");

        Answer answer = await granted.AskAsync(new Saying(Saying.ChatPath, "{\"model\":\"openai/sim-small\",\"max_completion_tokens\":900000," + Ask + "}"));

        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal(900_000, (await granted.EventsOfAsync(answer))[0].Held.TokensOut);
    }

    [Fact]
    public async Task Several_answers_may_each_use_the_cap()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant("tokens 10M");

        Answer answer = await granted.AskAsync(new Saying(Saying.ChatPath, "{\"model\":\"gpt-5.4-mini\",\"n\":5,\"max_completion_tokens\":100," + Ask + "}"));

        Assert.Equal(500, (await granted.EventsOfAsync(answer))[0].Held.TokensOut);
    }

    [Fact]
    public async Task A_prompt_that_does_not_fit_by_its_bytes_is_counted()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Saying saying = Said("gpt-5.4-mini", string.Join(' ', Enumerable.Repeat("bridges are built by people", 400)));
        Amounts bytes = await Granted.BoundOfAsync(house, saying);
        Granted granted = house.Grant(string.Create(CultureInfo.InvariantCulture, $"tokens_in {bytes.TokensIn / 2}"));

        Answer answer = await granted.AskAsync(saying);

        Assert.True(answer.Status == 200, answer.Text);
        Assert.InRange((await granted.EventsOfAsync(answer))[0].Held.TokensIn, 2_000, bytes.TokensIn / 2);
    }

    [Fact]
    public async Task A_prompt_is_bounded_by_the_ratio_that_settled_calls_have_shown()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Saying saying = new(Saying.MessagesPath, "{\"model\":\"claude-sonnet-4-6\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"" + new string('x', 8_000) + "\"}]}");
        Amounts bytes = await Granted.BoundOfAsync(house, saying);
        Granted granted = house.Grant(string.Create(CultureInfo.InvariantCulture, $"tokens_in {bytes.TokensIn * 2 / 3}"));
        Answer before = await granted.AskAsync(saying);

        for (int i = 0; i < 200; i++)
        {
            await house.AskAsync(saying);
        }

        await house.RecordsAsync();
        Answer after = await granted.AskAsync(saying);

        Assert.Equal((402, "request_exceeds_limit"), (before.Status, before.Error));
        Assert.True(after.Status == 200, after.Text);
        Assert.InRange((await granted.EventsOfAsync(after))[0].Held.TokensIn, 2_000, bytes.TokensIn * 2 / 3); // A token is four bytes here.
    }

    [Theory]
    [InlineData("/v1/chat/completions", "{\"model\":\"gpt-5.4-mini\",\"max_completion_tokens\":VALUE," + Ask + "}", "max_completion_tokens")]
    [InlineData("/v1/messages", "{\"model\":\"claude-sonnet-4-6\",\"max_tokens\":VALUE," + Ask + "}", "max_tokens")]
    [InlineData("/v1beta/models/gemini-2.5-flash:generateContent", """{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"maxOutputTokens":VALUE}}""", "generationConfig.maxOutputTokens")]
    public async Task A_cap_that_is_no_whole_number_is_not_replaced_in_silence(string path, string body, string field)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted[] limited = [house.Grant("usd 100"), house.Grant("tokens_out 1M"), Capped(house, 100)];
        foreach (string value in (string[])["-1", "10.5", "\"100\"", "[5]", "true"])
        {
            foreach (Granted granted in limited)
            {
                Answer answer = await granted.AskAsync(new Saying(path, body.Replace("VALUE", value, StringComparison.Ordinal)));

                Assert.True(answer.Status == 400 && answer.Text.Contains($"'{field}' must be a whole number", StringComparison.Ordinal), answer.Text);
            }
        }

        Assert.Empty(await house.Simulator.RequestsAsync());
        await limited[2].AskAsync(new Saying(path, body.Replace("VALUE", "4294967296", StringComparison.Ordinal))); // The control: a number, however large, is held to the grant's.
        Assert.Equal(body.Replace("VALUE", "100", StringComparison.Ordinal), (await house.Simulator.LastAsync()).Text);
        await house.Grant().AskAsync(new Saying(path, body.Replace("VALUE", "true", StringComparison.Ordinal))); // Where nothing is limited the provider says it.
        Assert.Equal(body.Replace("VALUE", "true", StringComparison.Ordinal), (await house.Simulator.LastAsync()).Text);
    }

    [Theory]
    [InlineData("{\"model\":\"gpt-5.4-mini\",\"max_completion_tokens\":5,\"MAX_completion_tokens\":50000," + Ask + "}", "field_duplicated")]
    [InlineData("{\"model\":\"gpt-5.4-mini\",\"Model\":\"gpt-5.5\",\"max_completion_tokens\":5," + Ask + "}", "field_duplicated")]
    [InlineData("{\"model\":\"gpt-5.4-mini\",\"max_completion_tokens\":5,\"max_completion_tokens\":50000," + Ask + "}", "field_duplicated")]
    [InlineData("{\"model\":\"gpt-5.4-mini\",\"max_completion_tokens\":5,\"max\\u005fcompletion_tokens\":50000," + Ask + "}", "field_duplicated")]
    public async Task A_cap_that_two_readers_could_understand_differently_is_refused_on_every_path(string body, string code)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant("tokens 1M");

        foreach (string before in (string[])["", "/passthrough/openai"])
        {
            Answer answer = await granted.AskAsync(new Saying(before + Saying.ChatPath, body));

            Assert.Equal((400, code), (answer.Status, answer.Error));
        }

        Assert.Empty(await house.Simulator.RequestsAsync());
    }

    private static Saying Said(string model, string text) => new(Saying.ChatPath, $$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{text}}"}]}""");

    private static Granted Capped(GatewayHouse house, long cap, params string[] limits) =>
        house.Grant(grant => grant with { Scope = new Scope { MaxOutputTokens = cap }, Limits = [.. limits.Select(Granted.LimitOf)] });

    private static Provider Served(Neighbourhood near, string server) => new()
    {
        Name = "own",
        Protocol = Protocol.OpenAI,
        Endpoint = new Uri(near.Simulator, "/openai/v1"),
        Key = GatewayHouse.ProviderKey,
        Server = server,
        Catalogue = "own",
    };
}
