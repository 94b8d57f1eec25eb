using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Reads rows of keys. A million of them belong to a few thousand features: what they share is kept once.</summary>
internal sealed class KeyRows
{
    private readonly Dictionary<(string Team, string Feature, string Environment), Attribution> _attributions = [];
    private readonly Dictionary<string, string> _words = new(StringComparer.Ordinal);
    private readonly byte[] _bytes = new byte[KeyHash.Length];

    public Key Read(SqliteDataReader row) => new()
    {
        Id = new KeyId(Id(row, 0)),
        Hash = KeyHash.FromDigest(Bytes(row, 1, KeyHash.Length)),
        Shown = Word(row, 2),
        Attribution = Of(Word(row, 3), Word(row, 4), Word(row, 5)),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)),
        ExpiresAt = Time(row, 7),
        RevokedAt = Time(row, 8),
        Grant = row.IsDBNull(9) ? null : new GrantId(Id(row, 9)),
        IsCapability = row.GetInt64(10) != 0,
    };

    private Attribution Of(string team, string feature, string environment)
    {
        if (!_attributions.TryGetValue((team, feature, environment), out Attribution? known))
        {
            _attributions.Add((team, feature, environment), known = new Attribution(team, feature, environment));
        }

        return known;
    }

    private string Word(SqliteDataReader row, int column)
    {
        string word = row.GetString(column);
        if (_words.TryGetValue(word, out string? known))
        {
            return known;
        }

        if (_words.Count < 65_536)
        {
            _words.Add(word, word);
        }

        return word;
    }

    private Guid Id(SqliteDataReader row, int column) => new(Bytes(row, column, 16), bigEndian: true);

    private ReadOnlySpan<byte> Bytes(SqliteDataReader row, int column, int length) => row.GetBytes(column, 0, _bytes, 0, length) == length
        ? _bytes.AsSpan(0, length)
        : throw new InvalidDataException("A row of a key is damaged.");

    private static DateTimeOffset? Time(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
