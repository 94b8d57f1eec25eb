using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Causeway.Simulator.Tests.Providers.Bedrock;

namespace Causeway.Simulator.Tests.Shapes;

/// <summary>Sends one schema and one prompt in each dialect's own request, and reads the document or the refusal out of each reply.</summary>
internal static class DialectClient
{
    public const string Gemini = "/gemini/v1beta/models/gemini-2.5-flash";
    private const string Vertex = "/vertex/v1/projects/p1/locations/global/publishers";

    /// <returns>The document as it was answered, or <c>status message</c> of a refusal.</returns>
    public static async Task<string> AskAsync(Sim sim, string dialect, string schema, string prompt, bool stream = false)
    {
        string said = JsonSerializer.Serialize(prompt);
        string flag = stream ? "true" : "false";
        (string path, string body) = dialect switch
        {
            "openai" or "azure" => (Chat(dialect, stream), $$$$$$$$$"""{"model":"gpt-4o","stream":{{{{{{{{{flag}}}}}}}}},"messages":[{"role":"user","content":{{{{{{{{{said}}}}}}}}}}],"response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{{{{{{{{{schema}}}}}}}}}}}}"""),
            "openai loose" => (Chat("openai", stream), $$$$$$$$$"""{"model":"gpt-4o","stream":{{{{{{{{{flag}}}}}}}}},"messages":[{"role":"user","content":{{{{{{{{{said}}}}}}}}}}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{{{{{{{{{schema}}}}}}}}}}}}"""),
            "responses" => ("/openai/v1/responses", $$$$$$$$$"""{"model":"gpt-4o","stream":{{{{{{{{{flag}}}}}}}}},"input":{{{{{{{{{said}}}}}}}}},"text":{"format":{"type":"json_schema","name":"n","strict":true,"schema":{{{{{{{{{schema}}}}}}}}}}}}"""),
            "anthropic" => (Sim.Messages, $$$$$$$$$"""{"model":"claude-sonnet-4-6","max_tokens":4000,"stream":{{{{{{{{{flag}}}}}}}}},"messages":[{"role":"user","content":{{{{{{{{{said}}}}}}}}}}],"output_config":{"format":{"type":"json_schema","schema":{{{{{{{{{schema}}}}}}}}}}}}"""),
            "vertex claude" => ($"{Vertex}/anthropic/models/claude-haiku-4-5:{(stream ? "streamRawPredict" : "rawPredict")}", $$$$$$$$$"""{"anthropic_version":"vertex-2023-10-16","max_tokens":4000,"messages":[{"role":"user","content":{{{{{{{{{said}}}}}}}}}}],"output_config":{"format":{"type":"json_schema","schema":{{{{{{{{{schema}}}}}}}}}}}}"""),
            "bedrock" => ($"/bedrock/model/anthropic.claude-haiku-4-5-v1%3A0/converse{(stream ? "-stream" : "")}", $$$$$$$$$"""{"messages":[{"role":"user","content":[{"text":{{{{{{{{{said}}}}}}}}}}]}],"outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"name":"n","schema":{{{{{{{{{JsonSerializer.Serialize(schema)}}}}}}}}}}}}}}"""),
            "gemini openapi" => (Generate(Gemini, stream), Google(said, "responseSchema", schema)),
            "gemini json" => (Generate(Gemini, stream), Google(said, "responseJsonSchema", schema)),
            "vertex openapi" => (Generate($"{Vertex}/google/models/gemini-2.5-flash", stream), Google(said, "responseSchema", schema)),
            _ => (Chat(dialect, stream), $$$$$$$$$"""{"model":"m","stream":{{{{{{{{{flag}}}}}}}}},"messages":[{"role":"user","content":{{{{{{{{{said}}}}}}}}}}],"response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{{{{{{{{{schema}}}}}}}}}}}}"""),
        };
        using HttpRequestMessage request = Request(path, body);
        using HttpResponseMessage response = await sim.Http.SendAsync(request, Sim.Token);
        byte[] answer = await response.Content.ReadAsByteArrayAsync(Sim.Token);
        return response.IsSuccessStatusCode
            ? stream ? Streamed(dialect, answer) : Document(dialect, JsonElement.Parse(answer))
            : $"{(int)response.StatusCode} {Message(JsonElement.Parse(answer))}";
    }

    public static HttpRequestMessage Request(string path, string body)
    {
        HttpRequestMessage request = Sim.Request(path, body);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", path.StartsWith("/vertex", StringComparison.Ordinal) ? "simulator" : "test-key");
        return request;
    }

    /// <summary>The words of a refusal, whatever the envelope.</summary>
    public static string Message(JsonElement body)
    {
        JsonElement holder = body.TryGetProperty("error", out JsonElement error) ? error : body.TryGetProperty("detail", out JsonElement detail) ? detail[0] : body;
        return holder.TryGetProperty("message", out JsonElement message) || holder.TryGetProperty("msg", out message) ? message.GetString()! : holder.GetRawText();
    }

    private static string Chat(string vendor, bool stream) =>
        vendor == "azure" ? "/azure/openai/v1/chat/completions" : $"/{vendor}/v1/chat/completions";

    private static string Generate(string model, bool stream) => model + (stream ? ":streamGenerateContent?alt=sse" : ":generateContent");

    private static string Google(string said, string field, string schema) =>
        $$$$$$$$$"""{"contents":[{"role":"user","parts":[{"text":{{{{{{{{{said}}}}}}}}}}]}],"generationConfig":{"responseMimeType":"application/json","{{{{{{{{{field}}}}}}}}}":{{{{{{{{{schema}}}}}}}}}}}""";

    private static string Document(string dialect, JsonElement answer) => dialect switch
    {
        "responses" => answer.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString()!,
        "anthropic" or "vertex claude" => answer.GetProperty("content")[0].GetProperty("text").GetString()!,
        "bedrock" => answer.GetProperty("output").GetProperty("message").GetProperty("content")[0].GetProperty("text").GetString()!,
        "gemini openapi" or "gemini json" or "vertex openapi" => answer.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts")[0].GetProperty("text").GetString()!,
        _ => answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!,
    };

    private static string Streamed(string dialect, byte[] body)
    {
        if (dialect == "bedrock")
        {
            return string.Concat(EventStreams.Read(body).Select(e => Text(e.Json, "delta", "text")));
        }

        IEnumerable<JsonElement> events = Encoding.UTF8.GetString(body).ReplaceLineEndings("\n").Split('\n')
            .Where(line => line.StartsWith("data: {", StringComparison.Ordinal)).Select(line => JsonElement.Parse(line[6..]));
        return string.Concat(events.Select(e => dialect switch
        {
            "responses" => e.GetProperty("type").GetString() == "response.output_text.delta" ? e.GetProperty("delta").GetString() : "",
            "anthropic" or "vertex claude" => Text(e, "delta", "text"),
            "gemini openapi" or "gemini json" or "vertex openapi" => e.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts")[0].GetProperty("text").GetString(),
            _ => e.GetProperty("choices") is var choices && choices.GetArrayLength() > 0 ? Text(choices[0], "delta", "content") : "",
        }));
    }

    private static string Text(JsonElement value, string outer, string inner) =>
        value.TryGetProperty(outer, out JsonElement holder) && holder.TryGetProperty(inner, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";
}
