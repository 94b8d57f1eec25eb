using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Causeway.Contracts.Json;

namespace Causeway.Contracts.Compilation.Shapes;

/// <summary>A small JSON tree: members in order, numbers as they were written. A few members are found by walking, many by an index.</summary>
internal sealed class JsonTree
{
    // What is sent is read again with this bound: objects in place of optional members double the levels of a schema.
    private const int MaxWritten = 2 * Schemas.SchemaLimits.MaxDepth;
    private static readonly JsonWriterOptions s_compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true, MaxDepth = MaxWritten + 1 };
    private const int MostWalked = 16;
    private static readonly List<JsonTree> s_noItems = [];
    private static readonly List<KeyValuePair<string, JsonTree>> s_noMembers = [];

    // Where the members stand that are indexed so far: members are only ever added or replaced in place.
    private Dictionary<string, int>? _places;
    private int _indexed;
    private long? _size;

    private JsonTree(JsonValueKind kind, string text = "", List<JsonTree>? items = null, List<KeyValuePair<string, JsonTree>>? members = null) =>
        (Kind, Text, Items, Members) = (kind, text, items ?? s_noItems, members ?? s_noMembers);

    public static JsonTree True { get; } = new(JsonValueKind.True, "true");

    public static JsonTree False { get; } = new(JsonValueKind.False, "false");

    public static JsonTree Null { get; } = new(JsonValueKind.Null, "null");

    public JsonValueKind Kind { get; }

    /// <summary>Strings: the value. Numbers: as written.</summary>
    public string Text { get; }

    public List<JsonTree> Items { get; }

    public List<KeyValuePair<string, JsonTree>> Members { get; }

    public static JsonTree Of(string text) => new(JsonValueKind.String, text);

    public static JsonTree Of(decimal number) => new(JsonValueKind.Number, number.ToString(CultureInfo.InvariantCulture));

    public static JsonTree Of(bool value) => value ? True : False;

    public static JsonTree Array(params IEnumerable<JsonTree> items) => new(JsonValueKind.Array, items: [.. items]);

    public static JsonTree Object(params ReadOnlySpan<(string Name, JsonTree Value)> members)
    {
        JsonTree made = new(JsonValueKind.Object, members: new List<KeyValuePair<string, JsonTree>>(members.Length + 2));
        foreach ((string name, JsonTree value) in members)
        {
            made.Members.Add(KeyValuePair.Create(name, value));
        }

        return made;
    }

    /// <summary>The member of that name; null: there is none.</summary>
    public JsonTree? this[string name]
    {
        get
        {
            int at = PlaceOf(name);
            return at < 0 ? null : Members[at].Value;
        }
    }

    /// <summary>Adds a member, or replaces it where it stands.</summary>
    public void Set(string name, JsonTree value)
    {
        int at = PlaceOf(name);
        if (at < 0)
        {
            Members.Add(KeyValuePair.Create(name, value));
        }
        else
        {
            Members[at] = KeyValuePair.Create(name, value);
        }
    }

    /// <summary>What a pointer points at; null: nothing.</summary>
    public static JsonTree? Find(JsonTree root, string pointer)
    {
        JsonTree? at = root;
        foreach (string token in pointer.Split('/').Skip(1))
        {
            string name = JsonPointers.Unescape(token);
            at = at.Kind == JsonValueKind.Array
                ? int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < at.Items.Count ? at.Items[index] : null
                : at[name];
            if (at is null)
            {
                return null;
            }
        }

        return at;
    }

    public static JsonTree Parse(ReadOnlySpan<byte> utf8)
    {
        Utf8JsonReader reader = new(utf8, new JsonReaderOptions { MaxDepth = Schemas.SchemaLimits.MaxDepth * 2 });
        reader.Read();
        return Read(ref reader);
    }

    /// <summary>Compact JSON.</summary>
    /// <param name="budget">Pays for the text: a tree may hold a part many times.</param>
    /// <param name="maxDepth">How many levels it may have.</param>
    /// <exception cref="CompilationLimitException">It is too large or too deep.</exception>
    public byte[] ToUtf8(CompilationBudget budget, int maxDepth = MaxWritten)
    {
        System.Buffers.ArrayBufferWriter<byte> buffer = new(1024);
        using (Utf8JsonWriter writer = new(buffer, s_compact))
        {
            Write(writer, budget, maxDepth);
        }

        return buffer.WrittenSpan.ToArray();
    }

    public override string ToString() => System.Text.Encoding.UTF8.GetString(ToUtf8(new CompilationBudget(Schemas.SchemaLimits.MaxBytes)));

    /// <summary>A number's value; null: it has none that a decimal holds.</summary>
    public decimal? Number => Kind == JsonValueKind.Number && decimal.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? number : null;

    /// <summary>How much there is to compare: values, and text by 8 bytes.</summary>
    public long Size => _size ??= 1 + CompilationBudget.Text(Text.Length) + Items.Sum(item => item.Size) + Members.Sum(member => CompilationBudget.Text(member.Key.Length) + member.Value.Size);

    /// <summary>Equal as JSON values: numbers by value, objects whatever their order.</summary>
    public bool Same(JsonTree other)
    {
        if (ReferenceEquals(this, other) || Kind != other.Kind)
        {
            return Kind == other.Kind;
        }

        return Kind switch
        {
            JsonValueKind.String => Text == other.Text,
            JsonValueKind.Number => Text == other.Text || (Number is { } mine && other.Number is { } its && mine == its),
            JsonValueKind.Array => Items.Count == other.Items.Count && Items.Zip(other.Items).All(pair => pair.First.Same(pair.Second)),
            JsonValueKind.Object => Members.Count == other.Members.Count && Members.TrueForAll(member => other[member.Key] is { } its && member.Value.Same(its)),
            _ => true,
        };
    }

    private static JsonTree Read(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                JsonTree made = new(JsonValueKind.Object, members: []);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    string name = reader.GetString()!;
                    reader.Read();
                    made.Members.Add(KeyValuePair.Create(name, Read(ref reader)));
                }

                return made;
            case JsonTokenType.StartArray:
                JsonTree array = new(JsonValueKind.Array, items: []);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    array.Items.Add(Read(ref reader));
                }

                return array;
            case JsonTokenType.String:
                return Of(reader.GetString()!);
            case JsonTokenType.Number:
                return new JsonTree(JsonValueKind.Number, System.Text.Encoding.UTF8.GetString(reader.ValueSpan));
            case JsonTokenType.True:
                return True;
            case JsonTokenType.False:
                return False;
            default:
                return Null;
        }
    }

    private int PlaceOf(string name)
    {
        if (Members.Count <= MostWalked)
        {
            for (int i = 0; i < Members.Count; i++)
            {
                if (Members[i].Key == name)
                {
                    return i;
                }
            }

            return -1;
        }

        _places ??= new Dictionary<string, int>(Members.Count, StringComparer.Ordinal);
        for (; _indexed < Members.Count; _indexed++)
        {
            _places.TryAdd(Members[_indexed].Key, _indexed);
        }

        return _places.TryGetValue(name, out int at) ? at : -1;
    }

    private void Write(Utf8JsonWriter writer, CompilationBudget budget, int maxDepth)
    {
        if (writer.CurrentDepth >= maxDepth && Kind is (JsonValueKind.Object or JsonValueKind.Array))
        {
            throw CompilationBudget.TooDeep(maxDepth);
        }

        budget.Take(1 + CompilationBudget.Text(Text.Length));
        switch (Kind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach ((string name, JsonTree value) in Members)
                {
                    budget.Take(CompilationBudget.Text(name.Length));
                    writer.WritePropertyName(name);
                    value.Write(writer, budget, maxDepth);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (JsonTree item in Items)
                {
                    item.Write(writer, budget, maxDepth);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Text);
                break;
            default:
                writer.WriteRawValue(Text, skipInputValidation: true);
                break;
        }
    }
}
