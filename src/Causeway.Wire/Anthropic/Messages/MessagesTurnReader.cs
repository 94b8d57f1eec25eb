using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>Reads the system text and the messages.</summary>
internal sealed class MessagesTurnReader(JsonBody body, NeutralRequest request, MessagesMarks marks)
{
    private readonly MessagesBlockReader _blocks = new(body, marks);

    public void System(JsonElement system)
    {
        Turn turn = new(Role.System);
        marks.Here(Concept.SystemText);
        Content(system, turn, Concept.SystemText);
        request.Turns.Add(turn);
    }

    /// <summary>Who speaks, in the words that Bedrock has as well.</summary>
    public static Role RoleOf(JsonElement message, string place) => message.Required("role", place).GetString() switch
    {
        "user" => Role.User,
        "assistant" => Role.Assistant,
        "system" => Role.System,
        _ => throw new RequestException("A message is from \"user\", \"assistant\" or \"system\".", $"{place}.role"),
    };

    public void Messages(JsonElement messages)
    {
        bool begun = false;
        foreach (JsonElement message in messages.EnumerateArray())
        {
            marks.Turn++;
            string place = $"messages[{marks.Turn}]";
            Role role = RoleOf(message, place);
            Turn turn = new(role);
            Content(message.Required("content", place), turn, role == Role.System ? Mark(begun, place) : Concept.Text);
            Keep(message, turn, place);
            request.Turns.Add(turn);
            begun |= role != Role.System;
        }

        if (request.Turns is [.., { Role: Role.Assistant, Parts: [.., TextPart] }])
        {
            marks.At(Concept.AssistantPrefill, $"messages[{marks.Turn}]");
        }
    }

    private Concept Mark(bool begun, string place)
    {
        Concept concept = begun ? Concept.SystemBetweenTurns : Concept.SystemText;
        marks.At(concept, place);
        return concept;
    }

    /// <summary>Reads a string or a list of blocks. A string is kept as well, so that it goes back as one.</summary>
    private void Content(JsonElement content, Turn turn, Concept text)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            JsonSlice whole = body.Slice(content);
            turn.Parts.Add(new TextPart(whole));
            (turn.Extras ??= []).Add(new(MessagesMembers.Whole, whole));
            marks.Here(text);
            return;
        }

        foreach (JsonElement block in content.EnumerateArray())
        {
            marks.Block++;
            turn.Parts.Add(_blocks.Read(block, text));
        }

        marks.Block = -1;
    }

    private void Keep(JsonElement message, Turn turn, string place)
    {
        if (turn.Role == Role.System)
        {
            // Tells a message of this role from the system text at the top.
            (turn.Extras ??= []).Add(new("role", body.Slice(message, "role")));
        }

        foreach (JsonProperty member in message.EnumerateObject())
        {
            if (member.Name is not ("role" or "content"))
            {
                (turn.Extras ??= []).Add(new(member.Name, body.Slice(member.Value)));
                marks.Unknown($"{place}.{member.Name}");
            }
        }
    }
}
