using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>Which images and documents the vendor takes.</summary>
internal static class MessagesMedia
{
    private static readonly string[] Images = ["image/jpeg", "image/png", "image/gif", "image/webp"];

    /// <summary>Whether all media of a kind that stand in the request as bytes are of a type that the vendor takes.</summary>
    public static bool TakesAll(NeutralRequest request, MediaKind kind) =>
        InBytes(request, kind).All(media => kind == MediaKind.Image ? Array.IndexOf(Images, media.RegisteredType) >= 0 : media.MediaType == "application/pdf");

    /// <summary>All media of a kind that stand in the request as bytes, those inside of tool results too.</summary>
    public static IEnumerable<MediaPart> InBytes(NeutralRequest request, MediaKind kind) =>
        All(request.Turns.SelectMany(turn => turn.Parts)).OfType<MediaPart>().Where(media => media.Kind == kind && !media.Data.IsAbsent);

    private static IEnumerable<Part> All(IEnumerable<Part> parts) =>
        parts.SelectMany(part => part is ToolResultPart result ? All(result.Content) : [part]);
}
