using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>Reasoning state in this protocol's fields.</summary>
internal static class MessagesSeals
{
    // Stands for the model of a seal that nobody made. No model has that name, so no target takes it for its own.
    private const string Nobody = "-";

    /// <summary>Begins what stands for a source's <c>encrypted_index</c> that this vendor did not give; it must not see it again.</summary>
    public const string ForeignIndex = "cws1.";

    /// <summary>Reads a signature or encrypted thoughts; null where the thoughts came without a state.</summary>
    public static ReasoningSeal? Read(SealForm form, string? text)
    {
        ReasoningSeal? seal = string.IsNullOrEmpty(text) ? null : ReasoningSeal.Read(Protocol.Anthropic, form, text);
        return seal?.Model == Nobody ? null : seal;
    }

    /// <summary>
    /// The text for a caller's <c>signature</c>. Thoughts that came without a state get an envelope of their own, so that the block is known
    /// again as one that the vendor would refuse.
    /// </summary>
    public static string Signature(ReasoningSeal? seal, Target target) =>
        seal?.For(Protocol.Anthropic) ?? new ReasoningSeal(target.Protocol, SealForm.Signature, "", Nobody).ToEnvelope();

    /// <summary>Whether the target takes a block with this seal back.</summary>
    /// <remarks>
    /// Ids of one model differ: an alias is asked for, a snapshot answers. Bedrock serves the same models, and what they sign there is good
    /// here unless it is bound to an account.
    /// </remarks>
    public static bool IsFor(ReasoningSeal? seal, Target target) => seal switch
    {
        { Form: SealForm.Encrypted } or null => false,
        { Maker: Protocol.Anthropic, Model: null } => true,
        { Maker: Protocol.Anthropic, Model: { } model } => AnthropicModelRules.AreSame(model, target.Model),
        { Maker: Protocol.Bedrock, Model: { } model } =>
            AnthropicModelRules.AreSame(model, target.Model) && AnthropicModelRules.Of(model).ThinkingBinding == ThinkingBinding.Portable,
        _ => false,
    };
}
