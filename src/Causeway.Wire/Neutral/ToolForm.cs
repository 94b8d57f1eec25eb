namespace Causeway.Wire.Neutral;

/// <summary>A strict tool as one target takes it.</summary>
/// <param name="Schema">What its arguments are, JSON Schema.</param>
/// <param name="IsStrict">False: the target cannot be told to hold it, and <c>strict</c> is left out.</param>
public sealed record ToolForm(ReadOnlyMemory<byte> Schema, bool IsStrict);

/// <summary>A tool whose arguments its caller says must follow the schema.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Schema">JSON Schema.</param>
public sealed record StrictTool(string Name, ReadOnlyMemory<byte> Schema);

/// <summary>Puts the forms of strict tools into a request.</summary>
internal static class ToolForms
{
    /// <summary>For the tables of translations.</summary>
    public const string Note = "from another protocol where its dialect can hold the schema; left out otherwise";

    public static IReadOnlyList<StrictTool> Of(NeutralRequest request) =>
        [.. request.Tools.Where(IsStrict).Select(tool => new StrictTool(tool.Name.Text() ?? "", tool.Schema.Raw))];

    /// <summary>The request with every strict tool in its form.</summary>
    /// <param name="request">Stays as it is.</param>
    /// <param name="forms">One for each of <see cref="Of"/>, in that order.</param>
    /// <param name="left">Where <c>strict</c> is left out, in the caller's words.</param>
    public static NeutralRequest Apply(NeutralRequest request, IReadOnlyList<ToolForm> forms, List<string> left)
    {
        NeutralRequest copy = request.Copy();
        string path = request.Uses.Find(use => use.Concept == Concept.StrictTool).Path ?? "tools[0].strict";
        int next = 0;
        for (int i = 0; i < copy.Tools.Count; i++)
        {
            ToolDefinition tool = copy.Tools[i];
            if (!IsStrict(tool))
            {
                continue;
            }

            ToolForm form = forms[next++];
            copy.Tools[i] = tool.With(new JsonSlice(form.Schema), form.IsStrict);
            if (!form.IsStrict)
            {
                left.Add(At(path, i));
            }
        }

        if (!copy.Tools.Exists(tool => tool.Strict == true))
        {
            copy.Replace(Concept.StrictTool, null);
        }

        return copy;
    }

    private static bool IsStrict(ToolDefinition tool) => tool is { Kind: ToolKind.Function, Strict: true, Schema.IsObject: true, SchemaIsOpenApi: false };

    // The use names the first of them.
    private static string At(string path, int index)
    {
        int open = path.IndexOf('[', StringComparison.Ordinal);
        int close = path.IndexOf(']', StringComparison.Ordinal);
        return open < 0 || close < open ? path : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{path[..open]}[{index}{path[close..]}");
    }
}
