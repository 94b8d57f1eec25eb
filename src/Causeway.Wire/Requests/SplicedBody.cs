namespace Causeway.Wire.Requests;

/// <summary>A body with its edits applied while it is sent: the original bytes are never copied into a second body.</summary>
/// <remarks>
/// Reusable: a retry sends it again. Holds the memory of the body and the edits, so the one must outlive it and the other not be added to.
/// </remarks>
public sealed class SplicedBody
{
    private readonly ReadOnlyMemory<byte> _body;
    private readonly BodyEdits _edits;

    /// <param name="body">The original bytes.</param>
    /// <param name="edits">Edits of these bytes.</param>
    /// <exception cref="ArgumentException">An edit reaches beyond the body.</exception>
    public SplicedBody(ReadOnlyMemory<byte> body, BodyEdits edits)
    {
        _body = body;
        _edits = edits;
        Length = body.Length;
        for (int i = 0; i < edits.Count; i++)
        {
            BodyEdit edit = edits[i];
            if (edit.Range.Start < 0 || edit.Range.Length < 0 || edit.Range.End > body.Length)
            {
                throw new ArgumentException("An edit reaches beyond the body.", nameof(edits));
            }

            Length += edit.Replacement.Length - edit.Range.Length;
        }
    }

    /// <summary>The bytes without the edits.</summary>
    public ReadOnlyMemory<byte> Original => _body;

    /// <summary>The edits, for a body of the same bytes with more of them.</summary>
    public BodyEdits Edits => _edits;

    /// <summary>Length of the edited body in bytes.</summary>
    public int Length { get; }

    /// <summary>Number of segments that <see cref="Segment"/> can name; some may be empty.</summary>
    public int SegmentCount => (_edits.Count * 2) + 1;

    /// <summary>Segment <paramref name="index"/> of the edited body: kept bytes at even places, replacements at odd ones.</summary>
    public ReadOnlyMemory<byte> Segment(int index)
    {
        if ((index & 1) == 1)
        {
            return _edits[index >> 1].Replacement;
        }

        int edit = index >> 1;
        int start = edit == 0 ? 0 : _edits[edit - 1].Range.End;
        int end = edit == _edits.Count ? _body.Length : _edits[edit].Range.Start;
        return _body[start..end];
    }

    /// <summary>Writes the edited body segment by segment.</summary>
    public async ValueTask WriteToAsync(Stream destination, CancellationToken cancellationToken)
    {
        for (int i = 0; i < SegmentCount; i++)
        {
            ReadOnlyMemory<byte> segment = Segment(i);
            if (!segment.IsEmpty)
            {
                await destination.WriteAsync(segment, cancellationToken);
            }
        }
    }

    /// <summary>Copies the edited body to the start of <paramref name="destination"/>, which must hold <see cref="Length"/> bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        for (int i = 0; i < SegmentCount; i++)
        {
            ReadOnlySpan<byte> segment = Segment(i).Span;
            segment.CopyTo(destination);
            destination = destination[segment.Length..];
        }
    }
}
