using Causeway.Simulator.Providers.OpenAI;
using Causeway.Simulator.Shapes;

namespace Causeway.Simulator.Providers.Compatible;

/// <summary>Groq: a list of models with schemas, strict or by best effort; the others know JSON mode only.</summary>
internal static class GroqSchemas
{
    private static readonly string[] s_withSchemas = ["openai/gpt-oss-20b", "openai/gpt-oss-120b", "qwen/qwen3.8-27b"];

    // Whose models the vendor serves. An id of none of them behaves like the newest.
    private static readonly string[] s_families = ["llama", "meta-llama/", "openai/", "qwen", "moonshotai/", "groq/", "compound", "deepseek", "gemma", "mistral", "mixtral", "allam", "minimax"];

    public static Verdict Format(AskedFormat asked)
    {
        if (!s_withSchemas.Contains(asked.Model) && s_families.Any(family => asked.Model.StartsWith(family, StringComparison.Ordinal)))
        {
            return Invalid("This model does not support response format `json_schema`. See supported models at https://console.groq.com/docs/structured-outputs#supported-models");
        }

        if (asked.HasTools)
        {
            return Invalid("json mode cannot be combined with tool/function calling");
        }

        if (asked.Body.Member("stream").IsTrue())
        {
            return Invalid("response format `json_schema` does not support streaming");
        }

        return !asked.IsStrict || asked.Schema is not { } schema ? default
            : SchemaRules.Check(schema, Dialects.Groq) is { } fault
                ? Invalid($"invalid JSON schema for response_format: '{asked.Name}': /{string.Join('/', fault.Path)}: {StrictWords.Said(fault)}")
            : Dialects.Groq;
    }

    public static Rejection? JsonObject(AskedFormat asked) => asked.HasTools ? Invalid("json mode cannot be combined with tool/function calling") : null;

    private static Rejection Invalid(string message) => new(400, "invalid_request_error", message) { Param = "response_format" };
}
