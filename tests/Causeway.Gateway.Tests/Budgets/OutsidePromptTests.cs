using Causeway.Budgets.Ledger;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Budgets;

/// <summary>What comes into a prompt from outside of its body is held for as the model's whole context: a search, a file, a prompt that the provider keeps. The control is the same with a tool of the caller's own.</summary>
public sealed class OutsidePromptTests
{
    private const string Said = "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]";
    private const string Capped = "\"max_tokens\":10,";

    public static TheoryData<string, string> Outside => new()
    {
        { Saying.MessagesPath, "{\"model\":\"claude-sonnet-4-6\"," + Capped + "\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\",\"max_uses\":5}]," + Said + "}" },
        { Saying.MessagesPath, "{\"model\":\"claude-sonnet-4-6\"," + Capped + "\"tools\":[{\"name\":\"web_fetch\",\"type\":\"web_fetch_20250910\"}]," + Said + "}" },
        { Saying.MessagesPath, "{\"model\":\"claude-sonnet-4-6\"," + Capped + "\"tools\":[{\"type\":\"code_execution_20250825\",\"name\":\"code_execution\"}]," + Said + "}" },
        { Saying.MessagesPath, "{\"model\":\"claude-sonnet-4-6\"," + Capped + "\"container\":\"container_1\"," + Said + "}" },
        { Saying.MessagesPath, "{\"model\":\"claude-sonnet-4-6\"," + Capped + """ "messages":[{"role":"user","content":[{"type":"document","source":{"type":"url","url":"https://a.example/b.pdf"}}]}]}""" },
        { Saying.ResponsesPath, """{"model":"gpt-5.4-mini","max_output_tokens":16,"input":"x","tools":[{"type":"web_search"}]}""" },
        { Saying.ResponsesPath, """{"model":"gpt-5.4-mini","max_output_tokens":16,"input":"x","tools":[{"type":"function","name":"f","parameters":{}},{"type":"file_search","vector_store_ids":["vs_1"]}]}""" },
        { Saying.ResponsesPath, """{"model":"gpt-5.4-mini","max_output_tokens":16,"input":"x","tools":[{"type":"mcp","server_label":"s","server_url":"https://a.example"}]}""" },
        { Saying.ResponsesPath, """{"model":"gpt-5.4-mini","max_output_tokens":16,"input":[{"type":"item_reference","id":"msg_1"}]}""" },
        { Saying.ResponsesPath, """{"model":"gpt-5.4-mini","max_output_tokens":16,"prompt":{"id":"pmpt_1"},"input":"x"}""" },
        { Saying.ChatPath, "{\"model\":\"gpt-5.4-mini\",\"max_completion_tokens\":10,\"web_search_options\":{}," + Said + "}" },
        { "/v1beta/models/gemini-2.5-flash:generateContent", """{"contents":[{"parts":[{"text":"x"}]}],"tools":[{"google_search":{}}],"generationConfig":{"maxOutputTokens":10}}""" },
        { "/v1beta/models/gemini-2.5-flash:generateContent", """{"contents":[{"parts":[{"text":"x"}]}],"tools":[{"urlContext":{}}],"generationConfig":{"maxOutputTokens":10}}""" },

        // Spellings and kinds that nobody has listed: what is not known to be in the body is not.
        { Saying.MessagesPath, "{\"model\":\"claude-sonnet-4-6\"," + Capped + "\"tools\":[{\"type\":\"oracle_20270101\",\"name\":\"oracle\"}]," + Said + "}" },
        { Saying.MessagesPath, "{\"model\":\"claude-sonnet-4-6\"," + Capped + "\"thread\":{\"id\":\"t_1\"}," + Said + "}" },
        { Saying.ResponsesPath, """{"model":"gpt-5.4-mini","max_output_tokens":16,"input":[{"id":"msg_1"}]}""" },
        { Saying.ResponsesPath, """{"model":"gpt-5.4-mini","max_output_tokens":16,"input":[{"type":null,"id":"msg_1"}]}""" },
        { Saying.ResponsesPath, """{"model":"gpt-5.4-mini","max_output_tokens":16,"input":"x","tools":[{"type":"shell","environment":{"type":"container_auto"}}]}""" },
        { Saying.ChatPath, "{\"model\":\"gpt-5.4-mini\",\"max_completion_tokens\":10,\"plugins\":[{\"id\":\"web\"}]," + Said + "}" },
        { "/v1beta/models/gemini-2.5-flash:generateContent", """{"contents":[{"parts":[{"text":"x"}]}],"cached_content":"cachedContents/a","generationConfig":{"maxOutputTokens":10}}""" },
        { "/v1beta/models/gemini-2.5-flash:generateContent", """{"contents":[{"parts":[{"text":"x"}]}],"tools":{"google_search":{}},"generationConfig":{"maxOutputTokens":10}}""" },
        { "/v1beta/models/gemini-2.5-flash:generateContent", """{"contents":[{"parts":[{"text":"x"}]}],"tools":[{"enterpriseWebSearch":{}}],"generationConfig":{"maxOutputTokens":10}}""" },
    };

    [Theory]
    [MemberData(nameof(Outside))]
    public async Task What_is_not_in_the_body_is_held_as_the_whole_context(string path, string body) => Assert.InRange((await HeldAsync(path, body)).TokensIn, 100_000, 3_000_000);

