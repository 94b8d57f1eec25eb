using System.Net;
using System.Text.Json;

namespace Causeway.Simulator.Tests.Shapes;

/// <summary>The words, places and statuses in which each vendor says no to a request with a schema.</summary>
public sealed class RejectionTests
{
    private const string Closed = ""","additionalProperties":false""";

    [Theory]
    [InlineData("openai", """{"type":"object","properties":{"a":{"type":"array","items":{"type":"string","minLength":1}}},"required":["a"],"additionalProperties":false}""", "400 Invalid schema for response_format 'n': In context=('properties', 'a', 'items'), 'minLength' is not permitted.")]
    [InlineData("openai", """{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}""", "400 Invalid schema for response_format 'n': In context=(), 'additionalProperties' is required to be supplied and to be false.")]
    [InlineData("responses", """{"type":"object","properties":{"a":{"type":"string"}},"required":[],"additionalProperties":false}""", "400 Invalid schema for response_format 'n': In context=(), 'required' is required to be supplied and to be an array including every key in properties. Missing 'a'.")]
    [InlineData("openai", """{"type":"array","items":{"type":"string"}}""", "400 Invalid schema for response_format 'n': schema must be a JSON Schema of 'type: \"object\"', got 'type: \"array\"'.")]
    [InlineData("openai", """{"anyOf":[{"type":"object"}]}""", "400 Invalid schema for response_format 'n': schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level.")]
    [InlineData("openai", """{"type":"object","properties":{"a":{"$ref":"#/$defs/d","description":"x"}},"required":["a"],"additionalProperties":false,"$defs":{"d":{"type":"string"}}}""", "400 Invalid schema for response_format 'n': In context=('properties', 'a'), $ref cannot have keywords {'description'}.")]
    [InlineData("openai", """{"type":"object","properties":{"a":{"type":"object","properties":{"b":{"$ref":"#/properties/a/$defs/d"}},"required":["b"],"additionalProperties":false,"$defs":{"d":{"type":"string"}}}},"required":["a"],"additionalProperties":false}""", "400 Invalid schema for response_format 'n': In context=('properties', 'a', 'properties', 'b'), reference to component '#/properties/a/$defs/d' which was not found in the schema.")]
    [InlineData("openai", """{"type":"object","properties":{"a":{"type":"array"}},"required":["a"],"additionalProperties":false}""", "400 Invalid schema for response_format 'n': In context=('properties', 'a'), array schema missing items.")]
    [InlineData("azure", """{"type":"object","properties":{"a":{"type":"integer","maximum":3}},"required":["a"],"additionalProperties":false}""", "400 Invalid schema for response_format 'n': In context=('properties', 'a'), 'maximum' is not permitted.")]
    [InlineData("anthropic", """{"type":"object","properties":{"a":{"type":"number","minimum":1,"maximum":3}},"required":["a"],"additionalProperties":false}""", "400 output_config.format.schema: For 'number' type, properties maximum, minimum are not supported")]
    [InlineData("vertex claude", """{"type":"object","properties":{}}""", "400 output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false")]
    [InlineData("bedrock", """{"type":"object","properties":{"a":{"type":"array","items":{"type":"string"},"maxItems":3}},"required":["a"],"additionalProperties":false}""", "400 The model returned the following errors: output_config.format.schema: For 'array' type, property 'maxItems' is not supported")]
    [InlineData("gemini openapi", """{"type":"OBJECT","properties":{"a":{"type":"STRING","const":"x"}}}""", "400 Invalid JSON payload received. Unknown name \"const\" at 'generation_config.response_schema.properties[a].value': Cannot find field.")]
    [InlineData("gemini openapi", """{"type":"OBJECT","properties":{"a":{"type":"INTEGER","enum":["1"]}}}""", "400 * GenerateContentRequest.generation_config.response_schema.properties[a].enum: only allowed for STRING type\n")]
    [InlineData("gemini openapi", """{"type":"OBJECT","properties":{"a":{"type":"OBJECT"}}}""", "400 * GenerateContentRequest.generation_config.response_schema.properties[a].properties: should be non-empty for OBJECT type\n")]
    [InlineData("gemini openapi", """{"type":"OBJECT","properties":{"a":{"type":"ARRAY"}}}""", "400 * GenerateContentRequest.generation_config.response_schema.properties[a].items: missing field\n")]
    [InlineData("gemini openapi", """{"type":"OBJECT","properties":{"a":{"type":"STRING"}},"required":["a","b"]}""", "400 * GenerateContentRequest.generation_config.response_schema.required[1]: property is not defined\n")]
    [InlineData("gemini json", """{"type":"object","properties":{"kid":{"$ref":"#"}},"required":["kid"]}""", "400 * GenerateContentRequest.generation_config.response_json_schema: reference # is recursive through required properties\n")]
    [InlineData("groq", """{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}""", "400 invalid JSON schema for response_format: 'n': /: 'required' is required to be supplied and to be an array including every key in properties. Missing 'a'.")]
    [InlineData("deepseek", """{"type":"object"}""", "400 This response_format type is unavailable now")]
    [InlineData("xai", """{"type":"object","properties":{"a":{"enum":[]}}}""", "400 Invalid JSON schema for response_format: 'enum' must not be empty.")]
    [InlineData("vllm", """{"type":"object","properties":{"a":{"type":"string","format":"color"}}}""", "400 Grammar error: 'color' is not a valid format.")]
    [InlineData("llamacpp", """{"type":"object","properties":{"a":{"type":"string","pattern":"[a-z]"}}}""", "400 JSON schema conversion failed:\nPattern must start with '^' and end with '$'")]
    [InlineData("llamacpp", """{"type":"object","properties":{"a":{"$ref":"https://example.com/s"}}}""", "400 JSON schema conversion failed:\nUnsupported ref: https://example.com/s")]
    [InlineData("ollama", "7", "400 invalid format: 7; expected \"json\" or a valid JSON Schema object")]
    public async Task A_schema_is_rejected_in_the_vendors_words(string dialect, string schema, string expected)
    {
        await using Sim sim = await Sim.StartAsync();

        Assert.Equal(expected, await DialectClient.AskAsync(sim, dialect, schema, "hi"));
    }

