using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>The words of <c>thinkingLevel</c>.</summary>
internal static class ThinkingLevels
{
    public static Effort? Parse(string? word) => word?.ToUpperInvariant() switch
    {
        "MINIMAL" => Effort.Minimal,
        "LOW" => Effort.Low,
        "MEDIUM" => Effort.Medium,
        "HIGH" => Effort.High,
        _ => null,
    };

    public static string Word(Effort level) => level switch
    {
        Effort.None or Effort.Minimal => "MINIMAL",
        Effort.Low => "LOW",
        Effort.Medium => "MEDIUM",
        _ => "HIGH",
    };
}
