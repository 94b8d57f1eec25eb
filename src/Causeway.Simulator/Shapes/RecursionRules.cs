using System.Text.Json;
using Causeway.Simulator.Providers;

namespace Causeway.Simulator.Shapes;

/// <summary>Whether a schema comes back to itself through its references.</summary>
internal static class RecursionRules
{
    /// <returns>The fault with the reference that closes the circle.</returns>
    public static SchemaFault? Check(JsonElement root, Recursion rule) => Walk(root, root, rule, [], [], 0);

    /// <summary>Depth first: a reference that is being followed already closes a circle. Definitions are walked where they are used.</summary>
    private static SchemaFault? Walk(JsonElement schema, JsonElement root, Recursion rule, HashSet<string> open, HashSet<string> done, int depth)
    {
        if (depth > SchemaReading.MaxDepth * 4)
        {
            return null;
        }

        if (((JsonElement?)schema).Member("$ref").Text() is { } pointer && SchemaReading.Target(root, pointer) is { } target)
        {
            if (pointer == "#" || open.Contains(pointer))
            {
                return new(FaultKind.Recursion, [], [pointer]);
            }

            if (done.Add(pointer))
            {
                open.Add(pointer);
                if (Walk(target, root, rule, open, done, depth + 1) is { } circle)
                {
                    return circle;
                }

                open.Remove(pointer);
            }
        }

        IReadOnlyList<string> required = ((JsonElement?)schema).Member("required").Texts();
        foreach ((string[] steps, JsonElement part) in SchemaReading.Inside(schema))
        {
            bool ends = rule == Recursion.ThroughOptional && steps[0] == "properties" && !required.Contains(steps[1]);
            if (!ends && steps[0] is not ("$defs" or "definitions" or "defs") && Walk(part, root, rule, open, done, depth + 1) is { } circle)
            {
                return circle;
            }
        }

        return null;
    }
}
