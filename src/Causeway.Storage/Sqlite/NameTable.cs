using Causeway.Budgets.Keys;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>
/// Numbers for the words that usage repeats. A row then binds thirteen integers in place of thirteen texts, and totals are
/// grouped by integers. Used on the writer thread only.
/// </summary>
internal sealed class NameTable(SqliteConnection connection) : IDisposable
{
    /// <summary>What stands for no name in the totals, where a null would make every row its own group.</summary>
    public const long None = 0;

    // Callers choose the model that they ask for, so the memory of names has a bound; beyond it, it starts anew.
    private const int MaxRemembered = 16_384;

    private readonly Dictionary<string, long> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<KeyId, long> _keys = [];
    private readonly Statement _find = new(connection, "SELECT id FROM names WHERE name = ?1");
    private readonly Statement _add = new(connection, "INSERT INTO names (name) VALUES (?1) RETURNING id");

    /// <summary>The number of a name; new names get one.</summary>
    public long NumberOf(string name)
    {
        if (_names.TryGetValue(name, out long number))
        {
            return number;
        }

        number = Load(name);
        if (_names.Count == MaxRemembered)
        {
            _names.Clear();
        }

        _names.Add(name, number);
        return number;
    }

    /// <summary>The number of a name, or null for none.</summary>
    public long? NumberOfAny(string? name) => name is null ? null : NumberOf(name);

    /// <summary>The number of a key's id, without writing the id out each time.</summary>
    public long NumberOf(KeyId key)
    {
        if (_keys.TryGetValue(key, out long number))
        {
            return number;
        }

        number = Load(key.ToString());
        if (_keys.Count == MaxRemembered)
        {
            _keys.Clear();
        }

        _keys.Add(key, number);
        return number;
    }

    /// <summary>After a rollback: numbers given in that transaction are void.</summary>
    public void Forget()
    {
        _names.Clear();
        _keys.Clear();
    }

    public void Dispose()
    {
        _find.Dispose();
        _add.Dispose();
    }

    private long Load(string name)
    {
        _find.Bind(1, name);
        if (_find.Find() is { } known)
        {
            return known;
        }

        _add.Bind(1, name);
        return _add.Find()!.Value;
    }
}
