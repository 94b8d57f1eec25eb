using System.Data;
using DbUp.Engine;

namespace Causeway.Storage.Sqlite;

/// <summary>DbUp's memory of what it ran. It writes in the script's own transaction: a step and its row exist together or not at all.</summary>
internal sealed class ChecksumJournal(List<Migration> known, string[] applied, TimeProvider time) : IJournal
{
    public string[] GetExecutedScripts() => applied;

    public void StoreExecutedScript(SqlScript script, Func<IDbCommand> dbCommandFactory)
    {
        using IDbCommand insert = dbCommandFactory();
        insert.CommandText = "INSERT INTO schema_migrations (script, sha256, applied_at) VALUES ($script, $sha256, $applied_at)";
        Bind(insert, "$script", script.Name);
        Bind(insert, "$sha256", known.Find(migration => migration.Name == script.Name)!.Sha256);
        Bind(insert, "$applied_at", time.GetUtcNow().ToUnixTimeMilliseconds());
        insert.ExecuteNonQuery();
    }

    public void EnsureTableExistsAndIsLatestVersion(Func<IDbCommand> dbCommandFactory)
    {
        // SqliteMigrations made it.
    }

    private static void Bind(IDbCommand command, string name, object value)
    {
        IDbDataParameter parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }
}
