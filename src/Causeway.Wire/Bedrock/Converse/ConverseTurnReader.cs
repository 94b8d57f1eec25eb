using System.Text.Json;
using Causeway.Wire.Anthropic.Messages;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>Reads the system text and the messages.</summary>
internal sealed class ConverseTurnReader(JsonBody body, NeutralRequest request, MessagesMarks marks)
{
    private readonly ConverseBlockReader _blocks = new(body, marks);

    public void System(JsonElement system)
    {
        Turn turn = new(Role.System);
        Blocks(system, turn, Concept.SystemText);
        request.Turns.Add(turn);
    }

    public void Messages(JsonElement messages)
    {
        bool begun = false;
        foreach (JsonElement message in messages.EnumerateArray())
        {
            marks.Turn++;
            string place = $"messages[{marks.Turn}]";
            Role role = MessagesTurnReader.RoleOf(message, place);
            Turn turn = new(role);
            Concept text = role != Role.System ? Concept.Text : begun ? Concept.SystemBetweenTurns : Concept.SystemText;
            Blocks(message.Required("content", place), turn, text);
            KeepMembers(message, turn, place);
            request.Turns.Add(turn);
            begun |= role != Role.System;
        }

        if (request.Turns is [.., { Role: Role.Assistant, Parts: [.., TextPart] }])
        {
            marks.At(Concept.AssistantPrefill, $"messages[{marks.Turn}]");
        }
    }

    private void Blocks(JsonElement blocks, Turn turn, Concept text)
    {
        foreach (JsonElement block in blocks.EnumerateArray())
        {
            marks.Block++;
            Part part = _blocks.Read(block, text);
            if (ConverseBlockReader.CachePoint(block) is { } mark && turn.Parts.FindLast(before => before is not NativePart) is { } marked)
            {
                marked.Cache = mark;
            }

            turn.Parts.Add(part);
        }

        marks.Block = -1;
    }

    private void KeepMembers(JsonElement message, Turn turn, string place)
    {
        foreach (JsonProperty member in message.EnumerateObject())
        {
            if (member.Name == "role" ? turn.Role == Role.System : member.Name != "content")
            {
                // The role tells a message from the system text at the top.
                (turn.Extras ??= []).Add(new(member.Name, body.Slice(member.Value)));
            }

            if (member.Name is not ("role" or "content"))
            {
                marks.Unknown($"{place}.{member.Name}");
            }
        }
    }
}
