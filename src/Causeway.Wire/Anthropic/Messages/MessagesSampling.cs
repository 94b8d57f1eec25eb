using System.Buffers.Text;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>
/// What becomes of sampling parameters. Newer models take only the defaults, as does every model under the protocol's version of 2026-10-21;
/// requests that are written here go under that of 2023-06-01.
/// </summary>
internal static class MessagesSampling
{
    private const string Refused = "this model takes no sampling parameters";
    private const string WhileThinking = "it cannot be set while the model thinks";

    private static readonly Carriage Carried = new(Verdict.Carried);

    public static Carriage Temperature(NeutralRequest request, AnthropicModelRules rules) => Value(request.Temperature) switch
    {
        1 => Carried,
        _ when !rules.TakesSampling => new Carriage(Verdict.Denied, Refused),
        < 0 or > 1 => new Carriage(Verdict.Denied, "it goes from 0 to 1 there"),
        _ when MessagesThinking.IsAsked(request, rules) => new Carriage(Verdict.Denied, WhileThinking),
        _ => Carried,
    };

    public static Carriage TopP(NeutralRequest request, AnthropicModelRules rules) => Value(request.TopP) switch
    {
        >= 0.99 => Carried,
        _ when !rules.TakesSampling => new Carriage(Verdict.Denied, Refused),
        < 0.95 when MessagesThinking.IsAsked(request, rules) => new Carriage(Verdict.Denied, "it must be 0.95 or more while the model thinks"),
        _ => Carried,
    };

    public static Carriage TopK(NeutralRequest request, AnthropicModelRules rules) =>
        !rules.TakesSampling ? new Carriage(Verdict.Denied, Refused)
        : MessagesThinking.IsAsked(request, rules) ? new Carriage(Verdict.Denied, WhileThinking)
        : Carried;

    /// <summary>Whether a penalty is none.</summary>
    public static bool IsZero(JsonSlice number) => Value(number) == 0;

    private static double Value(JsonSlice number) =>
        Utf8Parser.TryParse(number.Raw.Span, out double value, out int read) && read == number.Raw.Length ? value : double.NaN;
}
