using System.Text.Json;
using Causeway.Simulator.Answers;

namespace Causeway.Simulator.Providers.OpenAI.Media;

/// <summary>Fields and files of a multimodal request, whether it came as JSON or as a form.</summary>
internal static class MediaRequest
{
    /// <summary>A form's fields as the JSON that they would be, with the size of every file; a form's borders are random and stay out of ids.</summary>
    /// <returns>Null where the body is no form.</returns>
    public static (JsonElement Body, string Fingerprint)? OfForm(Incoming incoming)
    {
        if (Form.Read(incoming.Request.ContentType, incoming.Body) is not { } form)
        {
            return null;
        }

        byte[] body = JsonWriting.Bytes(w =>
        {
            w.WriteStartObject();
            foreach ((string name, string value) in form.Fields.OrderBy(field => field.Key, StringComparer.Ordinal))
            {
                w.WriteString(name, value);
            }

            w.WriteStartArray("files");
            foreach (FormFile file in form.Files)
            {
                w.WriteStartObject();
                w.WriteString("field", file.Field.TrimEnd('[', ']'));
                w.WriteNumber("bytes", file.Content.Length);
                w.WriteString("digest", Fingerprint.Of(file.Name, file.Content));
                w.WriteEndObject();
            }

            w.WriteEndArray();
            w.WriteEndObject();
        });
        return (JsonElement.Parse(body), Fingerprint.Of($"{incoming.Route.Vendor}/{incoming.Route.Operation}", body));
    }

    /// <summary>Bytes of all files that a field holds, 0 if none came.</summary>
    public static long Bytes(JsonElement body, string field) =>
        body.Member("files").Items().Where(file => file.Member("field").Text() == field).Sum(file => file.Member("bytes").Number() ?? 0);

    public static Rejection NoForm { get; } = new(400, "invalid_request_error", "Could not parse multipart form");
}
