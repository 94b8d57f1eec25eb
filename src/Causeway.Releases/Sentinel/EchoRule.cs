namespace Causeway.Releases.Sentinel;

/// <summary>Whether an answer names the model that was asked.</summary>
public static class EchoRule
{
    /// <summary>So many wrong names within <see cref="Within"/> are drift.</summary>
    public const int Wrong = 3;

    /// <summary>The span.</summary>
    public static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    /// <summary>Judges a name.</summary>
    /// <param name="pin">What is known of the pin.</param>
    /// <param name="echo">The model that the answer names.</param>
    /// <param name="isAnotherModel">Whether a name is known to be another model than the pin's.</param>
    public static EchoVerdict Judge(WatchedPin pin, string echo, Func<string, bool> isAnotherModel)
    {
        if (IsOwn(pin.Model, echo))
        {
            return pin.Echoes.Count == 0 ? EchoVerdict.First : EchoVerdict.Expected;
        }

        for (int i = 0; i < pin.Echoes.Count; i++)
        {
            if (pin.Echoes[i] == echo)
            {
                return EchoVerdict.Expected;
            }
        }

        // The first answer says what the provider calls it, unless that is somebody else's name.
        return pin.Echoes.Count == 0 && !isAnotherModel(echo) ? EchoVerdict.First : EchoVerdict.Other;
    }

    private static bool IsOwn(string model, string echo) =>
        echo == model || (echo.Length == model.Length + 7 && echo.StartsWith("models/", StringComparison.Ordinal) && echo.EndsWith(model, StringComparison.Ordinal));
}

/// <summary>What the name in an answer says.</summary>
public enum EchoVerdict
{
    /// <summary>It is the pin's, or one that it is known by.</summary>
    Expected,

    /// <summary>It is the first that the pin is called by: it is learned.</summary>
    First,

    /// <summary>It is another.</summary>
    Other,
}

/// <summary>Counts the wrong names in a pin's answers. Not safe for several threads at once.</summary>
public sealed class EchoCount
{
    private readonly DateTimeOffset[] _last = new DateTimeOffset[EchoRule.Wrong];
    private int _count;

    /// <summary>Takes a wrong name.</summary>
    /// <returns>True: there were enough of them within the span to call it drift, and they are counted from 0 again.</returns>
    public bool Add(DateTimeOffset at)
    {
        _last[_count++ % _last.Length] = at;
        if (_count < _last.Length || at - _last[_count % _last.Length] > EchoRule.Within)
        {
            return false;
        }

        _count = 0;
        return true;
    }
}
