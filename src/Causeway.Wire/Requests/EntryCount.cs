using System.Runtime.InteropServices;
using System.Text.Json;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Requests;

/// <summary>Counts the entries of a request's lists as they are read, and refuses the first one beyond its bound.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct EntryCount(RequestBounds bounds, bool countsImages)
{
    private readonly RequestBounds _bounds = bounds;
    private int _messages;
    private int _images;

    public int Tools { get; private set; }

    /// <summary>An entry was met whose content is not in the body.</summary>
    public bool ReachesOutside { get; private set; }

    /// <summary>How often tools may be used that are billed by the use.</summary>
    public ToolUses Uses { get; private set; }

    /// <summary>Models that tools name for their own work; null: none does.</summary>
    public List<string>? Models { get; private set; }

    /// <summary>Reads a list to its end. What is no list has no entries: whether it may stand there is its provider's to say.</summary>
    public bool Take(ref Utf8JsonReader reader, RequestField field, out RequestFault fault)
    {
        fault = default;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return true;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!(field.Entries == Entries.Tools ? TakeTool(ref reader, field, out fault) : TakeMessage(ref reader, field, out fault)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A member names these.</summary>
    public void MayUse(BilledTool[] tools)
    {
        foreach (BilledTool tool in tools)
        {
            Uses = Uses.Plus(tool.Tool, tool.Uses);
        }
    }

    /// <summary>Whether so many answers may be asked for.</summary>
    public readonly bool Allows(int choices, ref Utf8JsonReader reader, RequestField field, out RequestFault fault) =>
        Within(choices, _bounds.Choices, "answers (limits.choices). Ask for fewer, or more than once", ref reader, field, out fault);

    private bool TakeTool(ref Utf8JsonReader reader, RequestField field, out RequestFault fault)
    {
        if (!Within(++Tools, _bounds.Tools, "tools (limits.tools). Offer fewer", ref reader, field, out fault))
        {
            return false;
        }

        ReachesOutside |= IsOutside(ref reader, field);
        return true;
    }

    private bool TakeMessage(ref Utf8JsonReader reader, RequestField field, out RequestFault fault)
    {
        if (!Within(++_messages, _bounds.Messages, "entries (limits.messages). Send fewer, or sum up the oldest", ref reader, field, out fault))
        {
            return false;
        }

        if (countsImages)
        {
            Utf8JsonReader ahead = reader; // Only where there may be too many an entry is read twice.
            _images += ImageCount.Of(ref ahead);
        }

        ReachesOutside |= IsOutside(ref reader, field);
        return Within(_images, _bounds.Images, "images (limits.images). Send fewer", ref reader, field, out fault);
    }

    // Reads an entry to its end. Where its type stands twice, either counts.
    private bool IsOutside(ref Utf8JsonReader reader, RequestField field)
    {
        if (field is { OutsideTypes.Length: 0, InsideTypes.Length: 0 } || reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return false;
        }

        (bool isOutside, bool isNamed, bool isKept) = (false, false, false);
        (uint billed, int? stated) = (0, null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isType = reader.ValueTextEquals("type"u8);
            bool isModel = field.Entries == Entries.Tools && reader.ValueTextEquals("model"u8);
            isNamed |= reader.ValueTextEquals("role"u8);
            isKept |= field.RefersById && reader.ValueTextEquals("id"u8);
            bool isUses = field.Billed.Length > 0 && reader.ValueTextEquals("max_uses"u8);
            reader.Read();
            isNamed |= isType && reader.TokenType != JsonTokenType.Null;
            isOutside |= isType && reader.TokenType == JsonTokenType.String && IsOutsideType(ref reader, field);
            billed |= isType && reader.TokenType == JsonTokenType.String ? BilledAs(ref reader, field.Billed) : 0;
            if (isModel && reader.TokenType == JsonTokenType.String)
            {
                (Models ??= []).Add(reader.GetString()!);
            }
            else if (isUses)
            {
                stated = Math.Max(stated ?? 0, UsesOf(ref reader));
            }

            reader.Skip();
        }

        for (int tool = 0; billed != 0 && tool < field.Billed.Length; tool++)
        {
            Uses = (billed & (1u << tool)) != 0 ? Uses.Plus(field.Billed[tool].Tool, stated ?? field.Billed[tool].Uses) : Uses;
        }

        return isOutside || (isKept && !isNamed);
    }

    // No type needs an escape: whoever writes one hides it.
    private static bool IsOutsideType(ref Utf8JsonReader reader, RequestField field) =>
        reader.ValueIsEscaped
        || BeginsWithAny(reader.ValueSpan, field.OutsideTypes)
        || (field.InsideTypes.Length > 0 && !BeginsWithAny(reader.ValueSpan, field.InsideTypes));

    private static uint BilledAs(ref Utf8JsonReader reader, BilledTool[] tools)
    {
        for (int tool = 0; tool < tools.Length; tool++)
        {
            if (reader.ValueIsEscaped || reader.ValueSpan.StartsWith(tools[tool].Type))
            {
                return reader.ValueIsEscaped ? (1u << tools.Length) - 1 : 1u << tool;
            }
        }

        return 0;
    }

    // What is no number of uses bounds none, and is its provider's to refuse.
    private static int UsesOf(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out double uses) && uses >= 0 && uses == Math.Floor(uses) ? (int)Math.Min(uses, ToolUses.Most) : ToolAllowance.Unstated;

    private static bool BeginsWithAny(ReadOnlySpan<byte> value, byte[][] beginnings)
    {
        foreach (byte[] beginning in beginnings)
        {
            if (value.StartsWith(beginning))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Within(int count, int bound, string whatAndNext, ref Utf8JsonReader reader, RequestField field, out RequestFault fault)
    {
        fault = count <= bound
            ? default
            : new RequestFault("request_too_many", $"'{field.Param}': a request may have {bound} {whatAndNext}, or have the operator of this gateway raise the limit.", field.Param, reader.TokenStartIndex);
        return count <= bound;
    }
}
