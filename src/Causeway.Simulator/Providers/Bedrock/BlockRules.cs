using System.Text.Json;
using System.Text.RegularExpressions;

namespace Causeway.Simulator.Providers.Bedrock;

/// <summary>What Converse refuses about one content block.</summary>
internal static partial class BlockRules
{
    /// <param name="place">As in <c>messages.0.content.1</c>.</param>
    public static Rejection? Check(JsonElement block, string place)
    {
        if (block.Member("text") is { } text)
        {
            return string.IsNullOrWhiteSpace(((JsonElement?)text).Text())
                ? ConverseRules.Invalid($"The text field in the ContentBlock object at {place} is blank. Add text to the text field, and try again.")
                : null;
        }

        foreach (string kind in new[] { "image", "document", "audio", "video" })
        {
            if (block.Member(kind) is { } medium)
            {
                return Medium(medium, kind, place);
            }
        }

        if (block.Member("toolUse") is { } use)
        {
            return ConverseRules.Name(use.Member("toolUseId").Text() ?? "", place + ".toolUse.toolUseId")
                ?? ConverseRules.Name(use.Member("name").Text() ?? "", place + ".toolUse.name")
                ?? (use.Member("input") is { ValueKind: JsonValueKind.Object } ? null : ConverseRules.Invalid($"The format of the value at {place}.toolUse.input is invalid. Provide a json object for the field and try again."));
        }

        return block.Member("toolResult") is { } result ? Result(result, place) : null;
    }

    private static Rejection? Result(JsonElement result, string place)
    {
        JsonElement[] content = [.. result.Member("content").Items()];
        if (content.Length == 0 && result.Member("status").Text() == "error")
        {
            return ConverseRules.Invalid($"The content field at {place}.toolResult cannot be empty when status value is error.");
        }

        for (int i = 0; i < content.Length; i++)
        {
            if (Check(content[i], $"{place}.toolResult.content.{i}") is { } rejection)
            {
                return rejection;
            }
        }

        return ConverseRules.Name(result.Member("toolUseId").Text() ?? "", place + ".toolResult.toolUseId");
    }

    /// <summary>Bytes or an S3 object; there is no way to name a URL.</summary>
    private static Rejection? Medium(JsonElement medium, string kind, string place)
    {
        JsonElement? source = medium.Member("source");
        bool carried = source.Member("bytes") is { } bytes ? bytes.ValueKind == JsonValueKind.String && bytes.TryGetBytesFromBase64(out _)
            : source.Member("s3Location").Member("uri").Text()?.StartsWith("s3://", StringComparison.Ordinal) is true
                || (kind == "document" && (source.Member("text") ?? source.Member("content")) is not null);
        if (!carried)
        {
            return ConverseRules.Invalid($"The value at {place}.{kind}.source must be one of the following: bytes, s3Location.");
        }

        return kind == "document" && !DocumentName().IsMatch(medium.Member("name").Text() ?? "")
            ? ConverseRules.Invalid("The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character.")
            : null;
    }

    [GeneratedRegex(@"^(?!.*\s\s)[a-zA-Z0-9\s()\[\]-]+$", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex DocumentName();
}
