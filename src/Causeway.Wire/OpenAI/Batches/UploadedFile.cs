using Causeway.Wire.Json;

namespace Causeway.Wire.OpenAI.Batches;

/// <summary>What a provider says of a file that was uploaded.</summary>
/// <param name="Purpose">What for; null: it does not say.</param>
/// <param name="Bytes">How long it is; null: it does not say.</param>
public sealed record UploadedFile(string? Purpose, long? Bytes)
{
    /// <summary>The most that is read of one.</summary>
    public const int MaxBytes = 64 * 1024;

    private const int PurposePath = 0;

    private static readonly JsonPaths s_paths = new("purpose", "bytes");

    /// <summary>Reads one; of what is none nothing is known.</summary>
    public static UploadedFile Read(ReadOnlySpan<byte> body)
    {
        (string? purpose, long? bytes) = (null, null);
        JsonTap tap = new(s_paths);
        while (tap.TryRead(ref body, out int path, out ReadOnlySpan<byte> value))
        {
            if (path == PurposePath)
            {
                purpose = JsonText.Word(value);
            }
            else
            {
                bytes = JsonText.TryCount(value, long.MaxValue, out long count) ? count : null;
            }
        }

        return new UploadedFile(purpose, bytes);
    }
}
