using System.Text.Json.Nodes;
using Causeway.Gateway.Tests.House;
using Causeway.Wire;

namespace Causeway.Gateway.Tests.Shape;

/// <summary>A tool that its caller forces stays that tool: its words, its neighbours and how often it may be called are the caller's, whoever answers.</summary>
public sealed class CallersToolTests
{
    private const string Takes = """{"type":"object","properties":{"city":{"type":"string","minLength":2},"extra":{"type":"object"}},"required":["city"]}""";
    private const string Rome = """{\"city\":\"Rome\"}""";

    private static readonly string[] s_protocols = ["chat", "responses", "messages", "gemini"];
    private static readonly string[] s_models = ["openai/gpt-5.4-mini", "anthropic/claude-sonnet-4-6", "anthropic/claude-haiku-4-5", "gemini/gemini-3.8-flash", "gemini/gemini-2.5-flash", "bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0"];

    public static TheoryData<string, string, bool> Ways
    {
        get
        {
            TheoryData<string, string, bool> all = [];
            foreach (string protocol in s_protocols)
            {
                foreach (string model in s_models)
                {
                    all.Add(protocol, model, true);
                    all.Add(protocol, model, false);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task It_reaches_every_model_with_its_words_and_its_neighbour(string protocol, string model, bool isNamed)
    {
        await using GatewayHouse house = await OpenAsync();
        await house.Simulator.ScriptAsync($$"""{"tool_calls":[{"name":"weather","arguments":"{{Rome}}"}]}""");

        Answer answer = await house.AskAsync(Ask(protocol, model, isNamed, hasNeighbour: isNamed));

        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal(["""{"city":"Rome"}"""], Calls(protocol, answer, stream: false));
        Assert.Single(await house.Simulator.RequestsAsync());
        string sent = (await house.Simulator.LastAsync()).Text;
        Assert.Contains("Says how the weather is.", sent, StringComparison.Ordinal);
        Assert.Contains("\"minLength\"", sent, StringComparison.Ordinal);
        Assert.Equal(isNamed, sent.Contains("\"time\"", StringComparison.Ordinal));
        Assert.DoesNotContain("\"strict\":true", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("additionalProperties", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("esponseMimeType", sent, StringComparison.Ordinal);
        Assert.Contains(Choice(model, isNamed), sent, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Every_call_of_it_is_given_on(string protocol, string model, bool stream)
    {
        await using GatewayHouse house = await OpenAsync();
        await house.Simulator.ScriptAsync($$$"""{"tool_calls":[{"name":"weather","arguments":"{{{Rome}}}"},{"name":"weather","arguments":"{\"city\":\"Oslo\",\"extra\":{\"a\":1}}"}]}""");

        Answer answer = await house.AskAsync(Ask(protocol, model, isNamed: false, hasNeighbour: false, stream));

        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal(["""{"city":"Rome"}""", """{"city":"Oslo","extra":{"a":1}}"""], Calls(protocol, answer, stream));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_call_of_it_is_judged(bool stream)
    {
        await using GatewayHouse house = await OpenAsync();
        await house.Simulator.ScriptEachAsync([$$"""{"tool_calls":[{"name":"weather","arguments":"{{Rome}}"},{"name":"weather","arguments":"{\"city\":7}"}]}""", $$"""{"tool_calls":[{"name":"weather","arguments":"{{Rome}}"}]}"""]);

        Answer answer = await house.AskAsync(Ask("chat", "openai/gpt-5.4-mini", isNamed: false, hasNeighbour: false, stream));

        Assert.Equal((200, "repaired"), (answer.Status, answer.Header("x-causeway-contract")));
        Assert.Equal(["""{"city":"Rome"}"""], Calls("chat", answer, stream));
        Assert.Contains("/city", (await house.Simulator.LastAsync()).Text, StringComparison.Ordinal);
        Assert.Contains("\"tool_choice\":\"required\"", (await house.Simulator.LastAsync()).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chat", "openai/gpt-4.1")]
    [InlineData("chat", "openai/gpt-4")]
    [InlineData("chat", "openai/gpt-4-turbo")]
    [InlineData("chat", "groq/openai/gpt-oss-120b")]
    [InlineData("chat", "vllm/m")]
    [InlineData("chat", "mistral/mistral-large-latest")]
    [InlineData("chat", "deepseek/deepseek-chat")]
    [InlineData("chat", "together/m")]
    [InlineData("chat", "openrouter/m")]
    [InlineData("responses", "openai/gpt-5.4-mini")]
    [InlineData("messages", "anthropic/claude-haiku-4-5")]
    [InlineData("gemini", "gemini/gemini-2.5-flash")]
    public async Task Within_one_protocol_it_goes_as_it_came(string protocol, string model)
    {
        await using GatewayHouse house = await OpenAsync();
        await house.Simulator.ScriptAsync($$"""{"tool_calls":[{"name":"weather","arguments":"{{Rome}}"}]}""");

        Saying saying = Ask(protocol, model, isNamed: true, hasNeighbour: true);
        Answer answer = await house.AskAsync(saying);

        Assert.True(answer.Status == 200, answer.Text);
        JsonObject asked = JsonNode.Parse(saying.Body)!.AsObject();
        JsonObject sent = JsonNode.Parse((await house.Simulator.LastAsync()).Text)!.AsObject();
        foreach (string member in (string[])["tools", "tool_choice", "toolConfig", "generationConfig", "response_format", "text", "parallel_tool_calls"])
        {
            Assert.True(JsonNode.DeepEquals(asked[member], sent[member]), $"{member}: {sent[member]}");
        }
    }

    [Theory]
    [InlineData("groq/openai/gpt-oss-120b")]
    [InlineData("vllm/m")]
    [InlineData("mistral/mistral-large-latest")]
    [InlineData("deepseek/deepseek-chat")]
    [InlineData("together/m")]
    [InlineData("openrouter/m")]
    [InlineData("xai/grok-4")]
    [InlineData("ollama/m")]
    [InlineData("llamacpp/m")]
    public async Task Every_server_answers_with_its_call(string model)
    {
        await using GatewayHouse house = await OpenAsync();
        foreach (string protocol in s_protocols)
        {
            Answer answer = await house.AskAsync(Ask(protocol, model, isNamed: true, hasNeighbour: false));

            Assert.True(answer.Status == 200, answer.Text);
            Assert.True(ContractHouse.Follows(Takes, Assert.Single(Calls(protocol, answer, stream: false))), answer.Text);
        }
    }

    [Theory]
    [InlineData("openai/gpt-5.4-mini")]
    [InlineData("anthropic/claude-sonnet-4-6")]
    [InlineData("gemini/gemini-3.8-flash")]
    public async Task A_format_beside_it_is_that_of_an_answer_which_is_text(string model)
    {
        await using GatewayHouse house = await OpenAsync();
        await house.Simulator.ScriptEachAsync([$$"""{"tool_calls":[{"name":"weather","arguments":"{{Rome}}"}]}""", """{"text":"{\"city\":\"Rome\",\"population\":3}","tool_calls":[]}"""]);
        string both = Ask("chat", model, isNamed: true, hasNeighbour: true).Body[..^1] + $$$$""","response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{{{{ContractHouse.City}}}}}}}""";

        Answer call = await house.AskAsync(Saying.ChatPath, both);
        string sent = (await house.Simulator.LastAsync()).Text;
        Answer text = await house.AskAsync(Saying.ChatPath, both);

        Assert.True(call.Status == 200, call.Text);
        Assert.Equal(["""{"city":"Rome"}"""], Calls("chat", call, stream: false));
        Assert.Contains("population", sent, StringComparison.Ordinal);
        Assert.Contains(Choice(model, isNamed: true), sent, StringComparison.Ordinal);
        Assert.Equal("""{"city":"Rome","population":3}""", ContractHouse.Document("chat", text, stream: false));
    }

    [Fact]
    public async Task A_strict_one_that_the_provider_holds_flows_call_by_call()
    {
        await using GatewayHouse house = await OpenAsync();
        await house.Simulator.ScriptAsync("""{"tool_calls":[{"name":"give","arguments":"{\"city\":\"Rome\",\"population\":3}"},{"name":"give","arguments":"{\"city\":\"Oslo\",\"population\":7}"}],"event_chars":4}""");
        Saying saying = new(
            Saying.ChatPath,
            $$$"""{"model":"openai/gpt-5.4-mini","stream":true,"messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"give","strict":true,"parameters":{{{ContractHouse.City}}}}}],"tool_choice":"required"}""");

        Answer answer = await house.AskAsync(saying);

        Assert.Equal("native", answer.Header("x-causeway-contract"));
        Assert.Equal(["""{"city":"Rome","population":3}""", """{"city":"Oslo","population":7}"""], Calls("chat", answer, stream: true));
    }

    private static Task<GatewayHouse> OpenAsync() => GatewayHouse.OpenAsync(new HouseOptions
    {
        Providers = near =>
        [
            near.OpenAI("openai"), near.Anthropic("anthropic"), near.Gemini("gemini"),
            near.At("bedrock", Protocol.Bedrock, new Uri(near.Simulator, "/bedrock")),
            .. new[] { "groq", "vllm", "mistral", "deepseek", "together", "openrouter", "xai", "ollama", "llamacpp" }.Select(server => near.At(server, Protocol.OpenAI, new Uri(near.Simulator, $"/{server}/v1"), server: server)),
        ],
    });

    private static Saying Ask(string protocol, string model, bool isNamed, bool hasNeighbour, bool stream = false)
    {
        string flag = stream ? "\"stream\":true," : "";
        string Tools(Func<string, string, string> tool) => $"[{tool("weather", Takes)}{(hasNeighbour ? "," + tool("time", """{"type":"object","properties":{}}""") : "")}]";
        switch (protocol)
        {
            case "chat":
                string tools = Tools((name, takes) => $$$"""{"type":"function","function":{"name":"{{{name}}}","description":"Says how the {{{name}}} is.","parameters":{{{takes}}}}}""");
                return new(Saying.ChatPath, $$"""{"model":"{{model}}",{{flag}}"messages":[{"role":"user","content":"x"}],"tools":{{tools}},"tool_choice":{{(isNamed ? """{"type":"function","function":{"name":"weather"}}""" : "\"required\"")}} }""");
            case "responses":
                tools = Tools((name, takes) => $$"""{"type":"function","name":"{{name}}","description":"Says how the {{name}} is.","strict":false,"parameters":{{takes}}}""");
                return new(Saying.ResponsesPath, $$"""{"model":"{{model}}",{{flag}}"input":"x","tools":{{tools}},"tool_choice":{{(isNamed ? """{"type":"function","name":"weather"}""" : "\"required\"")}} }""");
            case "messages":
                tools = Tools((name, takes) => $$"""{"name":"{{name}}","description":"Says how the {{name}} is.","input_schema":{{takes}}}""");
                return new(Saying.MessagesPath, $$"""{"model":"{{model}}",{{flag}}"max_tokens":200,"messages":[{"role":"user","content":"x"}],"tools":{{tools}},"tool_choice":{{(isNamed ? """{"type":"tool","name":"weather"}""" : """{"type":"any"}""")}} }""");
            default:
                tools = Tools((name, takes) => $$"""{"name":"{{name}}","description":"Says how the {{name}} is.","parametersJsonSchema":{{takes}}}""");
                string path = stream ? $"/v1beta/models/{model}:streamGenerateContent?alt=sse" : $"/v1beta/models/{model}:generateContent";
                return new(path, $$$$"""{"contents":[{"role":"user","parts":[{"text":"x"}]}],"tools":[{"functionDeclarations":{{{{tools}}}}}],"toolConfig":{"functionCallingConfig":{"mode":"ANY"{{{{(isNamed ? ",\"allowedFunctionNames\":[\"weather\"]" : "")}}}}}}}""");
        }
    }

    // How a provider is told, in its own words.
    private static string Choice(string model, bool isNamed) => (model.Split('/')[0], isNamed) switch
    {
        ("openai", true) => "\"name\":\"weather\"}",
        ("openai", false) => "\"tool_choice\":\"required\"",
        ("anthropic", true) => "\"tool_choice\":{\"type\":\"tool\",\"name\":\"weather\"",
        ("anthropic", false) => "\"tool_choice\":{\"type\":\"any\"",
        ("bedrock", true) => "\"toolChoice\":{\"tool\":{\"name\":\"weather\"}}",
        ("bedrock", false) => "\"toolChoice\":{\"any\":{}}",
        (_, true) => "\"mode\":\"ANY\",\"allowedFunctionNames\":[\"weather\"]",
        _ => "\"mode\":\"ANY\"",
    };

    // The arguments of every call, as the caller's SDK would gather them.
    private static string[] Calls(string protocol, Answer answer, bool stream)
    {
        if (!stream)
        {
            JsonNode body = JsonNode.Parse(answer.Text)!;
            return protocol switch
            {
                "chat" => [.. body["choices"]![0]!["message"]!["tool_calls"]!.AsArray().Select(call => (string)call!["function"]!["arguments"]!)],
                "responses" => [.. body["output"]!.AsArray().Where(item => (string?)item!["type"] == "function_call").Select(item => (string)item!["arguments"]!)],
                "messages" => [.. body["content"]!.AsArray().Where(block => (string?)block!["type"] == "tool_use").Select(block => block!["input"]!.ToJsonString())],
                _ => [.. Parts(body).Select(call => call["args"]!.ToJsonString())],
            };
        }

        JsonNode[] events = [.. answer.Events.Where(data => data != "[DONE]").Select(data => JsonNode.Parse(data)!)];
        return protocol switch
        {
            "chat" => Joined(events.SelectMany(data => data["choices"] is JsonArray { Count: > 0 } choices ? choices[0]!["delta"]?["tool_calls"]?.AsArray() ?? [] : [])
                .Select(call => ((int)call!["index"]!, (string?)call["function"]?["arguments"]))),
            "responses" => [.. events.Where(data => (string?)data["type"] == "response.function_call_arguments.done").Select(data => (string)data["arguments"]!)],
            "messages" => Joined(events.Where(data => (string?)data["delta"]?["type"] == "input_json_delta").Select(data => ((int)data["index"]!, (string?)data["delta"]!["partial_json"]))),
            _ => [.. events.SelectMany(Parts).Select(call => call["args"]!.ToJsonString())],
        };
    }

    private static IEnumerable<JsonNode> Parts(JsonNode body) =>
        (body["candidates"]?[0]?["content"]?["parts"] as JsonArray)?.Select(part => part!["functionCall"]).OfType<JsonNode>() ?? [];

    private static string[] Joined(IEnumerable<(int Index, string? Piece)> pieces) =>
        [.. pieces.GroupBy(piece => piece.Index).OrderBy(group => group.Key).Select(group => string.Concat(group.Select(piece => piece.Piece)))];
}
