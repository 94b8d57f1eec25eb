using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Writes a whole reply.</summary>
internal static class GenerateReplyWriter
{
    public static void Write(NeutralReply reply, ReplyContext context, Utf8JsonWriter json)
    {
        ReplyFrame frame = new(context);
        frame.Take(reply.Head);
        json.WriteStartObject();
        if (reply is { Blocks.Count: 0, Stops.Count: 1 } && FinishReasons.IsBlock(reply.Stops.First().Value))
        {
            ReplyFrame.WriteBlock(json, reply.Stops.First().Value);
        }
        else
        {
            json.WriteStartArray("candidates"u8);
            foreach ((int choice, ReplyStop stop) in reply.Stops)
            {
                WriteCandidate(json, choice, stop, reply.Blocks.FindAll(block => block.Start.Choice == choice));
            }

            json.WriteEndArray();
        }

        frame.Write(json, reply.HasUsage ? reply.Tokens : null);
        json.WriteEndObject();
    }

    private static void WriteCandidate(Utf8JsonWriter json, int choice, in ReplyStop stop, List<ReplyBlock> blocks)
    {
        json.WriteStartObject();
        json.WriteStartObject("content"u8);
        json.WriteStartArray("parts"u8);
        blocks.ForEach(block => WritePart(json, block));
        json.WriteEndArray();
        json.WriteString("role"u8, "model"u8);
        json.WriteEndObject();
        ReplyFrame.WriteFinish(json, stop, blocks.Exists(block => block.Start.Kind == BlockKind.Refusal));
        json.WriteNumber("index"u8, choice);
        if (blocks.SelectMany(block => block.Citations ?? []).ToList() is { Count: > 0 } citations)
        {
            Grounding.Write(json, citations);
        }

        if (blocks.SelectMany(block => block.LogProbs ?? []).ToList() is { Count: > 0 } tokens)
        {
            TokenLogProbs.Write(json, tokens);
        }

        json.WriteEndObject();
    }

    private static void WritePart(Utf8JsonWriter json, ReplyBlock block)
    {
        switch (block.Start.Kind)
        {
            case BlockKind.ToolCall or BlockKind.CustomToolCall:
                ReplyParts.WriteCall(json, block.Start, block.Escaped, block.Seal);
                break;
            default:
                ReplyParts.WriteText(json, block.Start.Kind, block.Escaped, block.Seal);
                break;
        }
    }
}
