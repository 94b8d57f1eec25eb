using Causeway.Wire.Json;

namespace Causeway.Wire.Usage;

/// <summary>How the replies of one operation are read. Stateless: what is learned goes into the meter.</summary>
internal abstract class ReplyReader
{
    private static readonly JsonPaths TypePath = new("type");

    /// <summary>The paths of interest in a plain reply.</summary>
    public abstract JsonPaths BodyPaths { get; }

    /// <summary>Takes a raw value of a plain reply.</summary>
    /// <param name="meter">Where what is learned goes.</param>
    /// <param name="path">Index into <see cref="BodyPaths"/>.</param>
    /// <param name="value">The raw JSON value.</param>
    public abstract void Take(ResponseMeter meter, int path, ReadOnlySpan<byte> value);

    /// <summary>Takes one event of a stream. Operations that never stream leave it.</summary>
    public virtual StreamVerdict Event(ResponseMeter meter, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data) => StreamVerdict.Pass;

    /// <summary>The <c>type</c> that typed events repeat in their data, for servers that leave the event's name out.</summary>
    internal static ReadOnlySpan<byte> TypeOf(ReadOnlySpan<byte> data)
    {
        JsonTap tap = new(TypePath);
        return tap.TryRead(ref data, out _, out ReadOnlySpan<byte> value) ? value.Trim((byte)'"') : default;
    }
}
