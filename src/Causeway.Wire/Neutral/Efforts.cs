namespace Causeway.Wire.Neutral;

/// <summary>The words for reasoning effort, as OpenAI and Anthropic spell them.</summary>
internal static class Efforts
{
    public static Effort? Parse(string? word) => word switch
    {
        "none" => Effort.None,
        "minimal" => Effort.Minimal,
        "low" => Effort.Low,
        "medium" => Effort.Medium,
        "high" => Effort.High,
        "xhigh" => Effort.XHigh,
        "max" => Effort.Max,
        _ => null,
    };

    public static string Word(Effort effort) => effort switch
    {
        Effort.None => "none",
        Effort.Minimal => "minimal",
        Effort.Low => "low",
        Effort.Medium => "medium",
        Effort.High => "high",
        Effort.XHigh => "xhigh",
        _ => "max",
    };

    /// <summary>The effort that a budget of thinking tokens comes to, by the steps that gateways have agreed on.</summary>
    public static Effort OfBudget(long tokens) => tokens switch
    {
        0 => Effort.None,
        < 0 => Effort.Medium,
        < 2048 => Effort.Low,
        < 16_384 => Effort.Medium,
        _ => Effort.High,
    };

    /// <summary>The budget that an effort comes to; at most one less than the cap of the answer.</summary>
    public static long Budget(Effort effort, long? cap)
    {
        long tokens = effort switch
        {
            Effort.None => 0,
            Effort.Minimal or Effort.Low => 1024,
            Effort.Medium => 8192,
            Effort.High => 24_576,
            _ => 32_768,
        };
        return cap is long most ? Math.Min(tokens, Math.Max(0, most - 1)) : tokens;
    }
}
