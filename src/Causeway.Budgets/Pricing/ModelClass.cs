namespace Causeway.Budgets.Pricing;

/// <summary>
/// The classes that grants speak of, so that a grant for small models holds when a new small one comes. A model's class follows from the list price of
/// its output, since that is what a budget's owner means by it.
/// </summary>
public static class ModelClass
{
    private const long SmallNanoUsd = 5_500_000_000;
    private const long FrontierNanoUsd = 20_000_000_000;

    /// <summary>The words, from the cheapest.</summary>
    public static IReadOnlyList<string> Known { get; } = ["embedding", "small", "standard", "frontier"];

    /// <summary>
    /// <c>embedding</c>: generates nothing. <c>small</c>: up to 5.50 USD for a million tokens of output. <c>standard</c>: less than 20 USD.
    /// <c>frontier</c>: from 20 USD on. Null: the model has no price, and with it no class.
    /// </summary>
    public static string? Of(ModelPrice? price) => price?.List switch
    {
        null => null,
        { Output: 0 } => "embedding",
        { Output: <= SmallNanoUsd } => "small",
        { Output: < FrontierNanoUsd } => "standard",
        _ => "frontier",
    };
}