    [Theory]
    [InlineData(Saying.MessagesPath, """{"model":"claude-sonnet-4-6","max_tokens":10,"tools":[{"name":"web_search","input_schema":{"type":"object"}}],"container":null,"messages":[{"role":"user","content":"x"}]}""")]
    [InlineData(Saying.ChatPath, """{"model":"gpt-5.4-mini","max_completion_tokens":10,"tools":[{"type":"function","function":{"name":"web_search","parameters":{"type":"object"}}}],"messages":[{"role":"user","content":"\"type\":\"web_search\""}]}""")]
    [InlineData(Saying.ResponsesPath, """{"model":"gpt-5.4-mini","max_output_tokens":16,"input":[{"type":"message","role":"user","content":"item_reference"}],"tools":[{"type":"function","name":"file_search","parameters":{}}]}""")]
    [InlineData("/v1beta/models/gemini-2.5-flash:generateContent", """{"contents":[{"parts":[{"text":"x"}]}],"tools":[{"functionDeclarations":[{"name":"google_search"}]}],"generationConfig":{"maxOutputTokens":10}}""")]
    [InlineData("/v1beta/models/gemini-2.5-flash:generateContent", """{"contents":[{"parts":[{"text":"x"}]}],"tools":[{"computerUse":{"environment":"ENVIRONMENT_BROWSER"}}],"generationConfig":{"maxOutputTokens":10}}""")]
    [InlineData(Saying.ResponsesPath, """{"model":"gpt-5.4-mini","max_output_tokens":16,"input":"x","tools":[{"type":"shell","environment":{"type":"local"}},{"type":"apply_patch"},{"type":"custom","name":"c"},{"type":"computer_use_preview"}]}""")]
    [InlineData(Saying.MessagesPath, """{"model":"claude-sonnet-4-6","max_tokens":10,"tools":[{"type":"bash_20250124","name":"bash"},{"type":"text_editor_20250728","name":"e"},{"type":"memory_20250818","name":"memory"},{"type":"tool_search_tool_regex_20251119","name":"s"}],"messages":[{"role":"user","content":"x"}]}""")]
    public async Task A_tool_of_the_callers_own_is_in_its_body(string path, string body) => Assert.InRange((await HeldAsync(path, body)).TokensIn, 100, 2_000);

    // Twice as fast at twice the price; in a region for a tenth more.
    [Theory]
    [InlineData("\"speed\":\"fast\",", 2.0)]
    [InlineData("\"inference_geo\":\"us\",", 1.1)]
    public async Task What_a_body_names_that_costs_more_is_held_for(string named, double times)
    {
        string body = """{"model":"claude-opus-5-5",@"max_tokens":1000,"messages":[{"role":"user","content":"x"}]}""";
        Amounts plain = await HeldAsync(Saying.MessagesPath, body.Replace("@", $"\"metadata\":{{\"user_id\":\"{new string('x', named.Length)}\"}},", StringComparison.Ordinal));
        Amounts dear = await HeldAsync(Saying.MessagesPath, body.Replace("@", named, StringComparison.Ordinal));
        Assert.InRange((double)dear.NanoUsd / plain.NanoUsd, (times * 0.9) + 0.02, times);
    }

    [Theory]
    [InlineData("image/png", """{"model":"claude-sonnet-4-6","max_tokens":10,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}]}]}""")]
    public async Task A_picture_of_few_bytes_may_be_large(string kind, string body) => Assert.True((await HeldAsync(Saying.MessagesPath, body)).TokensIn > 8_000, kind);

    // What may answer in the place of the model is asked for as well: in scope, and in the price.
    [Fact]
    public async Task Another_model_that_may_answer_is_held_for_at_its_price()
    {
        const string Plain = """{"model":"claude-sonnet-4-6","max_tokens":1000,"metadata":{"user_id":"xxxxxxxxxxxxxxxxxx"},"messages":[{"role":"user","content":"x"}]}""";
        const string Dear = """{"model":"claude-sonnet-4-6","max_tokens":1000,"fallbacks":[{"model":"claude-opus-5-5"}],"messages":[{"role":"user","content":"x"}]}""";

        Assert.True((await HeldAsync(Saying.MessagesPath, Dear)).NanoUsd > (await HeldAsync(Saying.MessagesPath, Plain)).NanoUsd * 5 / 4);
    }

    [Theory]
    [InlineData(Saying.MessagesPath, """{"model":"claude-sonnet-4-6","max_tokens":10,"fallbacks":[{"model":"claude-opus-5-5"}],"messages":[{"role":"user","content":"x"}]}""", "claude-sonnet-4-6")]
    [InlineData(Saying.MessagesPath, """{"model":"claude-sonnet-4-6","max_tokens":10,"tools":[{"type":"advisor_20260101","name":"advisor","model":"claude-opus-5-5"}],"messages":[{"role":"user","content":"x"}]}""", "claude-sonnet-4-6")]
    [InlineData(Saying.ChatPath, """{"model":"gpt-5.4-mini","models":["gpt-5.5"],"messages":[{"role":"user","content":"x"}]}""", "gpt-5.4-mini")]
    [InlineData("/passthrough/openai/v1/chat/completions", """{"model":"gpt-5.4-mini","models":["gpt-5.5"],"messages":[{"role":"user","content":"x"}]}""", "gpt-5.4-mini")]
    [InlineData(Saying.ResponsesPath, """{"model":"gpt-5.4-mini","store":false,"tools":[{"type":"image_generation","model":"gpt-image-1"}],"input":"x"}""", "gpt-5.4-mini")]
    public async Task A_grant_has_to_cover_it(string path, string body, string covered)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Answer answer = await house.Grant(grant => grant with { Scope = new Causeway.Budgets.Grants.Scope { Models = [covered] } }).AskAsync(new Saying(path, body));

        Assert.Equal((403, "scope_model"), (answer.Status, answer.Header("x-causeway-error")));
        Assert.Empty(await house.Simulator.RequestsAsync());
    }

    private static async Task<Amounts> HeldAsync(string path, string body)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant("usd 1000000");
        Answer answer = await granted.AskAsync(new Saying(path, body));
        return (await granted.EventsOfAsync(answer))[0].Held;
    }
}
