using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>
/// Reads rows of keys: <c>id, hash, shown, team, feature, environment, created_at, expires_at, revoked_at, grant_id, capability, created_by, cost_centre</c>. A million of them belong
/// to a few thousand features: what they share is kept once.
/// </summary>
internal sealed class KeyRows
{
    private const int MaxRemembered = 65_536;
    private readonly Dictionary<(string Team, string Feature, string Environment, string? Centre), Attribution> _attributions = [];
    private readonly Dictionary<string, string> _words = new(StringComparer.Ordinal);

    /// <summary>One row, by ADO.NET.</summary>
    public static Key Read(SqliteDataReader row) => new()
    {
        Id = new KeyId(new Guid(row.GetFieldValue<byte[]>(0), bigEndian: true)),
        Hash = KeyHash.FromDigest(row.GetFieldValue<byte[]>(1)),
        Shown = row.GetString(2),
        Attribution = new Attribution(row.GetString(3), row.GetString(4), row.GetString(5)) { CostCentre = row.IsDBNull(12) ? null : row.GetString(12) },
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)),
        ExpiresAt = row.IsDBNull(7) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(7)),
        RevokedAt = row.IsDBNull(8) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(8)),
        Grant = row.IsDBNull(9) ? null : new GrantId(new Guid(row.GetFieldValue<byte[]>(9), bigEndian: true)),
        IsCapability = row.GetInt64(10) != 0,
        CreatedBy = row.IsDBNull(11) ? null : row.GetString(11),
    };

    /// <summary>One of many rows.</summary>
    public Key Read(Statement row) => new()
    {
        Id = new KeyId(new Guid(row.Blob(0), bigEndian: true)),
        Hash = KeyHash.FromDigest(row.Blob(1)),
        Shown = Word(row, 2),
        Attribution = Of(Word(row, 3), Word(row, 4), Word(row, 5), row.IsNull(12) ? null : Word(row, 12)),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Number(6)!.Value),
        ExpiresAt = Time(row, 7),
        RevokedAt = Time(row, 8),
        Grant = row.Number(9) is null ? null : new GrantId(new Guid(row.Blob(9), bigEndian: true)),
        IsCapability = row.Number(10) != 0,
        CreatedBy = row.Number(11) is null ? null : Word(row, 11),
    };

    private Attribution Of(string team, string feature, string environment, string? centre)
    {
        if (!_attributions.TryGetValue((team, feature, environment, centre), out Attribution? known))
        {
            _attributions.Add((team, feature, environment, centre), known = new Attribution(team, feature, environment) { CostCentre = centre });
        }

        return known;
    }

    private string Word(Statement row, int column)
    {
        string word = row.Text(column);
        if (_words.TryGetValue(word, out string? known))
        {
            return known;
        }

        if (_words.Count < MaxRemembered)
        {
            _words.Add(word, word);
        }

        return word;
    }

    private static DateTimeOffset? Time(Statement row, int column) => row.Number(column) is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;
}
