using Causeway.Simulator.Scripts;

namespace Causeway.Simulator.Faults;

/// <summary>Lets bytes through up to the place where the script cuts.</summary>
internal sealed class CutPoint(Cut? cut)
{
    /// <summary>True once the place was met; a reply that ends before it is complete.</summary>
    public bool Reached { get; private set; }

    public IEnumerable<Piece> Limit(IEnumerable<Piece> pieces)
    {
        if (cut is null)
        {
            foreach (Piece piece in pieces)
            {
                yield return piece;
            }

            yield break;
        }

        long? bytesLeft = cut.AtEvent is null ? cut.AtByte ?? 0 : null;
        int events = 0;
        foreach (Piece piece in pieces)
        {
            if (bytesLeft is null && events == cut.AtEvent)
            {
                bytesLeft = cut.PlusBytes ?? 0;
            }

            if (bytesLeft <= piece.Bytes.Length)
            {
                Reached = true;
                int taken = (int)bytesLeft.Value;
                if (taken > 0)
                {
                    yield return new Piece(piece.Bytes[..taken], taken == piece.Bytes.Length ? piece.Weight : 0, EndsEvent: false);
                }

                yield break;
            }

            bytesLeft -= piece.Bytes.Length;
            events += piece.EndsEvent ? 1 : 0;
            yield return piece;
        }

        Reached = events == cut.AtEvent && cut.PlusBytes is null or 0;
    }
}
