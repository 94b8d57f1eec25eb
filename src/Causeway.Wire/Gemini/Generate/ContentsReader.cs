using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Reads what is said: <c>contents</c> and <c>systemInstruction</c>.</summary>
/// <remarks>
/// The vendor's SDKs keep each chunk of a streamed answer as a content of its own and send them all back. Contents of the model that follow
/// one another are therefore one turn, and their runs of text one part.
/// </remarks>
internal sealed class ContentsReader(JsonBody body, NeutralRequest request, Marks marks)
{
    private readonly PartReader _parts = new(body, marks);
    private bool _isChunked;

    public void Read(JsonElement contents, string path)
    {
        int index = 0;
        foreach (JsonElement content in Spelling.Items(contents))
        {
            ReadContent(content, $"{path}[{index++}]");
        }

        if (index == 0)
        {
            throw new RequestException("\"contents\" holds nothing.", path);
        }

        EndTurn();
        if (request.Turns is [.., { Role: Role.Assistant }])
        {
            marks.Once(Concept.AssistantPrefill, $"{path}[{index - 1}]");
        }
    }

    /// <summary>Reads a content, its parts alone, one part, or plain text.</summary>
    public void ReadSystem(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            marks.Once(Concept.SystemText, path);
            request.Turns.Insert(0, new Turn(Role.System) { Parts = { new TextPart(body.Slice(value)) } });
            return;
        }

        bool isContent = value.ValueKind == JsonValueKind.Object && (value.TryGetProperty("parts"u8, out _) || value.TryGetProperty("role"u8, out _));
        Content content = isContent ? Sort(value, path) : new Content { Parts = value, PartsPath = path };
        Turn turn = new(Role.System) { Extras = content.Extras };
        if (content.Role is { } role)
        {
            (turn.Extras ??= []).Add(new("role", JsonSlice.Of(role)));
        }

        ReadParts(content, turn);
        request.Turns.Insert(0, turn);
    }

    private void ReadContent(JsonElement value, string path)
    {
        Content content = Sort(value, path);
        Role role = RoleOf(content.Role, path);
        Turn turn;
        if (role == Role.Assistant && request.Turns is [.., { Role: Role.Assistant, Extras: null } before] && content.Extras is null)
        {
            _isChunked = true;
            turn = before;
        }
        else
        {
            EndTurn();
            turn = new Turn(role) { Extras = content.Extras };
            if (content.Role == "function")
            {
                (turn.Extras ??= []).Add(new("role", JsonSlice.Of(content.Role)));
            }

            request.Turns.Add(turn);
        }

        ReadParts(content, turn);
    }

    private Content Sort(JsonElement value, string path)
    {
        Content content = new() { PartsPath = path };
        foreach (JsonProperty member in Spelling.Members(value))
        {
            switch (member.Name)
            {
                case "role":
                    content.Role = member.Value.GetString();
                    break;
                case "parts":
                    content.Parts = member.Value;
                    content.PartsPath = $"{path}.parts";
                    break;
                default:
                    marks.Once(Concept.Unknown, $"{path}.{member.Name}");
                    (content.Extras ??= []).Add(new(member.Name, body.Slice(member.Value)));
                    break;
            }
        }

        return content;
    }

    private void ReadParts(Content content, Turn turn)
    {
        if (content.Parts.ValueKind == JsonValueKind.Undefined)
        {
            return;
        }

        int index = 0;
        foreach (JsonElement part in Spelling.Items(content.Parts))
        {
            Place place = new(content.PartsPath, index++);
            Part read = part.ValueKind == JsonValueKind.String ? _parts.Text(part, place, turn.Role) : _parts.Read(part, place, turn.Role);
            if (!(turn.Role == Role.Assistant && IsNothing(read)))
            {
                turn.Parts.Add(read);
            }
        }
    }

    /// <summary>What the first and the last chunk of a stream hold.</summary>
    private static bool IsNothing(Part part) => part is TextPart { Seal: null, Extras: null, Text.Escaped.IsEmpty: true };

    private void EndTurn()
    {
        if (request.Turns is [.., { Role: Role.Assistant } turn])
        {
            PartRuns.Join(turn.Parts, _isChunked);
            if (turn.Parts.Count == 0)
            {
                request.Turns.Remove(turn);
            }
        }

        _isChunked = false;
    }

    private static Role RoleOf(string? role, string path) => role switch
    {
        null or "" or "user" or "function" => Role.User,
        "model" => Role.Assistant,
        _ => throw new RequestException($"\"{path}.role\" is none of user, model and function.", $"{path}.role"),
    };

    private struct Content
    {
        public string? Role;
        public JsonElement Parts;
        public string PartsPath;
        public Extras? Extras;
    }
}
