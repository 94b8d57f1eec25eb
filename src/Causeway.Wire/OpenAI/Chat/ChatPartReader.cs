using System.Text.Json;
using Causeway.Wire.Neutral;
using Causeway.Wire.OpenAI.Responses;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>Reads the content of a message: a text, or parts.</summary>
internal sealed class ChatPartReader(ChatReading reading)
{
    public void Read(JsonElement content, int message, List<Part> into, bool inResult = false)
    {
        switch (content.ValueKind)
        {
            case JsonValueKind.String:
                into.Add(new TextPart(reading.Slice(content)));
                reading.MarkOnce(Concept.Text, message, ".content");
                break;
            case JsonValueKind.Array:
                int at = 0;
                foreach (JsonElement part in content.EnumerateArray())
                {
                    into.Add(ReadPart(part, message, at++, inResult));
                }

                break;
            case JsonValueKind.Null:
                break;
            default:
                throw new RequestException("\"content\" must be a string or a list of parts.", $"messages[{message}].content");
        }
    }

    private Part ReadPart(JsonElement part, int message, int at, bool inResult)
    {
        string rest = $".content[{at}]";
        string path = $"messages[{message}]{rest}";
        string type = ChatReading.Need(part, "type", path).GetString()!;
        switch (type)
        {
            case "text":
                reading.MarkOnce(Concept.Text, message, rest);
                return WithOthers(new TextPart(reading.String(part, "text"u8, path + ".text")), part, "text", message, at);
            case "refusal":
                reading.MarkOnce(Concept.Refusal, message, rest);
                return WithOthers(new RefusalPart(reading.String(part, "refusal"u8, path + ".refusal")), part, "refusal", message, at);
            case "image_url":
                return WithOthers(Image(ChatReading.Need(part, type, path), message, at, inResult), part, type, message, at);
            case "input_audio":
                return WithOthers(Audio(ChatReading.Need(part, type, path), message, at), part, type, message, at);
            case "file":
                return WithOthers(File(ChatReading.Need(part, type, path), message, at, inResult), part, type, message, at);
            case "thinking":
                // Mistral's own way to hold reasoning in the content.
                reading.MarkOnce(Concept.ReasoningState, message, rest);
                return new NativePart(reading.Slice(part));
            default:
                reading.Request.Mark(Concept.Unknown, $"{path}.type: {type}");
                return new NativePart(reading.Slice(part));
        }
    }

    private Part WithOthers(Part part, JsonElement json, string own, int message, int at)
    {
        Extras? extras = part.Extras;
        foreach (JsonProperty member in json.EnumerateObject())
        {
            if (member.Name is "type" || member.Name == own || member.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            if (member.Name == "prompt_cache_breakpoint" && member.Value.ValueKind == JsonValueKind.Object)
            {
                part.Cache = new CacheMark(member.Value.TryGetProperty("ttl"u8, out JsonElement ttl) ? ttl.GetString() : null);
                reading.Keep(ref extras, member.Name, member.Value);
                reading.MarkOnce(Concept.CacheMark, message, $".content[{at}].{member.Name}");
            }
            else
            {
                reading.KeepUnknown(ref extras, member.Name, member.Value, $"messages[{message}].content[{at}].{member.Name}");
            }
        }

        part.Extras = extras;
        return part;
    }

    private MediaPart Image(JsonElement image, int message, int at, bool inResult)
    {
        string rest = $".content[{at}].image_url";
        JsonSlice url = reading.String(image, "url"u8, $"messages[{message}]{rest}.url");
        string? detail = image.TryGetProperty("detail"u8, out JsonElement asked) ? asked.GetString() : null;
        if (detail is not (null or "auto"))
        {
            reading.MarkOnce(Concept.ImageDetail, message, rest + ".detail");
        }

        bool isData = DataUrl.TryRead(url, out string mediaType, out JsonSlice data);
        reading.MarkOnce(inResult ? Concept.ToolResultImage : isData ? Concept.ImageBytes : Concept.ImageUrl, message, rest);
        MediaPart part = isData
            ? new MediaPart(MediaKind.Image) { MediaType = mediaType, Data = data, Detail = detail }
            : new MediaPart(MediaKind.Image) { Url = url, Detail = detail };
        part.Extras = Inner(image, "image_url", message, at, "url", "detail");
        return part;
    }

    private MediaPart Audio(JsonElement audio, int message, int at)
    {
        string path = $"messages[{message}].content[{at}].input_audio";
        reading.MarkOnce(Concept.AudioBytes, message, $".content[{at}].input_audio");
        string format = ChatReading.Need(audio, "format", path).GetString()!;
        return new MediaPart(MediaKind.Audio)
        {
            MediaType = format == "mp3" ? "audio/mpeg" : "audio/" + format,
            Data = reading.String(audio, "data"u8, path + ".data"),
            Extras = Inner(audio, "input_audio", message, at, "data", "format"),
        };
    }

    private MediaPart File(JsonElement file, int message, int at, bool inResult)
    {
        string rest = $".content[{at}].file";
        JsonSlice name = reading.Optional(file, "filename"u8);
        JsonSlice data = reading.Optional(file, "file_data"u8);
        JsonSlice id = reading.Optional(file, "file_id"u8);
        Extras? extras = Inner(file, "file", message, at, "filename", "file_data", "file_id");
        Concept concept = inResult ? Concept.ToolResultDocument : data.IsAbsent ? Concept.DocumentFile : Concept.DocumentBytes;
        reading.MarkOnce(concept, message, data.IsAbsent ? rest + ".file_id" : rest + ".file_data");
        if (data.IsAbsent)
        {
            return id.IsString
                ? new MediaPart(MediaKind.Document) { FileId = id, Name = name, Extras = extras }
                : throw new RequestException("A file needs \"file_data\" or \"file_id\".", $"messages[{message}]{rest}");
        }

        // Some clients send the base64 text alone, of a PDF as a rule.
        return DataUrl.TryRead(data, out string mediaType, out JsonSlice base64)
            ? new MediaPart(MediaKind.Document) { MediaType = mediaType, Data = base64, Name = name, Extras = extras }
            : new MediaPart(MediaKind.Document) { MediaType = "application/pdf", Data = data, Name = name, Extras = extras };
    }

    private Extras? Inner(JsonElement inner, string parent, int message, int at, params ReadOnlySpan<string> known)
    {
        Extras? extras = null;
        foreach (JsonProperty member in inner.EnumerateObject())
        {
            if (!known.Contains(member.Name) && member.Value.ValueKind != JsonValueKind.Null)
            {
                reading.KeepUnknown(ref extras, $"{parent}.{member.Name}", member.Value, $"messages[{message}].content[{at}].{parent}.{member.Name}");
            }
        }

        return extras;
    }
}