    [Theory]
    [InlineData("openai", 10, 11, "11 levels of nesting exceeds limit of 10.")]
    [InlineData("azure", 5, 6, "6 levels of nesting exceeds limit of 5.")]
    public async Task Nesting_has_a_limit(string dialect, int taken, int refused, string words)
    {
        await using Sim sim = await Sim.StartAsync();

        Assert.StartsWith("{", await DialectClient.AskAsync(sim, dialect, Nested(taken), "hi"), StringComparison.Ordinal);
        Assert.EndsWith(words, await DialectClient.AskAsync(sim, dialect, Nested(refused), "hi"), StringComparison.Ordinal);

        static string Nested(int levels) => levels == 1
            ? $$"""{"type":"object","properties":{"a":{"type":"string"} },"required":["a"]{{Closed}} }"""
            : $$"""{"type":"object","properties":{"a":{{Nested(levels - 1)}} },"required":["a"]{{Closed}} }""";
    }

    [Theory]
    [InlineData("openai", 1_000, 1_001, "1001 enum values exceeds limit of 1000.")]
    [InlineData("azure", 500, 501, "501 enum values exceeds limit of 500.")]
    public async Task Choices_have_a_limit(string dialect, int taken, int refused, string words)
    {
        await using Sim sim = await Sim.StartAsync();

        Assert.StartsWith("{", await DialectClient.AskAsync(sim, dialect, Choices(taken), "hi"), StringComparison.Ordinal);
        Assert.EndsWith(words, await DialectClient.AskAsync(sim, dialect, Choices(refused), "hi"), StringComparison.Ordinal);

        static string Choices(int count) => $$"""{"type":"object","properties":{"a":{"type":"integer","enum":[{{string.Join(',', Enumerable.Range(0, count))}}]} },"required":["a"]{{Closed}} }""";
    }

