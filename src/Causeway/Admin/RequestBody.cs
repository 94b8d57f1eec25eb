using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Causeway.Admin;

/// <summary>Reads bodies without goodwill: what is not understood is refused and named, so that a typing error cannot pass as a default.</summary>
internal static class RequestBody
{
    public const int MaxBytes = 64 * 1024;

    /// <summary>For bodies that carry prompts.</summary>
    public const int MaxLargeBytes = 1024 * 1024;

    private const string Json = "application/json";
    private const string Yaml = "application/yaml";

    /// <summary>Reads an object: no unknown members, none twice, no other types than declared.</summary>
    /// <returns>The object, or what is wrong: exactly one of the two.</returns>
    public static async Task<(T? Value, Problem? Problem)> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type, int maxBytes = MaxBytes)
        where T : class
    {
        if (!Is(Json, request.ContentType))
        {
            return (null, new Problem(AdminError.ContentTypeUnsupported, $"Send a JSON object with \"Content-Type: {Json}\"."));
        }

        (byte[]? body, Problem? problem) = await ReadBytesAsync(request, maxBytes);
        return body is null ? (null, problem) : Parse(body, type);
    }

    /// <summary>Reads YAML as text.</summary>
    /// <returns>The text, or what is wrong: exactly one of the two.</returns>
    public static async Task<(string? Text, Problem? Problem)> ReadYamlAsync(HttpRequest request)
    {
        if (!Is(Yaml, request.ContentType))
        {
            return (null, new Problem(AdminError.ContentTypeUnsupported, $"Send YAML with \"Content-Type: {Yaml}\"."));
        }

        (byte[]? body, Problem? problem) = await ReadBytesAsync(request, MaxLargeBytes);
        return body is null ? (null, problem)
            : !Utf8.IsValid(body) || body.Contains((byte)0) ? (null, NotUtf8())
            : (Encoding.UTF8.GetString(body.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? body.AsSpan(Encoding.UTF8.Preamble.Length) : body), null);
    }

    private static async Task<(byte[]? Body, Problem? Problem)> ReadBytesAsync(HttpRequest request, int maxBytes)
    {
        if (request.ContentLength > maxBytes)
        {
            return (null, TooLarge(maxBytes));
        }

        PipeReader reader = request.BodyReader;
        ReadResult read = await reader.ReadAtLeastAsync(maxBytes + 1, request.HttpContext.RequestAborted);
        if (read.Buffer.Length > maxBytes)
        {
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            return (null, TooLarge(maxBytes));
        }

        byte[] body = read.Buffer.ToArray();
        reader.AdvanceTo(read.Buffer.End);
        return (body, null);
    }

    private static (T? Value, Problem? Problem) Parse<T>(byte[] body, JsonTypeInfo<T> type)
        where T : class
    {
        if (!Utf8.IsValid(body))
        {
            return (null, NotUtf8());
        }

        try
        {
            using var document = JsonDocument.Parse(body, AdminJson.Document);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return (null, Malformed("The body is not a JSON object."));
            }

            FieldProblem[] problems = [.. StrayMembers(document.RootElement, [.. type.Properties.Select(property => property.Name)])];
            return problems.Length > 0
                ? (null, Malformed("The body has members that it must not have.", problems))
                : (document.Deserialize(type), null);
        }
        catch (JsonException failure) when (failure.Path is { Length: > 2 } path)
        {
            // "$.team": the member is there and is not what it must be.
            string member = path[2..];
            return (null, Malformed("A member has the wrong type.", [new FieldProblem(Printable.Cut(member), Expected(type, member))]));
        }
        catch (InvalidOperationException)
        {
            return (null, Malformed("The body has a member whose name holds half of a surrogate pair."));
        }
        catch (JsonException failure)
        {
            return (null, Malformed($"The body is not JSON from line {failure.LineNumber + 1 ?? 1}, byte {failure.BytePositionInLine + 1 ?? 1} on."));
        }
    }

    private static string Expected(JsonTypeInfo type, string path) =>
        WordsOf(type, path) is { } words ? $"is one of: {words}" : "is not of the type that it must have; docs/admin-api.md shows the body";

    /// <summary>The words of which the member of a path such as <c>stages[0].kind</c> is one; null: it is none of such a kind.</summary>
    public static string? WordsOf(JsonTypeInfo type, string path)
    {
        Type? found = type.Type;
        foreach (string step in path.Split('.'))
        {
            JsonTypeInfo at = type.Options.GetTypeInfo(found);
            string name = step.Split('[')[0];
            found = at.Properties.FirstOrDefault(property => property.Name == name)?.PropertyType;
            found = found is not null && step.EndsWith(']') ? type.Options.GetTypeInfo(found).ElementType : found;
            if (found is null)
            {
                break;
            }
        }

        found = found is null ? null : Nullable.GetUnderlyingType(found) ?? found;
        return found is { IsEnum: true } ? string.Join(", ", Enum.GetNames(found).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)) : null;
    }

    private static IEnumerable<FieldProblem> StrayMembers(JsonElement body, string[] known)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty member in body.EnumerateObject())
        {
            if (!known.Contains(member.Name))
            {
                yield return new FieldProblem(Printable.Cut(member.Name), $"is not a member of this body{Nearest.To(member.Name, known)}");
            }
            else if (!seen.Add(member.Name))
            {
                yield return new FieldProblem(member.Name, "comes more than once");
            }
        }
    }

    private static bool Is(string mediaType, string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? media)
        && media.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)
        && (!media.Charset.HasValue || media.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static Problem TooLarge(int maxBytes) => new(AdminError.BodyTooLarge, $"This body has at most {maxBytes / 1024} KiB.");

    private static Problem NotUtf8() => Malformed("The body is not UTF-8.");

    private static Problem Malformed(string detail, IReadOnlyList<FieldProblem>? problems = null) => new(AdminError.RequestMalformed, detail, problems);
}
