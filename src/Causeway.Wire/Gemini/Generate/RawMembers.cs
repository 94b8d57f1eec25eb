using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Gives the members that have no place in the neutral form back to their own protocol, where they stood.</summary>
internal static class RawMembers
{
    /// <param name="request">A request that was read from the same body.</param>
    /// <param name="parent">Their parents' names in camel case with dots between; empty: the top.</param>
    /// <param name="json">The writer, asked for when there is something to write.</param>
    public static void Write(NeutralRequest request, string parent, Func<Utf8JsonWriter> json)
    {
        foreach (RawField field in request.Fields)
        {
            int dot = field.Path.LastIndexOf('.');
            if (Camel(field.Path[..Math.Max(0, dot)]) == parent)
            {
                Utf8JsonWriter writer = json();
                writer.WritePropertyName(field.Path[(dot + 1)..]);
                field.Value.WriteTo(writer);
            }
        }
    }

    /// <summary>Whether some member was kept under that path.</summary>
    public static bool Has(NeutralRequest request, string path) => request.Fields.Exists(field => Camel(field.Path) == path);

    private static string Camel(string path) => string.Join('.', path.Split('.').Select(Spelling.Camel));
}
