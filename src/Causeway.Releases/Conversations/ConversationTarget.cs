namespace Causeway.Releases.Conversations;

/// <summary>What would go on with conversations: the first pin of a release.</summary>
/// <param name="Provider">Its provider.</param>
/// <param name="Window">Tokens that its model reads; null: that is not known.</param>
public sealed record ConversationTarget(string Provider, long? Window)
{
    /// <summary>Nobody knows what.</summary>
    public static ConversationTarget Unknown { get; } = new("", null);

    /// <summary>What a conversation loses there. State that this very provider keeps is there still.</summary>
    public Portability Of(Conversation conversation) =>
        conversation.Tokens > Window ? Portability.P3
        : conversation.Portability == Portability.P3 && conversation.Provider == Provider ? Portability.P0
        : conversation.Portability;
}
