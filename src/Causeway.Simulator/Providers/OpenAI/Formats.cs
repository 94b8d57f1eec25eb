using System.Globalization;
using System.Text.Json;
using Causeway.Simulator.Shapes;

namespace Causeway.Simulator.Providers.OpenAI;

/// <summary>Reads where OpenAI's protocols carry schemas, and asks the server's policy what becomes of them.</summary>
internal static class Formats
{
    /// <summary><c>response_format</c>.</summary>
    public static Reading Chat(Incoming incoming, Ask ask, SchemaPolicy policy)
    {
        JsonElement? format = incoming.Json.Member("response_format");
        JsonElement? fields = format.Member("json_schema");
        return Read(ask, policy, format.Member("type").Text(), new(incoming, ask.ServedModel ?? ask.Model, "response_format", fields, fields.Member("schema") ?? policy.Elsewhere(incoming.Json)));
    }

    /// <summary><c>text.format</c>, which is flat.</summary>
    public static Reading Responses(Incoming incoming, Ask ask, SchemaPolicy policy)
    {
        JsonElement? format = incoming.Json.Member("text").Member("format");
        return Read(ask, policy, format.Member("type").Text(), new(incoming, ask.ServedModel ?? ask.Model, "text.format", format, format.Member("schema")));
    }

    private static Reading Read(Ask ask, SchemaPolicy policy, string? type, AskedFormat asked)
    {
        Reading tools = Tools(ask, policy, asked);
        if (tools.Ask is not { } read)
        {
            return tools;
        }

        read = read with { Hand = policy.Hand, JsonMode = type == "json_object" };
        if (type == "json_schema" || (asked.Schema is not null && asked.Fields is null))
        {
            Verdict verdict = policy.Format(asked);
            return verdict.Refused is { } refused ? refused
                : asked.Schema is { } schema ? read with { Shape = new Shape(schema, verdict.Held) { Hand = policy.Hand } }
                : read;
        }

        return type == "json_object" && policy.JsonObject(asked) is { } untold ? untold : read;
    }

    private static Reading Tools(Ask ask, SchemaPolicy policy, AskedFormat asked)
    {
        List<OfferedTool> tools = [];
        int index = -1;
        foreach (JsonElement tool in asked.Body.Member("tools").Items())
        {
            index++;
            bool isFlat = ask.Operation != Operation.ChatCompletions;
            JsonElement? function = isFlat && tool.Member("type").Text() == "function" ? tool : tool.Member("function");
            if (function.Member("name").Text() is not { } name)
            {
                continue;
            }

            if (function.Member("parameters") is not { } parameters)
            {
                tools.Add(new OfferedTool(name, Arguments: null));
                continue;
            }

            bool? strict = function.Member("strict") is { } said ? said.ValueKind == JsonValueKind.True : null;
            string place = string.Create(CultureInfo.InvariantCulture, $"tools[{index}].{(isFlat ? "" : "function.")}parameters");
            Verdict verdict = policy.Tool(new(asked.Incoming, asked.Model, place, name, parameters, strict, ask.Demand == ToolDemand.Must));
            if (verdict.Refused is { } refused)
            {
                return refused;
            }

            tools.Add(new OfferedTool(name, new Shape(verdict.Instead ?? parameters, verdict.Held)));
        }

        return ask with { Tools = tools };
    }
}
