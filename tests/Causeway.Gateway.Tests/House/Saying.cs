using System.Net.Http.Headers;
using System.Text;
using Causeway.Wire;

namespace Causeway.Gateway.Tests.House;

/// <summary>A request of inference that a test sends.</summary>
internal sealed record Saying(string Path, string Body)
{
    public const string ChatPath = "/v1/chat/completions";
    public const string ResponsesPath = "/v1/responses";
    public const string EmbeddingsPath = "/v1/embeddings";
    public const string MessagesPath = "/v1/messages";

    public static Saying Chat { get; } = new(ChatPath, """{"model":"gpt-5.4-mini","messages":[{"role":"user","content":"Tell me about bridges"}]}""");

    public static Saying ChatStream { get; } = new(ChatPath, """{"model":"gpt-5.4-mini","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Tell me about bridges"}]}""");

    public static Saying Responses { get; } = new(ResponsesPath, """{"model":"gpt-5.4-mini","input":"Tell me about bridges"}""");

    public static Saying ResponsesStream { get; } = new(ResponsesPath, """{"model":"gpt-5.4-mini","stream":true,"input":"Tell me about bridges"}""");

    public static Saying Embeddings { get; } = new(EmbeddingsPath, """{"model":"text-embedding-3-small","input":"Tell me about bridges"}""");

    public static Saying Messages { get; } = new(MessagesPath, """{"model":"claude-sonnet-4-6","max_tokens":100,"messages":[{"role":"user","content":"Tell me about bridges"}]}""");

    public static Saying MessagesStream { get; } = new(MessagesPath, """{"model":"claude-sonnet-4-6","max_tokens":100,"stream":true,"messages":[{"role":"user","content":"Tell me about bridges"}]}""");

    public static Saying CountTokens { get; } = new("/v1/messages/count_tokens", """{"model":"claude-sonnet-4-6","messages":[{"role":"user","content":"Tell me about bridges"}]}""");

    public static Saying Generate { get; } = new("/v1beta/models/gemini-2.5-flash:generateContent", """{"contents":[{"role":"user","parts":[{"text":"Tell me about bridges"}]}]}""");

    public static Saying GenerateEvents { get; } = Generate with { Path = "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse" };

    public static Saying GenerateArray { get; } = Generate with { Path = "/v1beta/models/gemini-2.5-flash:streamGenerateContent" };

    /// <summary>Every way to stream, by name.</summary>
    public static IReadOnlyDictionary<string, Saying> Streams { get; } = new Dictionary<string, Saying>
    {
        ["chat"] = ChatStream,
        ["responses"] = ResponsesStream,
        ["messages"] = MessagesStream,
        ["gemini-events"] = GenerateEvents,
        ["gemini-array"] = GenerateArray,
    };

    /// <summary>Every way to get a plain answer, by name.</summary>
    public static IReadOnlyDictionary<string, Saying> Plain { get; } = new Dictionary<string, Saying>
    {
        ["chat"] = Chat,
        ["responses"] = Responses,
        ["messages"] = Messages,
        ["gemini"] = Generate,
    };

    public Protocol Protocol => Path.StartsWith("/v1beta", StringComparison.Ordinal) ? Protocol.Gemini
        : Path.StartsWith("/v1/messages", StringComparison.Ordinal) ? Protocol.Anthropic
        : Protocol.OpenAI;

    /// <summary>With a key where the vendor's SDK puts it; null: without.</summary>
    public HttpRequestMessage ToMessage(string? key)
    {
        HttpRequestMessage message = new(HttpMethod.Post, Path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body)) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (key is not null)
        {
            (string name, string value) = Protocol switch
            {
                Protocol.OpenAI => ("Authorization", "Bearer " + key),
                Protocol.Anthropic => ("x-api-key", key),
                _ => ("x-goog-api-key", key),
            };
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }
}
