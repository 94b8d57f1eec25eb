namespace Causeway.Wire.Gemini.Generate;

/// <summary>How closely one image is looked at: a part's <c>mediaResolution.level</c> here, <c>detail</c> elsewhere.</summary>
internal static class PartResolutions
{
    private static readonly (string Level, string Detail)[] Pairs =
    [
        ("MEDIA_RESOLUTION_LOW", "low"),
        ("MEDIA_RESOLUTION_MEDIUM", "auto"),
        ("MEDIA_RESOLUTION_HIGH", "high"),
        ("MEDIA_RESOLUTION_ULTRA_HIGH", "original"),
    ];

    public static string? DetailOf(string? level) => Array.Find(Pairs, pair => pair.Level == level).Detail;

    /// <summary>Null where nothing need be said: the model chooses by itself.</summary>
    public static string? LevelOf(string? detail) => detail == "auto" ? null : Array.Find(Pairs, pair => pair.Detail == detail).Level;
}
