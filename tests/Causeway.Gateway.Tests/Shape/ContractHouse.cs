using System.Text;
using System.Text.Json;
using Causeway.Contracts.Registry;
using Causeway.Contracts.Schemas;
using Causeway.Contracts.Validation;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Shape;

/// <summary>Requests with a schema, in each protocol's own way, and what their callers read in the answers.</summary>
internal static class ContractHouse
{
    public const string City =
        """{"type":"object","properties":{"city":{"type":"string"},"population":{"type":"integer"}},"required":["city","population"],"additionalProperties":false}""";

    public const string Optional =
        """{"type":"object","properties":{"city":{"type":"string"},"mayor":{"type":"string"}},"required":["city"],"additionalProperties":false}""";

    private static readonly DateTimeOffset s_made = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Every way to ask for a schema, by name.</summary>
    public static IReadOnlyList<string> Ways { get; } = ["chat", "chat-tool", "responses", "responses-tool", "messages", "messages-tool", "gemini", "gemini-openapi", "gemini-tool"];

    /// <summary>A request that asks for a schema in one of the ways.</summary>
    public static Saying Ask(string way, string model, string schema, bool stream = false, string prompt = "Tell me about bridges")
    {
        string said = JsonSerializer.Serialize(prompt);
        string flag = stream ? "\"stream\":true," : "";
        string gemini = stream ? $"/v1beta/models/{model}:streamGenerateContent?alt=sse" : $"/v1beta/models/{model}:generateContent";
        string messages = $$"""{{flag}}"max_tokens":200,"messages":[{"role":"user","content":{{said}}}]""";
        return way switch
        {
            "chat" => new(Saying.ChatPath, $$$$$$"""{"model":"{{{{{{model}}}}}}",{{{{{{flag}}}}}}"messages":[{"role":"user","content":{{{{{{said}}}}}}}],"response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{{{{{{schema}}}}}}}}}"""),
            "chat-tool" => new(Saying.ChatPath, $$$$$$"""{"model":"{{{{{{model}}}}}}",{{{{{{flag}}}}}}"messages":[{"role":"user","content":{{{{{{said}}}}}}}],"tools":[{"type":"function","function":{"name":"give","parameters":{{{{{{schema}}}}}}}}],"tool_choice":{"type":"function","function":{"name":"give"}}}"""),
            "responses" => new(Saying.ResponsesPath, $$$$$$"""{"model":"{{{{{{model}}}}}}",{{{{{{flag}}}}}}"input":{{{{{{said}}}}}},"text":{"format":{"type":"json_schema","name":"n","strict":true,"schema":{{{{{{schema}}}}}}}}}"""),
            "responses-tool" => new(Saying.ResponsesPath, $$$$$$"""{"model":"{{{{{{model}}}}}}",{{{{{{flag}}}}}}"input":{{{{{{said}}}}}},"tools":[{"type":"function","name":"give","parameters":{{{{{{schema}}}}}}}],"tool_choice":{"type":"function","name":"give"}}"""),
            "messages" => new(Saying.MessagesPath, $$$$$$"""{"model":"{{{{{{model}}}}}}",{{{{{{messages}}}}}},"output_config":{"format":{"type":"json_schema","schema":{{{{{{schema}}}}}}}}}"""),
            "messages-tool" => new(Saying.MessagesPath, $$$$$$"""{"model":"{{{{{{model}}}}}}",{{{{{{messages}}}}}},"tools":[{"name":"give","input_schema":{{{{{{schema}}}}}}}],"tool_choice":{"type":"tool","name":"give"}}"""),
            "gemini" => new(gemini, $$$$$$"""{"contents":[{"role":"user","parts":[{"text":{{{{{{said}}}}}}}]}],"generationConfig":{"responseMimeType":"application/json","responseJsonSchema":{{{{{{schema}}}}}}}}"""),
            "gemini-openapi" => new(gemini, $$$$$$"""{"contents":[{"role":"user","parts":[{"text":{{{{{{said}}}}}}}]}],"generationConfig":{"responseMimeType":"application/json","responseSchema":{{{{{{OpenApi(schema)}}}}}}}}"""),
            _ => new(gemini, $$$$$$"""{"contents":[{"role":"user","parts":[{"text":{{{{{{said}}}}}}}]}],"tools":[{"functionDeclarations":[{"name":"give","parametersJsonSchema":{{{{{{schema}}}}}}}]}],"toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["give"]}}}"""),
        };
    }

