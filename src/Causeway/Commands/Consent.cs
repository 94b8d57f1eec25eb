namespace Causeway.Commands;

/// <summary>Asks a person before something is done that costs or binds.</summary>
internal static class Consent
{
    /// <summary>Asks, and says what became of it.</summary>
    /// <param name="surroundings">Who can be asked, and how.</param>
    /// <param name="screen">Where it is asked.</param>
    /// <param name="question">Without its answers, such as <c>Send it?</c></param>
    /// <param name="nothing">That nothing was done, without the full stop.</param>
    /// <param name="way">How to say yes where nobody can be asked.</param>
    /// <returns>What the process ends with; null: the person said yes.</returns>
    public static int? Declined(Surroundings surroundings, Screen screen, string question, string nothing, string way)
    {
        if (!surroundings.CanAsk())
        {
            screen.Line($"{nothing}: there is nobody to ask. {way}");
            return ExitCodes.Usage;
        }

        screen.Line($"{question} [y/N]");
        using var input = new StreamReader(surroundings.Input());
        if (input.ReadLine()?.Trim() is "y" or "Y" or "yes")
        {
            return null;
        }

        screen.Line($"{nothing}.");
        return ExitCodes.Failed;
    }
}
