using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Causeway.Admin;

/// <summary>Reads JSON bodies without goodwill: what is not understood is refused and named, so that a typing error cannot pass as a default.</summary>
internal static class RequestBody
{
    public const int MaxBytes = 64 * 1024;

    /// <summary>Reads an object of at most <see cref="MaxBytes"/>: no unknown members, none twice, no other types than declared.</summary>
    /// <returns>The object, or what is wrong: exactly one of the two.</returns>
    public static async Task<(T? Value, Problem? Problem)> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type)
        where T : class
    {
        if (!IsJson(request.ContentType))
        {
            return (null, new Problem(AdminError.ContentTypeUnsupported, "Send a JSON object with \"Content-Type: application/json\"."));
        }

        if (request.ContentLength > MaxBytes)
        {
            return (null, TooLarge());
        }

        PipeReader reader = request.BodyReader;
        ReadResult read = await reader.ReadAtLeastAsync(MaxBytes + 1, request.HttpContext.RequestAborted);
        if (read.Buffer.Length > MaxBytes)
        {
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            return (null, TooLarge());
        }

        byte[] body = read.Buffer.ToArray();
        reader.AdvanceTo(read.Buffer.End);
        return Parse(body, type);
    }

    private static (T? Value, Problem? Problem) Parse<T>(byte[] body, JsonTypeInfo<T> type)
        where T : class
    {
        if (!Utf8.IsValid(body))
        {
            return (null, Malformed("The body is not UTF-8."));
        }

        try
        {
            using var document = JsonDocument.Parse(body);
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
            return (null, Malformed("A member has the wrong type.", [new FieldProblem(Printable.Cut(member), "is not of the type that it must have; docs/admin-api.md shows the body")]));
        }
        catch (JsonException failure)
        {
            return (null, Malformed($"The body is not JSON from line {failure.LineNumber + 1 ?? 1}, byte {failure.BytePositionInLine + 1 ?? 1} on."));
        }
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

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? media)
        && media.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (!media.Charset.HasValue || media.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static Problem TooLarge() => new(AdminError.BodyTooLarge, $"A body has at most {MaxBytes / 1024} KiB.");

    private static Problem Malformed(string detail, IReadOnlyList<FieldProblem>? problems = null) => new(AdminError.RequestMalformed, detail, problems);
}
