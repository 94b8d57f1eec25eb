namespace Causeway.Storage.Rows;

/// <summary>Rows that are deleted in pieces, each a transaction of its own: what waits to be booked goes first between two.</summary>
internal static class Pieces
{
    /// <summary>Deletes pieces until one is not full.</summary>
    /// <param name="most">Rows of one piece.</param>
    /// <param name="drop">Deletes up to that many and says how many it were.</param>
    /// <returns>The rows that were deleted in all.</returns>
    public static async Task<long> DropAsync(int most, Func<Task<int>> drop)
    {
        long dropped = 0;
        int piece;
        do
        {
            piece = await drop();
            dropped += piece;
        }
        while (piece == most);
        return dropped;
    }
}
