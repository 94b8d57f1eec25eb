using System.Numerics;
using System.Text;

namespace Causeway.Wire.Json;

/// <summary>Up to 32 paths of interest in a JSON document, compiled once: <c>choices.*.finish_reason</c>, where <c>*</c> is any array item.</summary>
/// <remarks>A set of paths that still can match is a bit mask. No path may be the beginning of another.</remarks>
internal sealed class JsonPaths
{
    /// <summary>The most segments of a path.</summary>
    public const int MaxSegments = 7;

    // _segments[path][depth]; an empty name stands for any item of an array.
    private readonly byte[][][] _segments;

    // _ofLength[depth][length]: the paths whose segment there is so long. Most names of a document are told by their length alone.
    private readonly uint[][] _ofLength;

    public JsonPaths(params string[] paths)
        : this(paths, [])
    {
    }

    /// <param name="taken">Paths whose values are handed out.</param>
    /// <param name="measured">Paths whose values are not wanted themselves, only how long they are.</param>
    public JsonPaths(string[] taken, string[] measured)
        : this([.. taken.Select(Segments), .. measured.Select(Segments)], taken.Length)
    {
    }

    private JsonPaths(byte[][][] segments, int taken)
    {
        if (segments.Length > 32 || segments.Any(path => path.Length > MaxSegments))
        {
            throw new ArgumentException("Too many paths, or one of too many segments.", nameof(segments));
        }

        _segments = segments;
        _ofLength = [.. Enumerable.Range(0, MaxSegments).Select(depth => OfLength(segments, depth))];
        Taken = taken;
        All = (uint)((1UL << segments.Length) - 1);
    }

    public int Count => _segments.Length;

    public uint All { get; }

    /// <summary>Paths from here on are measured.</summary>
    public int Taken { get; }

    /// <summary>The same paths in a document that is a member of another one, and before them paths of that one.</summary>
    /// <param name="member">Where it stands: <c>result.message</c>.</param>
    /// <param name="before">The paths of the other one.</param>
    public JsonPaths Below(string member, params string[] before) =>
        new([.. before.Select(Segments), .. _segments.Take(Taken).Select(path => (byte[][])[.. Segments(member), .. path])], before.Length + Taken);

    private static uint[] OfLength(byte[][][] segments, int depth)
    {
        uint[] ofLength = new uint[segments.Where(path => path.Length > depth).Select(path => path[depth].Length).DefaultIfEmpty().Max() + 1];
        for (int path = 0; path < segments.Length; path++)
        {
            if (segments[path].Length > depth)
            {
                ofLength[segments[path][depth].Length] |= 1u << path;
            }
        }

        return ofLength;
    }

    private static byte[][] Segments(string path) => [.. path.Split('.').Select(s => s == "*" ? [] : Encoding.UTF8.GetBytes(s))];

    /// <summary>The paths of <paramref name="mask"/> that go on with <paramref name="name"/> (empty: an array item) at <paramref name="depth"/>.</summary>
    public uint Enter(uint mask, int depth, ReadOnlySpan<byte> name)
    {
        uint[] ofLength = _ofLength[depth];
        uint entered = 0;
        for (uint rest = name.Length < ofLength.Length ? mask & ofLength[name.Length] : 0; rest != 0; rest &= rest - 1)
        {
            int path = BitOperations.TrailingZeroCount(rest);
            if (name.SequenceEqual(_segments[path][depth]))
            {
                entered |= 1u << path;
            }
        }

        return entered;
    }

    /// <summary>The path of <paramref name="mask"/> whose last segment was entered at <paramref name="depth"/>, or -1.</summary>
    public int Completed(uint mask, int depth)
    {
        int path = BitOperations.TrailingZeroCount(mask);
        return mask != 0 && _segments[path].Length == depth + 1 ? path : -1;
    }
}
