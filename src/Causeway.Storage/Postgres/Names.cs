using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>Numbers for the words that usage repeats. Used by the writer only.</summary>
internal sealed class Names
{
    /// <summary>What stands for no name in the totals, where a null would make every row its own group.</summary>
    public const long None = 0;

    // Callers choose the model that they ask for, so the memory of names has a bound; beyond it, it starts anew.
    private const int MaxRemembered = 16_384;

    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);

    /// <summary>The number of a word that was learnt in this transaction.</summary>
    public long Of(string word) => _numbers[word];

    /// <summary>The number of a word, or null for none.</summary>
    public long? OfAny(string? word) => word is null ? null : Of(word);

    /// <summary>Makes every word have a number, and remembers it.</summary>
    public async Task LearnAsync(NpgsqlConnection connection, IReadOnlyCollection<string> words)
    {
        if (_numbers.Count > MaxRemembered)
        {
            _numbers.Clear();
        }

        string[] missing = [.. words.Where(word => !_numbers.ContainsKey(word)).Distinct(StringComparer.Ordinal)];
        if (missing.Length == 0)
        {
            return;
        }

        byte[][] digests = [.. missing.Select(word => SHA256.HashData(Encoding.UTF8.GetBytes(word)))];
        await connection.RunAsync(
            "INSERT INTO names (digest, name) SELECT * FROM unnest($1::bytea[], $2::text[]) AS word (digest, name) ORDER BY digest ON CONFLICT (digest) DO NOTHING",
            new NpgsqlParameter<byte[][]> { TypedValue = digests },
            new NpgsqlParameter<string[]> { TypedValue = [.. missing.Select(PostgresText.Kept)] });
        List<(long Place, long Number)> found = await connection.ReadAsync(
            row => (row.GetInt64(0), row.GetInt64(1)),
            CancellationToken.None,
            "SELECT word.place, names.id FROM unnest($1::bytea[]) WITH ORDINALITY AS word (digest, place) JOIN names USING (digest)",
            new NpgsqlParameter<byte[][]> { TypedValue = digests });
        foreach ((long place, long number) in found)
        {
            _numbers[missing[place - 1]] = number;
        }
    }

    /// <summary>After a rollback: numbers given in that transaction are void.</summary>
    public void Forget() => _numbers.Clear();
}