    [Theory]
    [InlineData(24, 0, null)]
    [InlineData(25, 0, "Schemas contains too many optional parameters (25)")]
    [InlineData(0, 16, null)]
    [InlineData(0, 17, "Schemas contains too many parameters with union types (17 parameters")]
    public async Task Claude_counts_optional_and_union_parameters_over_the_request(int optional, int unions, string? words)
    {
        await using Sim sim = await Sim.StartAsync();
        IEnumerable<string> properties = Enumerable.Range(0, optional).Select(i => $$""" "o{{i}}":{"type":"string"} """).Concat(Enumerable.Range(0, unions).Select(i => $$""" "u{{i}}":{"type":["string","null"]} """));
        string required = string.Join(',', Enumerable.Range(0, unions).Select(i => $"\"u{i}\""));

        string answer = await DialectClient.AskAsync(sim, "anthropic", $$"""{"type":"object","properties":{ {{string.Join(',', properties)}} },"required":[{{required}}]{{Closed}} }""", "hi");

        Assert.StartsWith(words is null ? "{" : "400 " + words, answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"hi"}],"response_format":{"type":"json_object"}}""", "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.")]
    [InlineData("/v1/responses", """{"model":"m","input":"hi","text":{"format":{"type":"json_object"}}}""", "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.")]
    [InlineData("/azure/openai/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"JSON!"}],"response_format":{"type":"json_object"}}""", null)]
    [InlineData("/deepseek/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"hi"}],"response_format":{"type":"json_object"}}""", "Prompt must contain the word 'json' in some form to use 'response_format' of type 'json_object'.")]
    [InlineData("/mistral/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"hi"}],"response_format":{"type":"json_object"}}""", null)]
    [InlineData("/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"hi"}],"response_format":{"type":"json_schema","json_schema":{"schema":{}}}}""", "Missing required parameter: 'response_format.json_schema.name'.")]
    [InlineData("/v1/responses", """{"model":"m","input":"hi","text":{"format":{"type":"json_schema","name":"n"}}}""", "Missing required parameter: 'text.format.schema'.")]
    [InlineData("/mistral/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"hi"}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{},"kind":1}}}""", "Extra inputs are not permitted")]
    [InlineData("/groq/v1/chat/completions", """{"model":"llama-3.3-70b-versatile","messages":[{"role":"user","content":"hi"}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{}}}}""", "This model does not support response format `json_schema`.")]
    [InlineData("/groq/v1/chat/completions", """{"model":"openai/gpt-oss-20b","stream":true,"messages":[{"role":"user","content":"hi"}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{}}}}""", "response format `json_schema` does not support streaming")]
    [InlineData("/groq/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f"}}],"response_format":{"type":"json_object"}}""", "json mode cannot be combined with tool/function calling")]
    [InlineData("/v1/messages", """{"model":"claude-sonnet-4-20250514","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"output_config":{"format":{"type":"json_schema","schema":{"type":"object","additionalProperties":false}}}}""", "output_config.format: Extra inputs are not permitted")]
    [InlineData("/v1/messages", """{"model":"claude-3-7-sonnet-20250219","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"tools":[{"name":"f","strict":true,"input_schema":{"type":"object"}}]}""", "tools.0.custom.strict: Extra inputs are not permitted")]
    [InlineData("/v1/messages", """{"model":"claude-opus-4-1-20250805","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"output_config":{"format":{"type":"json_schema","schema":{"type":"object","additionalProperties":false}}}}""", null)]
    [InlineData("/v1/messages", """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"output_format":{"type":"json_schema","schema":{"type":"object","additionalProperties":false}}}""", "output_format: Extra inputs are not permitted")]
    [InlineData("/v1/messages", """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"tools":[{"name":"f","input_schema":{"properties":{}}}]}""", "tools.0.custom.input_schema.type: Field required")]
    [InlineData("/v1/messages", """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"tools":[{"name":"f","input_schema":{"type":"object","anyOf":[]}}]}""", "tools.0.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level")]
    [InlineData("/v1/messages", """{"model":"claude-fable-5","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"tool","name":"f"}}""", "tool_choice: type \"tool\" and \"any\" are not supported for this model.")]
    [InlineData("/v1/messages", """{"model":"claude-mythos-5","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"any"}}""", "tool_choice: type \"tool\" and \"any\" are not supported for this model.")]
    [InlineData("/v1/messages", """{"model":"claude-opus-4-5","max_tokens":9,"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"{"}],"output_config":{"format":{"type":"json_schema","schema":{"type":"object","additionalProperties":false}}}}""", "Prefilling assistant messages is not supported")]
    [InlineData("/bedrock/model/anthropic.claude-opus-5-v1%3A0/converse", """{"messages":[{"role":"user","content":[{"text":"hi"}]}],"toolConfig":{"tools":[{"toolSpec":{"name":"f","strict":true,"inputSchema":{"json":{"type":"object"}}}}]}}""", "The model returned the following errors: tools.0.custom.strict: Extra inputs are not permitted")]
    [InlineData("/bedrock/model/amazon.nova-pro-v1%3A0/converse", """{"messages":[{"role":"user","content":[{"text":"hi"}]}],"outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{}"}}}}}""", "This model doesn't support the outputConfig.textFormat field.")]
    [InlineData("/bedrock/model/qwen.qwen3-32b-v1%3A0/converse", """{"messages":[{"role":"user","content":[{"text":"hi"}]}],"outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"nonsense"}}}}}""", "The value at outputConfig.textFormat.structure.jsonSchema.schema is not a valid JSON schema.")]
    [InlineData("/bedrock/model/m/converse", """{"messages":[{"role":"user","content":[{"text":"hi"}]}],"toolConfig":{"tools":[{"toolSpec":{"name":"f","description":"","inputSchema":{"json":{"type":"object"}}}}]}}""", "1 validation error detected: Value at 'toolConfig.tools.1.member.toolSpec.description'")]
    [InlineData("/v1beta/models/gemini-2.5-flash:generateContent", """{"contents":[{"parts":[{"text":"hi"}]}],"tools":[{"functionDeclarations":[{"name":"f"}]}],"generationConfig":{"responseMimeType":"application/json"}}""", "Function calling with a response mime type: 'application/json' is unsupported")]
    [InlineData("/v1beta/models/gemini-3.5-flash:generateContent", """{"contents":[{"parts":[{"text":"hi"}]}],"tools":[{"functionDeclarations":[{"name":"f"}]}],"generationConfig":{"responseMimeType":"application/json"}}""", null)]
    [InlineData("/v1beta/models/gemini-3.5-flash:generateContent", """{"contents":[{"parts":[{"text":"hi"}]}],"generationConfig":{"responseMimeType":"application/json","responseSchema":{"type":"STRING"},"responseJsonSchema":{}}}""", "Only one of response_schema and response_json_schema can be set.")]
    [InlineData("/v1beta/models/gemini-3.5-flash:generateContent", """{"contents":[{"parts":[{"text":"hi"}]}],"tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT","properties":{"a":{"type":"STRING"}},"additionalProperties":false}}]}]}""", "Invalid JSON payload received. Unknown name \"additionalProperties\" at 'tools[0].function_declarations[0].parameters': Cannot find field.")]
    public async Task A_feature_is_rejected_where_the_vendor_or_the_model_has_it_not(string path, string body, string? words)
    {
        await using Sim sim = await Sim.StartAsync();
        using HttpRequestMessage request = DialectClient.Request(path, body);

        using HttpResponseMessage response = await sim.Http.SendAsync(request, Sim.Token);

        JsonElement answer = JsonElement.Parse(await response.Content.ReadAsStringAsync(Sim.Token));
        Assert.StartsWith(words ?? "{", response.StatusCode == HttpStatusCode.OK ? "{" : DialectClient.Message(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAI_names_the_parameter_and_a_code()
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement chat = (await sim.JsonAsync(Sim.Chat, """{"model":"m","messages":[{"role":"user","content":"x"}],"response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{"type":"object"}}}}""")).GetProperty("error");
        JsonElement responses = (await sim.JsonAsync("/v1/responses", """{"model":"m","input":"x","text":{"format":{"type":"json_schema","name":"n","strict":true,"schema":{"type":"object"}}}}""")).GetProperty("error");
        JsonElement tool = (await sim.JsonAsync(Sim.Chat, """{"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object"}}}]}""")).GetProperty("error");

        Assert.Equal(("response_format", "invalid_json_schema"), (chat.GetProperty("param").GetString(), chat.GetProperty("code").GetString()));
        Assert.Equal(("text.format.schema", "invalid_json_schema"), (responses.GetProperty("param").GetString(), responses.GetProperty("code").GetString()));
        Assert.Equal(("tools[0].function.parameters", "invalid_function_parameters"), (tool.GetProperty("param").GetString(), tool.GetProperty("code").GetString()));
        Assert.StartsWith("Invalid schema for function 'f': In context=(), ", tool.GetProperty("message").GetString(), StringComparison.Ordinal);
    }
}
