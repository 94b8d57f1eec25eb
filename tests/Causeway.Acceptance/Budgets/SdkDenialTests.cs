using System.ClientModel;
using System.Text.Json;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using Causeway.Acceptance.Processes;
using Causeway.Acceptance.Sdks;
using OpenAI;
using OpenAI.Chat;

namespace Causeway.Acceptance.Budgets;

/// <summary>What a budget says no to is thrown as the vendors' SDKs throw, with our code, and asked for once where asking again does not help.</summary>
public sealed class SdkDenialTests(House house) : IClassFixture<House>
{
    public static TheoryData<string, string, int, string> Thrown => new()
    {
        { "openai", "limit_spent", 402, "APIError" },
        { "anthropic", "limit_spent", 402, "PaymentRequiredError" },
        { "google", "limit_spent", 402, "ApiError" },
        { "openai", "scope_route", 403, "PermissionDeniedError" },
        { "anthropic", "scope_route", 403, "PermissionDeniedError" },
        { "google", "scope_route", 403, "ApiError" },
        { "openai", "grant_suspended", 403, "PermissionDeniedError" },
        { "anthropic", "grant_suspended", 403, "PermissionDeniedError" },
        { "google", "grant_suspended", 403, "ApiError" },
    };

    [Theory]
    [MemberData(nameof(Thrown))]
    public async Task The_Node_SDKs_throw_their_own_class_with_our_code_and_ask_once(string sdk, string code, int status, string type)
    {
        string feature = $"{sdk}-{code.Replace('_', '-')}";
        string key = await DeniedKeyAsync(code, feature);
        int before = (await house.Gateway.UsageOfAsync(feature)).Count;

        JsonElement thrown = await NodeSdk.RunAsync("budgets", "denied", BaseUrl(sdk), key, input: new { sdk });

        Assert.Equal((status, type), (thrown.GetProperty("status").GetInt32(), thrown.GetProperty("type").GetString()));
        Assert.Contains(code, thrown.GetRawText(), StringComparison.Ordinal);
        JsonElement denied = Assert.Single((await house.Gateway.UsageOfAsync(feature)).SkipLast(before));
        Assert.Equal(("denied", code), (denied.GetProperty("outcome").GetString(), denied.GetProperty("error_code").GetString()));
    }

    [Theory]
    [InlineData("limit_spent", 402)]
    [InlineData("scope_route", 403)]
    public async Task The_DotNet_SDKs_throw_with_our_code_and_ask_once(string code, int status)
    {
        string openai = $"dotnet-openai-{code.Replace('_', '-')}";
        string anthropic = $"dotnet-anthropic-{code.Replace('_', '-')}";
        OpenAIClient first = new(new ApiKeyCredential(await DeniedKeyAsync(code, openai)), new OpenAIClientOptions { Endpoint = house.Gateway.Welcome.OpenAI });
        using AnthropicClient second = new() { ApiKey = await DeniedKeyAsync(code, anthropic), BaseUrl = house.Gateway.Welcome.Anthropic.AbsoluteUri.TrimEnd('/') };
        int before = (await house.Gateway.UsageAsync()).Count;

        ClientResultException thrown = await Assert.ThrowsAsync<ClientResultException>(() => first.GetChatClient("gpt-5.4-mini").CompleteChatAsync([new UserChatMessage("Hello")], new ChatCompletionOptions(), Cancellation));
        AnthropicApiException other = await Assert.ThrowsAnyAsync<AnthropicApiException>(() => second.Messages.Create(Message(), Cancellation));

        Assert.Equal(status, thrown.Status);
        Assert.Contains(code, thrown.Message, StringComparison.Ordinal);
        Assert.Equal(status, (int)other.StatusCode);
        Assert.Contains(code, other.ResponseBody, StringComparison.Ordinal);
        Assert.Equal(before + 2, (await house.Gateway.UsageAsync()).Count);
    }

    [Fact]
    public async Task What_is_held_is_a_rate_limit_with_a_time_to_every_SDK()
    {
        string grant = await house.Gateway.NewGrantAsync("--tokens", "6000");
        string key = await house.Gateway.NewKeyOfAsync(grant, "held");
        await house.Providers.ScriptAsync(new { rules = new[] { new { times = 1, then = new { cut = new { at_event = 1, how = "stall" } } } } });
        HttpResponseMessage open = await Ask.OpenAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody(stream: true));

