using Causeway.Testing;

namespace Causeway.Storage.Tests.Postgres;

/// <summary>The tests' own server is one that an operator could have.</summary>
public sealed class PostgresClusterTests(PostgresCluster cluster)
{
    [Fact]
    public async Task It_keeps_what_it_has_over_a_stop_and_a_start()
    {
        await using PostgresCluster own = new() { Fsync = true };
        string database = await own.NewDatabaseAsync();
        await own.SqlAsync(database, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('yes')");

        await own.StopAsync();
        await own.StartAsync();

        Assert.Equal("yes", await own.SqlAsync(database, "SELECT word FROM kept"));
        Assert.Equal("on", await own.SqlAsync(database, "SHOW fsync"));
    }

    [Fact]
    public async Task Each_database_is_empty_and_its_own()
    {
        string one = await cluster.NewDatabaseAsync();
        string other = await cluster.NewDatabaseAsync();

        await cluster.SqlAsync(one, "CREATE TABLE mine ()");

        Assert.NotEqual(one, other);
        Assert.Equal("0", await cluster.SqlAsync(other, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));
    }
}
