namespace Causeway.Wire.OpenAI.Responses;

/// <summary>The two formats of sound, which the operation names by their endings.</summary>
internal static class AudioFormat
{
    /// <summary>The name of a media type; null for any other sound.</summary>
    public static string? Of(string? mediaType) => mediaType switch
    {
        "audio/wav" or "audio/x-wav" or "audio/wave" => "wav",
        "audio/mpeg" or "audio/mp3" => "mp3",
        _ => null,
    };
}