        (int status, string text, System.Net.Http.Headers.HttpResponseHeaders headers) = await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody());
        Assert.True(status == 429 && text.Contains("limit_held", StringComparison.Ordinal), text);
        Assert.InRange(headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        foreach ((string sdk, string type) in ((string, string)[])[("openai", "RateLimitError"), ("anthropic", "RateLimitError"), ("google", "ApiError")])
        {
            await HeldAsync(sdk, type, key);
        }

        open.Dispose();
        await house.Providers.OpenStreamsAsync(until: 0);
        Assert.NotEmpty((await NodeSdk.RunAsync("budgets", "answered", BaseUrl("anthropic"), key, input: new { sdk = "anthropic" })).GetProperty("text").GetString()!); // Tried again by itself if it comes too soon.
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    [InlineData("google")]
    public async Task A_narrowed_key_goes_where_the_SDK_puts_its_key(string sdk)
    {
        string grant = await house.Gateway.NewGrantAsync("--usd", "100/month");
        string whole = await house.Gateway.NewKeyOfAsync(grant, "narrowed-" + sdk, capability: true);
        CommandRun made = await house.Gateway.RunAsync("key", "attenuate", whole, "--expires", "10m", "--calls", "1", "--model", "gpt-5.4-mini", "--model", "claude-sonnet-4-6", "--model", "gemini-2.5-flash");
        Assert.True(made.ExitCode == 0, made.Error);
        string narrowed = made.Output.Split('\n')[0].Trim();

        JsonElement first = await NodeSdk.RunAsync("budgets", "answered", BaseUrl(sdk), narrowed, input: new { sdk });
        JsonElement second = await NodeSdk.RunAsync("budgets", "denied", BaseUrl(sdk), narrowed, input: new { sdk });
        JsonElement third = await NodeSdk.RunAsync("budgets", "answered", BaseUrl(sdk), whole, input: new { sdk });

        Assert.NotEmpty(first.GetProperty("text").GetString()!);
        Assert.Equal(402, second.GetProperty("status").GetInt32());
        Assert.Contains("limit_spent", second.GetRawText(), StringComparison.Ordinal);
        Assert.NotEmpty(third.GetProperty("text").GetString()!);
    }

    [Fact]
    public async Task Traffic_of_another_environment_cannot_touch_what_is_carved_for_production()
    {
        string whole = await house.Gateway.NewGrantAsync("--requests", "10");
        CommandRun carved = await house.Gateway.RunAsync("grant", "delegate", whole, "--json", "--holder", "team/acceptance", "--env", "prod", "--requests", "6", "--carve");
        string production = carved.Json.GetProperty("id").GetString()!;
        string eval = await house.Gateway.NewKeyOfAsync(whole, "carve", env: "eval");
        string prod = await house.Gateway.NewKeyOfAsync(production, "carve", env: "prod");
        CommandRun wrong = await house.Gateway.RunAsync("key", "new", "--team", "acceptance", "--feature", "carve", "--env", "eval", "--grant", production);

        int[] evals = [.. await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => (await Ask.SendAsync(house.Gateway, eval, Ask.Chat, Ask.ChatBody())).Status))];
        int[] prods = [.. await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => (await Ask.SendAsync(house.Gateway, prod, Ask.Chat, Ask.ChatBody())).Status))];

        Assert.Equal((4, 6), (evals.Count(status => status == 200), prods.Count(status => status == 200)));
        Assert.All(evals.Concat(prods).Where(status => status != 200), status => Assert.Equal(402, status));
        Assert.True(wrong.ExitCode != 0 || (await Ask.SendAsync(house.Gateway, wrong.Output.Split('\n')[0].Trim(), Ask.Chat, Ask.ChatBody())).Status is 401 or 403, wrong.Output);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static MessageCreateParams Message() => new() { Model = "claude-sonnet-4-6", MaxTokens = 100, Messages = [new UserMessageParam("Hello")] };

    private async Task HeldAsync(string sdk, string type, string key)
    {
        JsonElement thrown = await NodeSdk.RunAsync("budgets", "denied", BaseUrl(sdk), key, input: new { sdk, maxRetries = 0 });
        Assert.Equal((429, type), (thrown.GetProperty("status").GetInt32(), thrown.GetProperty("type").GetString()));
        Assert.Contains("limit_held", thrown.GetRawText(), StringComparison.Ordinal);
    }

    // A key whose next request is denied with this code.
    private async Task<string> DeniedKeyAsync(string code, string feature)
    {
        string[] options = code == "scope_route" ? ["--route", "embeddings"] : ["--requests", "1"];
        string grant = await house.Gateway.NewGrantAsync(options);
        string key = await house.Gateway.NewKeyOfAsync(grant, feature);
        if (code == "limit_spent")
        {
            Assert.Equal(200, (await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody())).Status);
        }
        else if (code == "grant_suspended")
        {
            CommandRun suspended = await house.Gateway.RunAsync("grant", "suspend", grant, "--reason", "test");
            Assert.True(suspended.ExitCode == 0, suspended.Error);
        }

        return key;
    }

    private Uri BaseUrl(string sdk) => sdk switch
    {
        "openai" => house.Gateway.Welcome.OpenAI,
        "anthropic" => house.Gateway.Welcome.Anthropic,
        _ => house.Gateway.Welcome.Gemini,
    };
}