    /// <summary>The document that the caller's SDK would read: the text of the answer, or the arguments of the call.</summary>
    public static string Document(string way, Answer answer, bool stream)
    {
        if (!stream)
        {
            return OfBody(way, answer.Json);
        }

        StringBuilder text = new();
        foreach (string data in answer.Events.Where(data => data != "[DONE]"))
        {
            text.Append(OfEvent(way, JsonElement.Parse(data)));
        }

        return text.ToString();
    }

    public static bool Follows(string schema, string document) =>
        Validator.Of(JsonSchema.Parse(Encoding.UTF8.GetBytes(schema))).IsValid(Encoding.UTF8.GetBytes(document));

    /// <summary>Registers a contract, as policy would hold it.</summary>
    public static void Register(this GatewayHouse house, string name, string schema, ContractPolicy? policy = null, int version = 1)
    {
        JsonSchema parsed = JsonSchema.Parse(Encoding.UTF8.GetBytes(schema));
        ContractPolicy kept = policy ?? ContractPolicy.Default;
        Contract contract = new(name, version, ContractId.Of(parsed, kept), parsed, kept, s_made);
        house.Policies.Publish(before => before.WithContracts(new ServedContract(contract)));
    }

    private static string OpenApi(string schema) => schema
        .Replace(",\"additionalProperties\":false", "", StringComparison.Ordinal)
        .Replace("\"object\"", "\"OBJECT\"", StringComparison.Ordinal)
        .Replace("\"string\"", "\"STRING\"", StringComparison.Ordinal)
        .Replace("\"integer\"", "\"INTEGER\"", StringComparison.Ordinal);

    private static string OfBody(string way, JsonElement body) => way switch
    {
        "chat" => body.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!,
        "chat-tool" => body.GetProperty("choices")[0].GetProperty("message").GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString()!,
        "responses" => Output(body, "message").GetProperty("content")[0].GetProperty("text").GetString()!,
        "responses-tool" => Output(body, "function_call").GetProperty("arguments").GetString()!,
        "messages" => Block(body, "text").GetProperty("text").GetString()!,
        "messages-tool" => Block(body, "tool_use").GetProperty("input").GetRawText(),
        "gemini-tool" => Part(body, "functionCall").GetProperty("functionCall").GetProperty("args").GetRawText(),
        _ => Part(body, "text").GetProperty("text").GetString()!,
    };

    private static string? OfEvent(string way, JsonElement data)
    {
        switch (way)
        {
            case "chat" or "chat-tool":
                return data.TryGetProperty("choices", out JsonElement choices) && choices.GetArrayLength() > 0 && choices[0].TryGetProperty("delta", out JsonElement delta)
                    ? way == "chat"
                        ? delta.TryGetProperty("content", out JsonElement content) ? content.GetString() : null
                        : delta.TryGetProperty("tool_calls", out JsonElement calls) && calls[0].GetProperty("function").TryGetProperty("arguments", out JsonElement arguments) ? arguments.GetString() : null
                    : null;
            case "responses" or "responses-tool":
                return data.GetProperty("type").GetString() == (way == "responses" ? "response.output_text.delta" : "response.function_call_arguments.delta") ? data.GetProperty("delta").GetString() : null;
            case "messages" or "messages-tool":
                return data.GetProperty("type").GetString() == "content_block_delta" && data.GetProperty("delta").TryGetProperty(way == "messages" ? "text" : "partial_json", out JsonElement piece) ? piece.GetString() : null;
            default:
                return data.TryGetProperty("candidates", out JsonElement candidates) && candidates[0].TryGetProperty("content", out JsonElement said) && said.TryGetProperty("parts", out JsonElement parts)
                    ? string.Concat(parts.EnumerateArray().Select(part =>
                        way == "gemini-tool" ? part.TryGetProperty("functionCall", out JsonElement call) ? call.GetProperty("args").GetRawText() : null
                        : part.TryGetProperty("text", out JsonElement text) ? text.GetString() : null))
                    : null;
        }
    }

    private static JsonElement Output(JsonElement body, string type) => body.GetProperty("output").EnumerateArray().First(item => item.GetProperty("type").GetString() == type);

    private static JsonElement Block(JsonElement body, string type) => body.GetProperty("content").EnumerateArray().First(block => block.GetProperty("type").GetString() == type);

    private static JsonElement Part(JsonElement body, string member) =>
        body.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts").EnumerateArray().First(part => part.TryGetProperty(member, out _));
}
