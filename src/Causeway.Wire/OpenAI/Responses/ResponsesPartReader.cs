using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>Reads what a message or a tool's answer consists of: a text, or a list of parts.</summary>
internal sealed class ResponsesPartReader(JsonBody body, FirstUses uses)
{
    private static readonly string[] Formats = ["audio/wav", "audio/mpeg"];

    /// <param name="item">The item.</param>
    /// <param name="list">The member that holds the content: <c>content</c> or <c>output</c>.</param>
    /// <param name="index">The item's place.</param>
    /// <param name="parts">Where the parts go.</param>
    public void Read(JsonElement item, string list, int index, List<Part> parts)
    {
        if (!item.TryMember(list, out JsonElement content))
        {
            throw new RequestException($"Missing required parameter: 'input[{index}].{list}'.", $"input[{index}].{list}");
        }

        if (content.ValueKind == JsonValueKind.String)
        {
            uses.Mark(Concept.Text, new PartPlace(index, list, -1), "");
            parts.Add(new TextPart(body.Slice(content)));
            return;
        }

        int number = 0;
        foreach (JsonElement part in content.EnumerateArray())
        {
            parts.Add(ReadPart(part, new PartPlace(index, list, number++)));
        }
    }

    private Part ReadPart(JsonElement part, in PartPlace place)
    {
        Part read = part.Word("type") switch
        {
            "input_text" or "output_text" or "text" => ReadText(part, place),
            "refusal" => ReadRefusal(part, place),
            "input_image" => ReadImage(part, place),
            "input_file" => ReadFile(part, place),
            "input_audio" => ReadAudio(part, place),
            _ => ReadNative(part, place),
        };
        if (part.TryMember("prompt_cache_breakpoint", out JsonElement mark))
        {
            read.Cache = new CacheMark(mark.Word("ttl"));
            uses.Mark(Concept.CacheMark, place, ".prompt_cache_breakpoint");
        }

        return read;
    }

    private TextPart ReadText(JsonElement part, in PartPlace place)
    {
        uses.Mark(Concept.Text, place, ".text");
        MarkOthers(part, place, "text");
        return new TextPart(TextOf(part, "text", place));
    }

    private RefusalPart ReadRefusal(JsonElement part, in PartPlace place)
    {
        uses.Mark(Concept.Refusal, place, ".refusal");
        MarkOthers(part, place, "refusal");
        return new RefusalPart(TextOf(part, "refusal", place));
    }

    private MediaPart ReadImage(JsonElement part, in PartPlace place)
    {
        MarkOthers(part, place, "image_url");
        if (place.List == "output")
        {
            uses.Mark(Concept.ToolResultImage, place, "");
        }

        string? detail = part.Word("detail");
        if (detail is not (null or "auto"))
        {
            uses.Mark(Concept.ImageDetail, place, ".detail");
        }

        JsonSlice file = body.Member(part, "file_id");
        if (file.IsString)
        {
            uses.Mark(Concept.ImageFile, place, ".file_id");
            return new MediaPart(MediaKind.Image) { FileId = file, Detail = detail };
        }

        JsonSlice url = TextOf(part, "image_url", place);
        bool isData = DataUrl.TryRead(url, out string mediaType, out JsonSlice data);
        uses.Mark(isData ? Concept.ImageBytes : Concept.ImageUrl, place, ".image_url");
        return isData
            ? new MediaPart(MediaKind.Image) { MediaType = mediaType, Data = data, Detail = detail }
            : new MediaPart(MediaKind.Image) { Url = url, Detail = detail };
    }

    private MediaPart ReadFile(JsonElement part, in PartPlace place)
    {
        MarkOthers(part, place, "file_data");
        if (place.List == "output")
        {
            uses.Mark(Concept.ToolResultDocument, place, "");
        }

        string? detail = part.Word("detail");
        JsonSlice name = body.Member(part, "filename");
        JsonSlice file = body.Member(part, "file_id");
        JsonSlice url = body.Member(part, "file_url");
        if (file.IsString || url.IsString)
        {
            uses.Mark(file.IsString ? Concept.DocumentFile : Concept.DocumentUrl, place, file.IsString ? ".file_id" : ".file_url");
            return new MediaPart(MediaKind.Document) { FileId = file, Url = file.IsString ? default : url, Name = name, Detail = detail };
        }

        uses.Mark(Concept.DocumentBytes, place, ".file_data");
        JsonSlice raw = TextOf(part, "file_data", place);
        return DataUrl.TryRead(raw, out string mediaType, out JsonSlice data)
            ? new MediaPart(MediaKind.Document) { MediaType = mediaType, Data = data, Name = name, Detail = detail }
            : new MediaPart(MediaKind.Document) { MediaType = "application/pdf", Data = raw, Name = name, Detail = detail };
    }

    private MediaPart ReadAudio(JsonElement part, in PartPlace place)
    {
        MarkOthers(part, place, "input_audio");
        uses.Mark(Concept.AudioBytes, place, ".input_audio");
        JsonElement audio = part.GetProperty("input_audio"u8);
        return new MediaPart(MediaKind.Audio)
        {
            MediaType = audio.Word("format") == "mp3" ? Formats[1] : Formats[0],
            Data = TextOf(audio, "data", place),
        };
    }

    private NativePart ReadNative(JsonElement part, in PartPlace place)
    {
        uses.MarkEach(Concept.Unknown, place.Path(""));
        return new NativePart(body.Slice(part));
    }

    private JsonSlice TextOf(JsonElement part, string member, in PartPlace place)
    {
        JsonSlice text = body.Member(part, member);
        return text.IsString ? text : throw new RequestException($"Missing required parameter: '{place.Path("." + member)}'.", place.Path("." + member));
    }

    private void MarkOthers(JsonElement part, in PartPlace place, string content)
    {
        foreach (JsonProperty member in part.EnumerateObject())
        {
            // Annotations and probabilities belong to an answer that is only being given back.
            bool isKnown = member.Value.ValueKind == JsonValueKind.Null
                || member.Name is "type" or "prompt_cache_breakpoint"
                || member.Name == content
                || content switch
                {
                    "text" => member.Name is "annotations" or "logprobs" or SdkMembers.Parsed,
                    "image_url" => member.Name is "detail" or "file_id",
                    "file_data" => member.Name is "detail" or "file_id" or "file_url" or "filename",
                    _ => false,
                };
            if (!isKnown)
            {
                uses.MarkEach(Concept.Unknown, place.Path("." + member.Name));
            }
        }
    }
}
