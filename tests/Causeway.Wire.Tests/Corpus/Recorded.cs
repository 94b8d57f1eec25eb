using System.Text;

namespace Causeway.Wire.Tests.Corpus;

/// <summary>Replies in the vendors' shapes, embedded from this folder.</summary>
internal static class Recorded
{
    public static byte[] Bytes(string file)
    {
        using Stream stream = typeof(Recorded).Assembly.GetManifestResourceStream(file)
            ?? throw new FileNotFoundException(file);
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>The same stream with other line ends: they mean the same.</summary>
    public static byte[] Bytes(string file, string lineEnd) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Bytes(file)).Replace("\n", lineEnd));
}
