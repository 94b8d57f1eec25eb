using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Where media may live.</summary>
internal static class MediaAddresses
{
    private const string FilesHost = "generativelanguage.googleapis.com";

    /// <summary>An address that anybody may fetch, in contrast to a file that was uploaded to the provider or lies in its storage.</summary>
    public static bool IsPublic(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri.Scheme is "https" or "http" && uri.Host != FilesHost;

    /// <summary>An address that the provider can read whoever sends it: of the web, or of Google's storage.</summary>
    public static bool IsFetched(JsonSlice address) =>
        address.Text() is { } text && (text.StartsWith("gs://", StringComparison.Ordinal) || text.StartsWith("http", StringComparison.OrdinalIgnoreCase));
}
