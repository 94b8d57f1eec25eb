using System.Text;
using System.Text.Json;

namespace Causeway.Wire.Objects;

/// <summary>Finds what a request's body names of what its provider keeps, at any depth: a file to read, a response to go on from.</summary>
public sealed class NamedObjects
{
    /// <summary>Ids that one body may name.</summary>
    public const int MaxNamed = 1_000;

    private const int MaxDepth = 64;
    private const byte ByteOrderMark = 0xEF;

    // Members whose value names one, or several in a list, or holds one under "id".
    private static readonly byte[][] s_openAI = Names(
        "previous_response_id", "response_id", "conversation", "conversation_id", "file_id", "file_ids", "input_file_id", "training_file", "validation_file", "vector_store_id", "vector_store_ids", "container",
        "container_id", "batch_id", "upload_id", "assistant_id", "thread_id", "eval_id", "video_id", "skill_id");

    private static readonly byte[][] s_anthropic = Names("file_id", "file_ids", "container", "container_id", "skill_id", "message_batch_id");

    private static readonly byte[][] s_gemini = Names(
        "fileUri", "file_uri", "cachedContent", "cached_content", "fileName", "file_name", "fileSearchStoreNames", "file_search_store_names", "fileSearchStoreName", "file_search_store_name");

    // The caller's own: labels, what a tool of its own is called with or answers, and what an answer that is sent again had cited. A vendor reads no name in them.
    private static readonly byte[][] s_free = Names("metadata", "attributes", "annotations");
    private static readonly byte[][] s_freeOfAnthropic = [.. s_free, .. Names("input", "input_schema")];
    private static readonly byte[][] s_freeOfGemini = [.. s_free, .. Names("args", "response")];

    private readonly Protocol _protocol;
    private readonly byte[][] _names;
    private readonly byte[][] _freeNames;
    private readonly HashSet<NamedObject> _found = [];
    private readonly Level[] _levels = new Level[MaxDepth + 2];
    private readonly int _max;

    /// <param name="protocol">The protocol of the bodies.</param>
    /// <param name="max">Ids that they may name together.</param>
    public NamedObjects(Protocol protocol, int max = MaxNamed)
    {
        (_protocol, _max) = (protocol, max);
        (_names, _freeNames) = protocol switch
        {
            Protocol.OpenAI => (s_openAI, s_free),
            Protocol.Anthropic => (s_anthropic, s_freeOfAnthropic),
            Protocol.Gemini => (s_gemini, s_freeOfGemini),
            _ => ([], s_free),
        };
    }

    /// <summary>What was found so far, each once. Not all of it, where <see cref="IsTooMany"/>.</summary>
    public IReadOnlyCollection<NamedObject> Found => _found;

    /// <summary>More are named than may be.</summary>
    public bool IsTooMany => _found.Count > _max;

    /// <summary>Reads a body; what is no JSON is read as far as it is some.</summary>
    /// <returns>False: it is JSON by its beginning and could not be read to its end, so that it may name more to who reads on.</returns>
    public bool Read(ReadOnlySpan<byte> body)
    {
        if (_names.Length == 0 || body.IsEmpty)
        {
            return true;
        }

        Utf8JsonReader reader = new(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            while (!IsTooMany && reader.Read())
            {
                Take(ref reader);
            }

            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return body.TrimStart(" \t\r\n"u8) is not [(byte)'{' or (byte)'[' or ByteOrderMark or 0xFE or 0xFF, ..]; // Marks of UTF-8 and UTF-16 included.
        }
    }

    private void Take(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                ref Level around = ref _levels[reader.CurrentDepth];
                _levels[reader.CurrentDepth + 1] = new Level { IsArray = reader.TokenType == JsonTokenType.StartArray, Names = around.IsArray ? around.Names : around.NextNames };
                around.NextNames = false;
                break;
            case JsonTokenType.EndObject:
                End(_levels[reader.CurrentDepth + 1]);
                break;
            case JsonTokenType.PropertyName when IsOneOf(ref reader, _freeNames):
                _levels[reader.CurrentDepth].HasOthers = true;
                reader.Skip();
                break;
            case JsonTokenType.PropertyName:
                Name(ref reader, ref _levels[reader.CurrentDepth]);
                break;
            case JsonTokenType.String:
                Text(ref reader, ref _levels[reader.CurrentDepth]);
                break;
        }
    }

    private void Name(ref Utf8JsonReader reader, ref Level level)
    {
        bool isId = reader.ValueTextEquals("id"u8);
        bool isType = reader.ValueTextEquals("type"u8);
        level.Member = isId ? Member.Id : isType ? Member.Type : Member.Other;
        level.NextNames = (isId && level.Names) || (!isId && !isType && IsOneOf(ref reader, _names));
        level.IsSure = !reader.ValueTextEquals("skill_id"u8); // Vendors have skills of their own.
        level.HasOthers |= !isId && !isType;
    }

    private void Text(ref Utf8JsonReader reader, ref Level level)
    {
        if (level.IsArray ? level.Names : level.NextNames)
        {
            Add(reader.GetString()!, level.IsArray || level.IsSure);
        }
        else if (!level.IsArray && level.Member == Member.Id && _protocol == Protocol.OpenAI && level.Id is null && reader.ValueSpan.Length <= ObjectId.MaxLength)
        {
            level.Id = reader.GetString();
        }
        else if (!level.IsArray && level.Member == Member.Type)
        {
            level.IsReference |= reader.ValueTextEquals("item_reference"u8) || reader.ValueTextEquals("file_id"u8); // The latter of evals.
            level.HasType = true;
        }

        level.NextNames = false;
    }

    // {"id":"msg_1"} is a reference to an item, also where it does not say so.
    private void End(in Level level)
    {
        if (level is { Id: { } id } and ({ IsReference: true } or { HasType: false, HasOthers: false }))
        {
            Add(id, level.IsReference);
        }
    }

    private void Add(string said, bool isSure)
    {
        if (ObjectId.Of(_protocol, said) is { } id)
        {
            // Any address may end like a name of Gemini's; one of its own has a version before it.
            _found.Add(new NamedObject(id, isSure && (!said.Contains("://", StringComparison.Ordinal) || said.Contains("/v1", StringComparison.Ordinal))));
        }
    }

    // Some servers read names without regard to case.
    private static bool IsOneOf(ref Utf8JsonReader reader, byte[][] names)
    {
        foreach (byte[] name in names)
        {
            if (reader.ValueIsEscaped ? reader.ValueTextEquals(name) : Ascii.EqualsIgnoreCase(reader.ValueSpan, name))
            {
                return true;
            }
        }

        return false;
    }

    private static byte[][] Names(params string[] names) => [.. names.Select(Encoding.UTF8.GetBytes)];

    private enum Member : byte
    {
        Other,
        Id,
        Type,
    }

    /// <summary>An object or a list that is open.</summary>
    private struct Level
    {
        public bool IsArray;
        public bool Names; // Each text of this list names one, or the member "id" of this object does.
        public bool NextNames; // The value of the member under way does.
        public bool IsSure; // It names nothing of the vendor's own.
        public Member Member;
        public string? Id;
        public bool IsReference;
        public bool HasType;
        public bool HasOthers;
    }
}
