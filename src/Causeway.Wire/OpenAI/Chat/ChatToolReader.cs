using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>Reads the tools of a chat request and the choice among them, in today's form and in the first one (<c>functions</c>).</summary>
internal sealed class ChatToolReader(ChatReading reading)
{
    private readonly NeutralRequest _request = reading.Request;

    /// <summary>Whether the request defines its tools in the first form: then calls have that form in the reply too.</summary>
    public static bool IsFirstForm(NeutralRequest request) =>
        request.Origin == Operation.ChatCompletions && request.Fields.Exists(field => field.Path == "functions");

    public void Read(string name, JsonElement value)
    {
        switch (name)
        {
            case "tools":
                ReadTools(value);
                break;
            case "tool_choice":
                ReadChoice(value, name);
                break;
            case "functions":
                ReadFunctions(value);
                break;
            case "function_call":
                ReadChoice(value, name);
                reading.KeepDefault(Concept.ToolChoiceNamed, name, value);
                break;
            case "parallel_tool_calls":
                _request.SingleToolCall = !value.GetBoolean();
                if (_request.SingleToolCall)
                {
                    _request.Mark(Concept.SingleToolCall, name);
                }
                else
                {
                    reading.KeepDefault(Concept.SingleToolCall, name, value);
                }

                break;
        }
    }

    private void ReadTools(JsonElement tools)
    {
        int at = 0;
        foreach (JsonElement tool in tools.EnumerateArray())
        {
            string path = $"tools[{at++}]";
            string? type = tool.TryGetProperty("type"u8, out JsonElement named) ? named.GetString() : "function";
            _request.Tools.Add(type switch
            {
                "function" => Function(ChatReading.Need(tool, "function", path), tool, path),
                "custom" => Custom(tool, path),
                _ => Hosted(tool, path),
            });
        }

        if (at == 0)
        {
            reading.KeepDefault(Concept.FunctionTool, "tools", tools);
        }
    }

    private void ReadFunctions(JsonElement functions)
    {
        int at = 0;
        foreach (JsonElement function in functions.EnumerateArray())
        {
            _request.Tools.Add(Function(function, outer: null, $"functions[{at++}]"));
        }

        reading.KeepDefault(Concept.FunctionTool, "functions", functions);
    }

    private ToolDefinition Function(JsonElement function, JsonElement? outer, string path)
    {
        Extras? extras = null;
        bool strict = false;
        string inner = outer is null ? path : path + ".function";
        foreach (JsonProperty member in function.EnumerateObject())
        {
            switch (member.Name)
            {
                case "name" or "description" or "parameters":
                    break;
                case "strict" when member.Value.ValueKind == JsonValueKind.True:
                    strict = true;
                    _request.Mark(Concept.StrictTool, inner + ".strict");
                    break;
                case "strict":
                    reading.Keep(ref extras, "function.strict", member.Value);
                    break;
                default:
                    reading.KeepUnknown(ref extras, "function." + member.Name, member.Value, $"{inner}.{member.Name}");
                    break;
            }
        }

        KeepOuter(outer, "function", path, ref extras);
        MarkTool(Concept.FunctionTool, outer is null ? "functions" : "tools");

        // Not strict unless it says so: to Responses, which takes silence for strict, that has to be told.
        return new ToolDefinition(ToolKind.Function)
        {
            Name = reading.String(function, "name"u8, inner + ".name"),
            Description = reading.Optional(function, "description"u8),
            Schema = reading.Optional(function, "parameters"u8),
            Strict = strict,
            Extras = extras,
        };
    }

    private void KeepOuter(JsonElement? outer, string kind, string path, ref Extras? extras)
    {
        if (outer is not { } tool)
        {
            return;
        }

        foreach (JsonProperty member in tool.EnumerateObject())
        {
            if (member.Name != "type" && member.Name != kind && member.Value.ValueKind != JsonValueKind.Null)
            {
                reading.KeepUnknown(ref extras, member.Name, member.Value, $"{path}.{member.Name}");
            }
        }
    }

    private ToolDefinition Custom(JsonElement tool, string path)
    {
        Extras? extras = null;
        JsonElement custom = ChatReading.Need(tool, "custom", path);
        foreach (JsonProperty member in custom.EnumerateObject())
        {
            if (member.Name is not ("name" or "description" or "format"))
            {
                reading.KeepUnknown(ref extras, "custom." + member.Name, member.Value, $"{path}.custom.{member.Name}");
            }
        }

        KeepOuter(tool, "custom", path, ref extras);
        MarkTool(Concept.CustomTool, path + ".custom");
        return new ToolDefinition(ToolKind.Custom)
        {
            Name = reading.String(custom, "name"u8, path + ".custom.name"),
            Description = reading.Optional(custom, "description"u8),
            Raw = reading.Optional(custom, "format"u8),
            Extras = extras,
        };
    }

    private ToolDefinition Hosted(JsonElement tool, string path)
    {
        MarkTool(Concept.HostedTool, path + ".type");
        return new ToolDefinition(ToolKind.Hosted) { Raw = reading.Slice(tool) };
    }

    private void MarkTool(Concept concept, string path)
    {
        if (!_request.Uses.Exists(use => use.Concept == concept))
        {
            _request.Mark(concept, path);
        }
    }

    private void ReadChoice(JsonElement choice, string path)
    {
        if (choice.ValueKind == JsonValueKind.String)
        {
            _request.ToolChoice = new ToolChoice(Mode(choice.GetString(), path));
            return;
        }

        string? type = choice.TryGetProperty("type"u8, out JsonElement named) ? named.GetString() : null;
        switch (type)
        {
            case null:
                Choose(reading.String(choice, "name"u8, path + ".name"), path); // function_call: {"name"}
                break;
            case "function" or "custom":
                Choose(reading.String(ChatReading.Need(choice, type, path), "name"u8, $"{path}.{type}.name"), path);
                break;
            case "allowed_tools":
                ReadAllowed(ChatReading.Need(choice, "allowed_tools", path), path + ".allowed_tools");
                break;
            default:
                _request.Keep(Concept.HostedTool, path, reading.Slice(choice));
                break;
        }
    }

    private void Choose(JsonSlice name, string path)
    {
        _request.ToolChoice = new ToolChoice(ToolChoiceMode.Named, name);
        _request.Mark(Concept.ToolChoiceNamed, path);
    }

    private ToolChoiceMode Mode(string? word, string path)
    {
        (ToolChoiceMode mode, Concept concept) = word switch
        {
            "auto" => (ToolChoiceMode.Auto, Concept.ToolChoiceAuto),
            "none" => (ToolChoiceMode.None, Concept.ToolChoiceNone),
            "required" or "any" => (ToolChoiceMode.Required, Concept.ToolChoiceRequired),
            _ => throw new RequestException($"\"{path}\" must be none, auto, required or an object.", path),
        };
        _request.Mark(concept, path);
        return mode;
    }

    private void ReadAllowed(JsonElement allowed, string path)
    {
        List<JsonSlice> names = [];
        foreach (JsonElement tool in ChatReading.Need(allowed, "tools", path).EnumerateArray())
        {
            string type = ChatReading.Need(tool, "type", path + ".tools[]").GetString()!;
            names.Add(reading.String(ChatReading.Need(tool, type, path + ".tools[]"), "name"u8, path + ".tools"));
        }

        ToolChoiceMode mode = Mode(ChatReading.Need(allowed, "mode", path).GetString(), path + ".mode");
        _request.ToolChoice = new ToolChoice(mode, Allowed: names);
        _request.Mark(Concept.ToolChoiceSubset, path);
    }
}
