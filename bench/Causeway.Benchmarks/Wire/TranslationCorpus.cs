using System.Text;
using Causeway.Wire;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;

namespace Causeway.Benchmarks.Wire;

/// <summary>Requests of 1 KiB with a history, a tool and settings, and plain replies, as the vendors' SDKs and services send them.</summary>
internal static class TranslationCorpus
{
    public const string RequestId = "req_0198a7c0000070008000000000000001";

    public static readonly DateTimeOffset Created = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    // Three turns and a schema make 1 KiB of each request together with this much prompt.
    private static readonly string s_prompt = new('x', 500);

    private const string Schema = """{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"}},"required":["city"]}""";

    private const string Reply600 = "The quick brown fox jumps over the lazy dog. ";

    public static RequestTranslation Read(Operation caller, bool stream)
    {
        if (!RequestTranslation.TryRead(caller, Request(caller), stream, out RequestTranslation? translation, out RequestFault fault))
        {
            throw new InvalidOperationException(fault.Message);
        }

        return translation;
    }

    public static Target Target(Operation operation, string server = "openai") => new()
    {
        Provider = "up",
        Operation = operation,
        Server = server,
        Model = Model(operation),
        MaxOutputTokens = 8192,
    };

    public static byte[] Request(Operation caller) => Encoding.UTF8.GetBytes(caller switch
    {
        Operation.ChatCompletions =>
            $$$"""{"model":"m","messages":[{"role":"system","content":"You are concise."},{"role":"user","content":"Where was I?"},{"role":"assistant","content":"In \"Köln\"."},{"role":"user","content":"{{{s_prompt}}}"}],"tools":[{"type":"function","function":{"name":"weather","description":"Tells the weather","parameters":{{{Schema}}}}}],"tool_choice":"auto","temperature":0.7,"max_completion_tokens":256,"stop":["END"],"stream":true,"stream_options":{"include_usage":true}}""",
        Operation.Messages =>
            $$"""{"model":"m","max_tokens":256,"system":"You are concise.","messages":[{"role":"user","content":"Where was I?"},{"role":"assistant","content":[{"type":"text","text":"In \"Köln\"."}]},{"role":"user","content":[{"type":"text","text":"{{s_prompt}}"}]}],"tools":[{"name":"weather","description":"Tells the weather","input_schema":{{Schema}}}],"tool_choice":{"type":"auto"},"temperature":0.7,"stream":true}""",
        Operation.Responses =>
            $$"""{"model":"m","instructions":"You are concise.","input":[{"role":"user","content":"Where was I?"},{"role":"assistant","content":"In \"Köln\"."},{"type":"message","role":"user","content":[{"type":"input_text","text":"{{s_prompt}}"}]}],"tools":[{"type":"function","name":"weather","description":"Tells the weather","parameters":{{Schema}},"strict":false}],"tool_choice":"auto","temperature":0.7,"max_output_tokens":256,"store":false,"stream":true}""",
        _ => throw new ArgumentOutOfRangeException(nameof(caller), caller, "No request is kept for it."),
    });

    public static byte[] Reply(Operation upstream)
    {
        string text = string.Concat(Enumerable.Repeat(Reply600, 14));
        return Encoding.UTF8.GetBytes(upstream switch
        {
            Operation.ChatCompletions =>
                $$$"""{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"gpt-4.1-mini","choices":[{"index":0,"message":{"role":"assistant","content":"{{{text}}}","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":24,"completion_tokens":128,"total_tokens":152,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}},"service_tier":"default"}""",
            Operation.Messages =>
                $$$"""{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-6","content":[{"type":"text","text":"{{{text}}}"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":24,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":128,"service_tier":"standard"}}""",
            Operation.GenerateContent =>
                $$$"""{"candidates":[{"content":{"parts":[{"text":"{{{text}}}"}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":24,"candidatesTokenCount":128,"totalTokenCount":152,"promptTokensDetails":[{"modality":"TEXT","tokenCount":24}]},"modelVersion":"gemini-2.5-flash","responseId":"r-1"}""",
            Operation.Converse =>
                $$$"""{"metrics":{"latencyMs":551},"output":{"message":{"content":[{"text":"{{{text}}}"}],"role":"assistant"}},"stopReason":"end_turn","usage":{"inputTokens":24,"outputTokens":128,"totalTokens":152}}""",
            _ => throw new ArgumentOutOfRangeException(nameof(upstream), upstream, "No reply is kept for it."),
        });
    }

    private static string Model(Operation operation) => operation switch
    {
        Operation.Messages => "claude-sonnet-4-6",
        Operation.GenerateContent or Operation.StreamGenerateContent => "gemini-2.5-flash",
        Operation.Converse or Operation.ConverseStream => "anthropic.claude-sonnet-4-6",
        _ => "gpt-4.1-mini",
    };
}
