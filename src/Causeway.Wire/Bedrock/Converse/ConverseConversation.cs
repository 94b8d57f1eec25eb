using Causeway.Wire.Anthropic.Messages;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>The turns of another protocol in this one's order, which is that of Messages but for two things.</summary>
internal static class ConverseConversation
{
    public static MessagesConversation Of(NeutralRequest request, TranslationPlan plan)
    {
        MessagesConversation conversation = MessagesConversation.Of(request, plan, new ConverseParts(request, plan).Of, takesSystemTurns: false);
        if (conversation.Messages is [{ Role: Role.Assistant }, ..])
        {
            // The user comes first here. These words are as near to none as the service takes.
            ArrangedMessage opening = new(Role.User) { Parts = [new TextPart(JsonSlice.Of("Begin."))] };
            conversation.Messages.Insert(0, opening);
        }

        foreach (ArrangedMessage message in conversation.Messages)
        {
            bool hasDocument = message.Parts.Exists(part => part is MediaPart { Kind: MediaKind.Document });
            if (hasDocument && !message.Parts.Exists(part => part is TextPart))
            {
                // A document without a word beside it is refused.
                message.Parts.Add(new TextPart(JsonSlice.Of("See the document.")));
            }
        }

        return conversation;
    }
}
