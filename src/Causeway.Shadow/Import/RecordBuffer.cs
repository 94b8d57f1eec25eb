namespace Causeway.Shadow.Import;

/// <summary>What was read of a stream and not taken yet; it grows until a record is whole in it.</summary>
/// <param name="input">The stream.</param>
internal sealed class RecordBuffer(Stream input)
{
    private const int FirstBytes = 256 * 1024;
    private byte[] _bytes = new byte[FirstBytes];

    /// <summary>Where what is not taken begins; moved on by whoever takes.</summary>
    public int Start { get; set; }

    /// <summary>Where it ends.</summary>
    public int End { get; private set; }

    /// <summary>The stream is over.</summary>
    public bool Ended { get; private set; }

    /// <summary>What is not taken yet.</summary>
    public ReadOnlySpan<byte> Rest => From(Start);

    /// <summary>What is there from a place on.</summary>
    public ReadOnlySpan<byte> From(int place) => _bytes.AsSpan(place, End - place);

    /// <summary>A piece of what is there. Places move when more is read.</summary>
    public ReadOnlySpan<byte> Slice(int start, int length) => _bytes.AsSpan(start, length);

    /// <summary>Reads more.</summary>
    /// <param name="tooLong">What is wrong where a record does not fit.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ImportException">A record has more than <see cref="ExportRecords.MaxRecordBytes"/> bytes.</exception>
    public async ValueTask FillAsync(Func<ImportException> tooLong, CancellationToken cancellation)
    {
        if (Start > 0)
        {
            Rest.CopyTo(_bytes);
            (Start, End) = (0, End - Start);
        }

        if (End == _bytes.Length)
        {
            if (_bytes.Length > ExportRecords.MaxRecordBytes)
            {
                throw tooLong();
            }

            Array.Resize(ref _bytes, _bytes.Length * 2);
        }

        int read = await input.ReadAsync(_bytes.AsMemory(End), cancellation);
        End += read;
        Ended = read == 0;
    }
}
