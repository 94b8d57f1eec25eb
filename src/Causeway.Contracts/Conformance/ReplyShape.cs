using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Causeway.Contracts.Conformance;

/// <summary>A digest of what a reply looks like: names, types and order of an answer, or status and code of an error; never a value.</summary>
internal static class ReplyShape
{
    /// <summary>SHA-256, hex; null: there was no reply.</summary>
    public static string? Digest(ProbeReply reply) => reply.Kind switch
    {
        ProbeReplyKind.Failed when reply.Status == 0 => null,
        ProbeReplyKind.Answered => Hash(Of(reply)),
        _ => Hash(string.Create(CultureInfo.InvariantCulture, $"error {reply.Status} {reply.Code}")),
    };

    private static string Of(ProbeReply reply)
    {
        var shape = new StringBuilder();
        shape.Append(reply.IsRefusal ? "refusal " : reply.IsTruncated ? "truncated " : reply.IsToolCall ? "tool " : "");
        try
        {
            using JsonDocument answer = JsonDocument.Parse(reply.Text);
            Write(answer.RootElement, shape);
        }
        catch (JsonException)
        {
            shape.Append(reply.Text.IsEmpty ? "nothing" : "text");
        }

        return shape.ToString();
    }

    private static void Write(JsonElement value, StringBuilder shape)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                shape.Append('{');
                foreach (JsonProperty member in value.EnumerateObject())
                {
                    shape.Append(member.Name).Append(':');
                    Write(member.Value, shape);
                }

                shape.Append('}');
                break;
            case JsonValueKind.Array:
                shape.Append('[');
                foreach (JsonElement item in value.EnumerateArray())
                {
                    Write(item, shape);
                }

                shape.Append(']');
                break;
            default:
                shape.Append(value.ValueKind is JsonValueKind.True or JsonValueKind.False ? "Boolean" : value.ValueKind.ToString()).Append(',');
                break;
        }
    }

    private static string Hash(string shape) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(shape)));
}
