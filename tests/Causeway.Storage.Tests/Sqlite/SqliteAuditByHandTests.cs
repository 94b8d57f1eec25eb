using System.Security.Cryptography;
using System.Text;
using Causeway.Budgets.Ledger;
using Causeway.Storage.Sqlite;
using Causeway.Storage.Tests.Conformance;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Tests.Sqlite;

public sealed class SqliteAuditByHandTests
{
    // docs/audit.md says so in words: hash = SHA-256(previous ‖ seq ‖ at_ms ‖ kind ‖ payload).
    [Fact]
    public async Task The_chain_can_be_verified_by_hand_from_the_file()
    {
        using TemporaryDirectory directory = new();
        await using (SqliteStore store = await directory.OpenAsync())
        {
            await store.Ledger.AppendAsync([.. Enumerable.Range(1, 4).Select(second => Bookings.Entry(new LedgerEvent(LedgerEventKind.Denied, second) { Code = "limit_spent" }))]);
        }

        byte[] hash = Encoding.ASCII.GetBytes("causeway ledger, chain version 1");
        await using SqliteConnection connection = directory.Connect();
        for (int seq = 1; seq <= 4; seq++)
        {
            await using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "SELECT printf('%016X|%016X|%02X|', seq, at_ms, kind) || hex(payload) || '|' || hex(hash) FROM ledger WHERE seq = $seq";
            command.Parameters.AddWithValue("$seq", seq);
            string[] row = ((string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!).Split('|');
            hash = SHA256.HashData(Convert.FromHexString(Convert.ToHexString(hash) + row[0] + row[1] + row[2] + row[3]));

            Assert.Equal(row[4], Convert.ToHexString(hash));
        }
    }
}
