using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Causeway.Simulator.Providers;

/// <summary>A form as sent: url-encoded fields, or parts of which some are files.</summary>
/// <param name="Fields">Of a name that comes twice, the last one.</param>
internal sealed record Form(IReadOnlyDictionary<string, string> Fields, IReadOnlyList<FormFile> Files)
{
    public string? Field(string name) => Fields.GetValueOrDefault(name);

    /// <summary>The file of a field, which may be written as a list: <c>image[]</c>.</summary>
    public FormFile? File(string name) => Files.FirstOrDefault(file => file.Field == name || file.Field == name + "[]");

    /// <returns>Null where the content type is no form's or its parts cannot be told apart.</returns>
    public static Form? Read(string? contentType, byte[] body)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? type))
        {
            return null;
        }

        if (type.MediaType == "application/x-www-form-urlencoded")
        {
            return new Form(QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body)).ToDictionary(pair => pair.Key, pair => pair.Value.ToString()), []);
        }

        string? boundary = type.Parameters.FirstOrDefault(parameter => parameter.Name == "boundary")?.Value?.Trim('"');
        return type.MediaType == "multipart/form-data" && !string.IsNullOrEmpty(boundary) ? Parts(body, Encoding.ASCII.GetBytes("--" + boundary)) : null;
    }

    private static Form? Parts(ReadOnlySpan<byte> body, ReadOnlySpan<byte> delimiter)
    {
        Dictionary<string, string> fields = [];
        List<FormFile> files = [];
        int start = body.IndexOf(delimiter);
        while (start >= 0)
        {
            ReadOnlySpan<byte> rest = body[(start + delimiter.Length)..];
            if (rest.StartsWith("--"u8))
            {
                return new Form(fields, files);
            }

            int head = rest.IndexOf("\r\n\r\n"u8);
            int end = rest.IndexOf((byte[])[.. "\r\n"u8, .. delimiter]);
            if (head < 0 || end < head)
            {
                return null;
            }

            Add(Encoding.UTF8.GetString(rest[..head]), rest[Math.Min(head + 4, end)..end].ToArray(), fields, files);
            start = body.Length - rest.Length + end + 2;
        }

        return null;
    }

    private static void Add(string head, byte[] content, Dictionary<string, string> fields, List<FormFile> files)
    {
        string? disposition = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("content-disposition:", StringComparison.OrdinalIgnoreCase));
        if (!ContentDispositionHeaderValue.TryParse(disposition?["content-disposition:".Length..], out ContentDispositionHeaderValue? said))
        {
            return;
        }

        string name = said.Name?.Trim('"') ?? "";
        if (said.FileName?.Trim('"') is { } fileName)
        {
            files.Add(new FormFile(name, fileName, content));
        }
        else
        {
            fields[name] = Encoding.UTF8.GetString(content);
        }
    }
}

/// <param name="Field">The field that it was put into.</param>
internal sealed record FormFile(string Field, string Name, byte[] Content);
