using System.Text.Json;
using Causeway.Wire.Neutral;
using Causeway.Wire.OpenAI.Responses;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>Writes a whole completion.</summary>
internal sealed class ChatReplyWriter(NeutralReply reply, ReplyContext context, Utf8JsonWriter json)
{
    private readonly bool _firstForm = ChatToolReader.IsFirstForm(context.Request);

    public void Write()
    {
        json.WriteStartObject();
        new ChatReplyHead(reply.Head, context).Write(json, "chat.completion"u8);
        json.WriteStartArray("choices"u8);
        foreach ((int choice, ReplyStop stop) in reply.Stops)
        {
            WriteChoice(choice, stop, reply.Blocks.FindAll(block => block.Start.Choice == choice));
        }

        json.WriteEndArray();
        if (reply.HasUsage)
        {
            ChatUsage.Write(json, reply.Tokens);
        }

        json.WriteEndObject();
    }

    private void WriteChoice(int choice, in ReplyStop stop, List<ReplyBlock> blocks)
    {
        bool refuses = blocks.Exists(block => block.Start.Kind == BlockKind.Refusal);
        json.WriteStartObject();
        json.WriteNumber("index"u8, choice);
        json.WriteStartObject("message"u8);
        json.WriteString("role"u8, "assistant"u8);
        WriteText("content"u8, blocks, BlockKind.Text);
        WriteRefusal(stop, blocks, refuses);
        WriteReasoning(blocks);
        WriteAnnotations(blocks);
        WriteCalls(blocks.FindAll(block => block.Start.Kind is BlockKind.ToolCall or BlockKind.CustomToolCall));
        json.WriteEndObject();
        WriteLogProbs(blocks);
        json.WriteString("finish_reason"u8, ChatStops.Word(stop.Kind, refuses, _firstForm));
        json.WriteEndObject();
    }

    /// <summary>Writes all text of one kind as a member; null where there is none.</summary>
    private void WriteText(ReadOnlySpan<byte> name, List<ReplyBlock> blocks, BlockKind kind)
    {
        EscapedText text = new();
        bool any = false;
        foreach (ReplyBlock block in blocks.Where(one => one.Start.Kind == kind))
        {
            any = true;
            text.Add(block.Escaped);
        }

        json.WritePropertyName(name);
        if (any)
        {
            text.WriteTo(json);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private void WriteRefusal(in ReplyStop stop, List<ReplyBlock> blocks, bool refuses)
    {
        if (!refuses && stop is { Kind: StopKind.Refusal, Detail: { } reason })
        {
            json.WriteString("refusal"u8, reason);
        }
        else
        {
            WriteText("refusal"u8, blocks, BlockKind.Refusal);
        }
    }

    private void WriteReasoning(List<ReplyBlock> blocks)
    {
        if (blocks.Exists(block => block.Start.Kind == BlockKind.Reasoning && !block.Escaped.IsEmpty))
        {
            WriteText("reasoning_content"u8, blocks, BlockKind.Reasoning);
        }

        List<ReplyBlock> sealedBlocks = blocks.FindAll(block => block.Seal is { } seal && !IsCall(block) && ChatReasoning.HasEntry(seal));
        if (sealedBlocks.Count == 0)
        {
            return;
        }

        json.WriteStartArray("reasoning_details"u8);
        for (int i = 0; i < sealedBlocks.Count; i++)
        {
            ReplyBlock block = sealedBlocks[i];
            ChatReasoning.WriteEntry(json, block.Seal!, block.Start.Kind == BlockKind.Reasoning ? block.Escaped : default, i);
        }

        json.WriteEndArray();
    }

    private void WriteAnnotations(List<ReplyBlock> blocks)
    {
        json.WriteStartArray("annotations"u8);
        foreach (Citation citation in blocks.SelectMany(block => block.Citations ?? []))
        {
            ChatAnnotations.Write(json, citation);
        }

        json.WriteEndArray();
    }

    private void WriteCalls(List<ReplyBlock> calls)
    {
        if (calls.Count == 0)
        {
            return;
        }

        if (_firstForm)
        {
            json.WriteStartObject("function_call"u8);
            WriteFunction(calls[0]);
            json.WriteEndObject();
            return;
        }

        json.WriteStartArray("tool_calls"u8);
        foreach (ReplyBlock call in calls)
        {
            string kind = call.Start.Kind == BlockKind.CustomToolCall ? "custom" : "function";
            json.WriteStartObject();
            json.WriteString("id"u8, CallIds.ToCaller(call.Start.CallId!, call.Seal));
            json.WriteString("type"u8, kind);
            json.WriteStartObject(kind);
            WriteFunction(call);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteFunction(ReplyBlock call)
    {
        bool isCustom = call.Start.Kind == BlockKind.CustomToolCall;
        json.WriteString("name"u8, call.Start.Name);
        json.WritePropertyName(isCustom ? "input"u8 : "arguments"u8);

        // A call without arguments has none in other protocols, and an empty object here: clients parse the text.
        ReadOnlySpan<byte> text = call.Escaped.IsEmpty && !isCustom ? "{}"u8 : call.Escaped;
        new EscapedText().Add(text).WriteTo(json);
    }

    private void WriteLogProbs(List<ReplyBlock> blocks)
    {
        List<ReplyBlock> told = blocks.FindAll(block => block.LogProbs is not null);
        if (told.Count == 0)
        {
            json.WriteNull("logprobs"u8);
            return;
        }

        ChatLogProbs.Write(json, [.. told.SelectMany(block => block.LogProbs!)], told[0].Start.Kind == BlockKind.Refusal);
    }

    private static bool IsCall(ReplyBlock block) => block.Start.Kind is BlockKind.ToolCall or BlockKind.CustomToolCall;
}
