using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Causeway.Wire.Objects;

/// <summary>A page of a vendor's list: what it names, and the same page without some of it. What is left in passes byte for byte.</summary>
public sealed class ListedObjects
{
    private const string First = "first_id";

    private readonly ReadOnlyMemory<byte> _body;
    private readonly List<Entry> _entries = [];
    private readonly KeptListing _listing;
    private ByteRange _array;
    private ByteRange _first;
    private ByteRange _last;
    private string? _next;
    private bool? _more;

    private ListedObjects(ReadOnlyMemory<byte> body, KeptListing listing) => (_body, _listing) = (body, listing);

    /// <summary>What the entries are called, in their order; null: one that has no name.</summary>
    public IEnumerable<string?> Ids => _entries.Select(entry => entry.Id);

    /// <summary>Where the next page begins; null: this is the last one.</summary>
    public string? Next => _listing.More is null || _more is true ? _next ?? (_listing.More is null ? null : _entries.LastOrDefault().Id) : null;

    /// <summary>Reads a page.</summary>
    /// <param name="protocol">The provider's protocol.</param>
    /// <param name="listing">How it lists.</param>
    /// <param name="body">The whole answer.</param>
    /// <param name="page">What was read.</param>
    /// <returns>False: it is none.</returns>
    public static bool TryRead(Protocol protocol, KeptListing listing, ReadOnlyMemory<byte> body, [NotNullWhen(true)] out ListedObjects? page)
    {
        page = new ListedObjects(body, listing);
        try
        {
            Utf8JsonReader reader = new(body.Span);
            if (reader.Read() && (reader.TokenType == JsonTokenType.StartArray ? page.ReadBare(protocol, ref reader) : reader.TokenType == JsonTokenType.StartObject && page.Read(protocol, ref reader)))
            {
                return true;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // It is none.
        }

        page = null;
        return false;
    }

    /// <summary>The page without the entries that are not to be seen. Where it says which it begins and ends with, it names those that are left.</summary>
    /// <param name="isSeen">Whether an entry is.</param>
    public byte[] Only(Func<string?, bool> isSeen)
    {
        ReadOnlySpan<byte> body = _body.Span;
        Entry[] left = [.. _entries.Where(entry => isSeen(entry.Id))];
        if (left.Length == _entries.Count)
        {
            return _body.ToArray();
        }

        List<byte> array = [];
        foreach (Entry entry in left)
        {
            array.AddRange(array.Count == 0 ? [] : ","u8);
            array.AddRange(body.Slice(entry.Range.Start, entry.Range.Length));
        }

        (ByteRange Range, byte[] With)[] edits = [(_array, [.. array]), (_first, Literal(left.FirstOrDefault().Id)), (_last, Literal(left.LastOrDefault().Id))];
        using MemoryStream output = new(body.Length);
        int at = 0;
        foreach ((ByteRange range, byte[] with) in edits.Where(edit => edit.Range.Start > 0).OrderBy(edit => edit.Range.Start))
        {
            output.Write(body[at..range.Start]);
            output.Write(with);
            at = range.End;
        }

        output.Write(body[at..]);
        return output.ToArray();
    }

    private bool Read(Protocol protocol, ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            if (name == _listing.Entries && reader.TokenType == JsonTokenType.StartArray)
            {
                ReadEntries(protocol, ref reader);
                continue;
            }

            int start = (int)reader.TokenStartIndex;
            _more = name == _listing.More ? reader.TokenType == JsonTokenType.True : _more;
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.Null)
            {
                string? text = reader.GetString();
                ByteRange range = new(start, (int)reader.BytesConsumed - start);
                _next = name == _listing.Next && text is { Length: > 0 } ? text : _next;
                _last = name == _listing.Next && _listing.More is not null ? range : _last;
                _first = name == First && _listing.More is not null ? range : _first;
            }

            reader.Skip();
        }

        return reader.TokenType == JsonTokenType.EndObject;
    }

    // Together's list is its entries alone.
    private bool ReadBare(Protocol protocol, ref Utf8JsonReader reader)
    {
        ReadEntries(protocol, ref reader);
        return true;
    }

    private void ReadEntries(Protocol protocol, ref Utf8JsonReader reader)
    {
        int first = (int)reader.BytesConsumed; // Behind the bracket.
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            int start = (int)reader.TokenStartIndex;
            string? id = reader.TokenType == JsonTokenType.StartObject ? NameIn(protocol, ref reader) : null;
            reader.Skip();
            _entries.Add(new Entry(id, new ByteRange(start, (int)reader.BytesConsumed - start)));
        }

        _array = new ByteRange(first, (int)reader.TokenStartIndex - first);
    }

    // Reads the entry to its end.
    private string? NameIn(Protocol protocol, ref Utf8JsonReader reader)
    {
        string? id = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isName = reader.ValueTextEquals(_listing.Name);
            reader.Read();
            id = isName && reader.TokenType == JsonTokenType.String ? ObjectId.Of(protocol, reader.GetString()!) : id;
            reader.Skip();
        }

        return id;
    }

    private static byte[] Literal(string? id) => id is null ? [.. "null"u8] : [(byte)'"', .. JsonEncodedText.Encode(id, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"'];

    private readonly record struct Entry(string? Id, ByteRange Range);
}
