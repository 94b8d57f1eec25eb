using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Storage.Rows;

namespace Causeway.Storage.Moving;

/// <summary>What a store's ledger comes to.</summary>
/// <param name="Grants">Grants that are kept.</param>
/// <param name="Events">Events of the chain.</param>
/// <param name="Head">Its last hash, hex.</param>
/// <param name="Balances">The SHA-256 of every balance of every grant, hex.</param>
/// <param name="Open">Open reservations.</param>
/// <param name="Problem">The first thing that is wrong; null: nothing.</param>
internal sealed record LedgerFacts(long Grants, long Events, string Head, string Balances, int Open, string? Problem)
{
    /// <summary>Folds a ledger from its first event on.</summary>
    public static async Task<LedgerFacts> OfAsync(IRowSource source, Action<long> seen, CancellationToken cancellation)
    {
        List<Grant> grants = [];
        await foreach (Cell[] row in source.ReadAsync(StoreTables.Grants, null, cancellation))
        {
            grants.Add(Kept.Grant(row[2].Bytes));
        }

        List<LedgerCheckpoint> checkpoints = [];
        await foreach (Cell[] row in source.ReadAsync(StoreTables.Checkpoints, null, cancellation))
        {
            checkpoints.Add(new LedgerCheckpoint(row[0].Number, row[1].Bytes));
        }

        try
        {
            LedgerProof proof = new(grants, checkpoints);
            await foreach (Cell[] row in source.ReadAsync(StoreTables.Ledger, null, cancellation))
            {
                proof.Add(row[0].Number, row[1].Number, row[2].Number, row[3].Bytes, row[4].Bytes);
                if (row[0].Number % 65_536 == 0)
                {
                    seen(row[0].Number);
                }
            }

            LedgerProof.Balances balances = proof.End();
            return new LedgerFacts(grants.Count, proof.Events, proof.Head, balances.Sum, balances.Open, proof.Problem);
        }
        catch (InvalidDataException orphan)
        {
            return new LedgerFacts(grants.Count, 0, "", "", 0, orphan.Message); // A grant below one that is not there.
        }
    }
}
