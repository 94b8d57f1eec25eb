using System.Text.Json;

namespace Causeway.Wire.Requests;

/// <summary>Splices that set, or take out, a member of a body's outermost object, wherever and however often the caller wrote it.</summary>
public static class MemberEdit
{
    /// <summary>Plans that a member has a value: in place of every one that is there, and at the end of the object where there is none and it is to be put in.</summary>
    /// <param name="body">The body.</param>
    /// <param name="name">The member's name, without escapes.</param>
    /// <param name="value">The value as JSON.</param>
    /// <param name="insert">Put it in where it is missing.</param>
    /// <param name="edits">Takes the splices; those that it has concern other members.</param>
    /// <returns>False: the body is no JSON object, and nothing can be said of it.</returns>
    public static bool TrySet(ReadOnlySpan<byte> body, string name, ReadOnlyMemory<byte> value, bool insert, ref BodyEdits edits)
    {
        try
        {
            Utf8JsonReader json = new(body);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            bool isThere = false, isEmpty = true;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                bool isIt = json.ValueTextEquals(name);
                json.Read();
                int start = (int)json.TokenStartIndex;
                json.Skip();
                isEmpty = false;
                if (isIt)
                {
                    isThere = true;
                    edits.Add(new BodyEdit(new ByteRange(start, (int)json.BytesConsumed - start), value));
                }
            }

            if (insert && !isThere)
            {
                byte[] member = [.. isEmpty ? "\""u8 : ",\""u8, .. System.Text.Encoding.UTF8.GetBytes(name), .. "\":"u8, .. value.Span];
                edits.Add(new BodyEdit(new ByteRange((int)json.TokenStartIndex, 0), member));
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Plans that a member is not there.</summary>
    /// <inheritdoc cref="TrySet"/>
    public static bool TryRemove(ReadOnlySpan<byte> body, string name, ref BodyEdits edits)
    {
        try
        {
            Utf8JsonReader json = new(body);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            int before = (int)json.BytesConsumed; // The end of what is kept.
            bool isFirst = true;
            int pending = -1; // Where what is taken out begins, while nothing that is kept has followed it.
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                int start = (int)json.TokenStartIndex;
                bool isIt = json.ValueTextEquals(name);
                json.Read();
                json.Skip();
                if (isIt)
                {
                    pending = pending >= 0 ? pending : isFirst ? start : before;
                }
                else
                {
                    if (pending >= 0)
                    {
                        // Behind a kept member the comma before goes with it; at the beginning the one behind.
                        edits.Add(new BodyEdit(new ByteRange(pending, (isFirst ? start : before) - pending), default));
                        pending = -1;
                    }

                    isFirst = false;
                }

                before = isIt && !isFirst ? Math.Max(before, (int)json.BytesConsumed) : (int)json.BytesConsumed;
            }

            if (pending >= 0)
            {
                edits.Add(new BodyEdit(new ByteRange(pending, before - pending), default));
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
