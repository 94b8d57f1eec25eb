using System.IO.Compression;
using System.Security.Cryptography;

namespace Causeway.WebConsole.Files;

/// <summary>One file of the bundle, as it is sent: plain, and compressed once when it is first asked for that way.</summary>
internal sealed class ConsoleFile
{
    private readonly Lazy<Task<byte[]>> _brotli;
    private readonly Lazy<Task<byte[]>> _gzip;

    /// <param name="path">Its place in the bundle: <c>index.html</c>, <c>assets/index-B1x.js</c>.</param>
    /// <param name="content">Its bytes.</param>
    public ConsoleFile(string path, byte[] content)
    {
        Path = path;
        Content = content;
        Tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16))}\"";
        MediaType = System.IO.Path.GetExtension(path) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => "application/octet-stream",
        };

        // Away from the thread that asks: that one polls a socket, and compressing takes a while.
        _brotli = new Lazy<Task<byte[]>>(() => Task.Run(() => Compress(static to => new BrotliStream(to, CompressionLevel.SmallestSize))));
        _gzip = new Lazy<Task<byte[]>>(() => Task.Run(() => Compress(static to => new GZipStream(to, CompressionLevel.SmallestSize))));
    }

    /// <summary>Its place in the bundle.</summary>
    public string Path { get; }

    /// <summary>Its bytes.</summary>
    public byte[] Content { get; }

    /// <summary>A strong entity tag, of its content.</summary>
    public string Tag { get; }

    /// <summary>Its content type.</summary>
    public string MediaType { get; }

    /// <summary>Its name holds a digest of its content: under this name it never changes.</summary>
    public bool IsNamedByContent => Path.StartsWith("assets/", StringComparison.Ordinal);

    /// <summary>The bytes in the best encoding that a browser takes, and that encoding's name; null: none.</summary>
    /// <param name="accepted">The header <c>Accept-Encoding</c>.</param>
    public async Task<(byte[] Bytes, string? Encoding)> EncodeAsync(string accepted)
    {
        string[] names = [.. accepted.Split(',').Select(part => part.Split(';') is [var name, .. var weight] && !weight.Any(IsZero) ? name.Trim() : "")];
        return names.Contains("br", StringComparer.OrdinalIgnoreCase) ? (await _brotli.Value, "br")
            : names.Contains("gzip", StringComparer.OrdinalIgnoreCase) ? (await _gzip.Value, "gzip")
            : (Content, null);
    }

    private static bool IsZero(string weight) => weight.Trim() is "q=0" or "q=0.0" or "q=0.00" or "q=0.000";

    private byte[] Compress(Func<Stream, Stream> open)
    {
        var compressed = new MemoryStream();
        using (Stream stream = open(compressed))
        {
            stream.Write(Content);
        }

        return compressed.ToArray();
    }
}
