using System.Globalization;
using System.Text;

namespace Causeway.Contracts.Json;

/// <summary>JSON Pointers (RFC 6901).</summary>
internal static class JsonPointers
{
    /// <summary>The pointer to a value, or to the member whose name stands there.</summary>
    public static string Of(JsonView document, int at)
    {
        var pointer = new StringBuilder();
        int container = 0;
        while (container != at)
        {
            (int child, string step) = document.Kind(container) == TokenKind.Object ? Member(document, container, at) : Item(document, container, at);
            pointer.Append('/').Append(step);
            container = child > at ? at : child;
        }

        return pointer.ToString();
    }

    /// <summary>The pointer to a member.</summary>
    public static string Member(string pointer, string name) => $"{pointer}/{Escape(name)}";

    /// <summary>The last step of a pointer, as a name.</summary>
    public static string Last(string pointer) => Unescape(pointer[(pointer.LastIndexOf('/') + 1)..]);

    /// <summary>A pointer's step for a member's name.</summary>
    public static string Escape(string name) =>
        name.AsSpan().IndexOfAny('~', '/') < 0 ? name : name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    /// <summary>The member's name of a pointer's step.</summary>
    public static string Unescape(string step) =>
        !step.Contains('~') ? step : step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    /// <summary>The value in a container that a step leads to; -1: there is none.</summary>
    public static int Step(JsonView document, int at, string step)
    {
        if (document.Kind(at) != TokenKind.Array)
        {
            return document.Member(at, Encoding.UTF8.GetBytes(Unescape(step)));
        }

        if (!int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index >= document.Nodes[at].Count)
        {
            return -1;
        }

        int item = at + 1;
        for (; index > 0; index--)
        {
            item = document.Nodes[item].Next;
        }

        return item;
    }

    private static (int Child, string Step) Member(JsonView document, int container, int at)
    {
        int name = container + 1;
        while (document.Nodes[name + 1].Next <= at)
        {
            name = document.Nodes[name + 1].Next;
        }

        return (name + 1, Escape(document.String(name)));
    }

    private static (int Child, string Step) Item(JsonView document, int container, int at)
    {
        int item = container + 1;
        int index = 0;
        while (document.Nodes[item].Next <= at)
        {
            item = document.Nodes[item].Next;
            index++;
        }

        return (item, index.ToString(CultureInfo.InvariantCulture));
    }
}
