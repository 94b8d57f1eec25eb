using Causeway.Simulator.Scripts;

namespace Causeway.Simulator.Answers;

/// <summary>Draws an answer's text from several: the same sequence every time for one seed.</summary>
internal static class TextDraw
{
    public static Behaviour Drawn(Behaviour then, long number)
    {
        if (then.Texts is not { Count: > 0 } texts)
        {
            return then;
        }

        long all = texts.Sum(one => (long)(one.Weight ?? 1));
        long at = (long)(Mixed(((ulong)(uint)(then.TextSeed ?? 0) << 32) + (ulong)number) % (ulong)all);
        foreach (ScriptedText one in texts)
        {
            at -= one.Weight ?? 1;
            if (at < 0)
            {
                return then with { Text = one.Text };
            }
        }

        return then;
    }

    // SplitMix64: neighbouring numbers give unrelated ones.
    private static ulong Mixed(ulong number)
    {
        number += 0x9E3779B97F4A7C15;
        number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9;
        number = (number ^ (number >> 27)) * 0x94D049BB133111EB;
        return number ^ (number >> 31);
    }
}
