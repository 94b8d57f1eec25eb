using System.Buffers;
using System.Text;
using System.Text.Json;
using Causeway.Wire.Json;
using Causeway.Wire.Neutral;
using Causeway.Wire.Usage;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>The response object around the output. It repeats the request, as the vendor's SDKs require; what was not said has its default.</summary>
internal sealed class ResponseEnvelope
{
    private static readonly (string Name, string Default)[] Repeated =
    [
        ("instructions", "null"),
        ("max_output_tokens", "null"),
        ("max_tool_calls", "null"),
        ("parallel_tool_calls", "true"),
        ("prompt_cache_key", "null"),
        ("reasoning", """{"effort":null,"summary":null}"""),
        ("safety_identifier", "null"),
        ("temperature", "null"),
        ("text", """{"format":{"type":"text"}}"""),
        ("tool_choice", "\"auto\""),
        ("tools", "[]"),
        ("top_logprobs", "0"),
        ("top_p", "null"),
        ("truncation", "\"disabled\""),
        ("user", "null"),
        ("metadata", "{}"),
    ];

    private readonly byte[][] _values = new byte[Repeated.Length][];
    private readonly byte[] _previous = "null"u8.ToArray();
    private readonly bool _isStored;
    private readonly string _model;
    private readonly long _createdAt;

    /// <summary>Copies what the response repeats of the request.</summary>
    public ResponseEnvelope(ReplyContext context)
    {
        _model = context.Target.Model;
        _createdAt = context.Created.ToUnixTimeSeconds();
        if (context.Request.Origin == context.Target.Operation)
        {
            // Asked in its own words, the provider keeps what it was told to keep; nothing that was translated is kept.
            _isStored = !Said(context, "store").Raw.Span.SequenceEqual("false"u8);
            _previous = Said(context, "previous_response_id") is { IsAbsent: false } previous ? OneLine(previous) : _previous;
        }

        for (int i = 0; i < Repeated.Length; i++)
        {
            (string name, string fallback) = Repeated[i];
            JsonSlice said = Said(context, name);
            _values[i] = said.IsAbsent || said.IsNull ? Encoding.UTF8.GetBytes(fallback) : OneLine(said);
        }
    }

    /// <param name="json">Where to.</param>
    /// <param name="id">The response's id.</param>
    /// <param name="head">What the provider said of itself.</param>
    /// <param name="end">How it ended, if it did.</param>
    /// <param name="items">The output so far.</param>
    /// <param name="usage">What was used; null: not known yet.</param>
    public void Write(Utf8JsonWriter json, string id, in ReplyStart head, in ResponseEnd end, OutputItems items, TokenUsage? usage)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        json.WriteString("object"u8, "response"u8);
        json.WriteNumber("created_at"u8, _createdAt);
        json.WriteString("status"u8, end.Status);
        json.WriteBoolean("background"u8, false);
        WriteError(json, end);
        json.WriteString("model"u8, head.Model ?? _model);
        WriteOutput(json, end, items);
        json.WritePropertyName("previous_response_id"u8);
        json.WriteRawValue(_previous, skipInputValidation: true);
        json.WriteBoolean("store"u8, _isStored);
        if (Served(head.ServiceTier) is { } tier)
        {
            json.WriteString("service_tier"u8, tier);
        }

        for (int i = 0; i < Repeated.Length; i++)
        {
            json.WritePropertyName(Repeated[i].Name);
            json.WriteRawValue(_values[i], skipInputValidation: true);
        }

        json.WritePropertyName("usage"u8);
        WriteUsage(json, usage);
        json.WriteEndObject();
    }

    private static JsonSlice Said(ReplyContext context, string name) => context.Request.Fields.Find(field => field.Path == name).Value;

    // An event's data may have several lines, but not every client of this operation reads more than one.
    private static byte[] OneLine(JsonSlice value)
    {
        if (!value.Raw.Span.ContainsAny((byte)'\n', (byte)'\r'))
        {
            return value.Raw.ToArray();
        }

        ArrayBufferWriter<byte> compact = new();
        using (JsonDocument document = JsonDocument.Parse(value.Raw))
        using (Utf8JsonWriter json = JsonOutput.To(compact))
        {
            document.WriteTo(json);
        }

        return compact.WrittenSpan.ToArray();
    }

    private static void WriteError(Utf8JsonWriter json, in ResponseEnd end)
    {
        if (end.Error is null)
        {
            json.WriteNull("error"u8);
        }
        else
        {
            json.WriteStartObject("error"u8);
            json.WriteString("code"u8, "server_error"u8);
            json.WriteString("message"u8, end.Error);
            json.WriteEndObject();
        }

        if (end.Reason is null)
        {
            json.WriteNull("incomplete_details"u8);
        }
        else
        {
            json.WriteStartObject("incomplete_details"u8);
            json.WriteString("reason"u8, end.Reason);
            json.WriteEndObject();
        }
    }

    private static void WriteOutput(Utf8JsonWriter json, in ResponseEnd end, OutputItems items)
    {
        json.WriteStartArray("output"u8);
        if (end.Status != ResponseEnd.Running.Status)
        {
            foreach (OutputItem item in items.All)
            {
                bool isBroken = end.IsBroken && item.Index == items.All.Count - 1;
                item.Write(json, isBroken ? "incomplete"u8 : "completed"u8, item.Kind == BlockKind.Reasoning ? items.StateOf(item.Blocks[0]) : null);
            }
        }

        json.WriteEndArray();
    }

    /// <summary>Cached and written tokens stand inside the input, reasoning inside the output.</summary>
    private static void WriteUsage(Utf8JsonWriter json, TokenUsage? reported)
    {
        if (reported is not { } usage)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteNumber("input_tokens"u8, usage.Input);
        json.WriteStartObject("input_tokens_details"u8);
        json.WriteNumber("cached_tokens"u8, usage.CacheRead);
        json.WriteNumber("cache_write_tokens"u8, usage.Input - usage.InputUncached - usage.CacheRead);
        if (usage.CacheWrite30m + usage.CacheWrite12h > 0)
        {
            json.WriteStartObject("cache_write_tokens_details"u8);
            json.WriteNumber("ttl_30m_tokens"u8, usage.CacheWrite30m);
            json.WriteNumber("ttl_12h_tokens"u8, usage.CacheWrite12h);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteNumber("output_tokens"u8, usage.Output);
        json.WriteStartObject("output_tokens_details"u8);
        json.WriteNumber("reasoning_tokens"u8, usage.Reasoning);
        json.WriteEndObject();
        json.WriteNumber("total_tokens"u8, usage.Input + usage.Output);
        json.WriteEndObject();
    }

    // Another vendor's word is told where OpenAI has one for it.
    private static string? Served(string? tier) => tier switch
    {
        "standard" => "default",
        "auto" or "default" or "flex" or "scale" or "priority" => tier,
        _ => null,
    };
}
