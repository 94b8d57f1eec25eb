using Causeway.Wire.Anthropic;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>Reasoning state in this protocol's fields.</summary>
internal static class ConverseSeals
{
    /// <summary>Reads a signature or encrypted thoughts; null where the thoughts came without a state.</summary>
    public static ReasoningSeal? Read(SealForm form, string? text) =>
        string.IsNullOrEmpty(text) ? null : ReasoningSeal.Read(Protocol.Bedrock, form, text);

    /// <summary>Whether the target takes a block with this seal back.</summary>
    /// <remarks>
    /// What the vendor of Claude signed elsewhere is good here, unless it is bound to an account. That must be known of the model that signed,
    /// so a signature without a model stays behind. Encrypted thoughts are spelled differently here and there.
    /// </remarks>
    public static bool IsFor(ReasoningSeal? seal, Target target) => seal switch
    {
        { Form: SealForm.Encrypted } or null => false,
        { Maker: Protocol.Bedrock, Model: null } => true,
        { Maker: Protocol.Bedrock, Model: { } model } => AnthropicModelRules.AreSame(model, target.Model),
        { Maker: Protocol.Anthropic, Form: SealForm.Signature, Model: { } model } =>
            AnthropicModelRules.AreSame(model, target.Model) && AnthropicModelRules.Of(model).ThinkingBinding == ThinkingBinding.Portable,
        _ => false,
    };
}
