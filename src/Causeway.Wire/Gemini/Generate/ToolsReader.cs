using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Reads <c>tools</c> and <c>toolConfig</c>.</summary>
internal sealed class ToolsReader(JsonBody body, NeutralRequest request, Marks marks)
{
    public void ReadTools(JsonElement tools, string path)
    {
        int index = 0;
        foreach (JsonElement tool in Spelling.Items(tools))
        {
            Place place = new(path, index++);
            foreach (JsonProperty member in Spelling.Members(tool))
            {
                if (Spelling.Camel(member.Name) == "functionDeclarations")
                {
                    ReadFunctions(member, place);
                    continue;
                }

                // Whatever is no function is run by the provider, the tools that are not known yet too.
                marks.Once(Concept.HostedTool, place, member.Name);
                request.Tools.Add(new ToolDefinition(ToolKind.Hosted) { Raw = JsonSlices.Wrapped(Spelling.Camel(member.Name), body.Slice(member.Value)) });
            }
        }
    }

    public void ReadConfig(JsonElement config, string path)
    {
        foreach (JsonProperty member in Spelling.Members(config))
        {
            string inner = $"{path}.{member.Name}";
            switch (Spelling.Camel(member.Name))
            {
                case "functionCallingConfig":
                    ReadCalling(member.Value, inner);
                    break;
                case "retrievalConfig" or "includeServerSideToolInvocations":
                    request.Keep(Concept.HostedTool, inner, body.Slice(member.Value));
                    break;
                default:
                    request.Keep(Concept.Unknown, inner, body.Slice(member.Value));
                    break;
            }
        }
    }

    private void ReadFunctions(JsonProperty list, in Place place)
    {
        int index = 0;
        foreach (JsonElement function in Spelling.Items(list.Value))
        {
            ReadFunction(function, new Place($"{place}.{list.Name}", index++));
        }
    }

    private void ReadFunction(JsonElement function, in Place place)
    {
        JsonSlice name = default, description = default, schema = default;
        Extras? extras = null;
        foreach (JsonProperty member in Spelling.Members(function))
        {
            string camel = Spelling.Camel(member.Name);
            switch (camel)
            {
                case "name":
                    name = Spelling.Text(body, member.Value);
                    continue;
                case "description":
                    description = Spelling.Text(body, member.Value);
                    continue;
                case "parametersJsonSchema":
                    schema = body.Slice(member.Value);
                    continue;
                case "parameters":
                    schema = OpenApiSchema.ToJsonSchema(member.Value);
                    break; // Kept too, to be given back in its own dialect.
                case "response" or "responseJsonSchema" or "behavior":
                    marks.Once(Concept.ToolHints, place, member.Name);
                    break;
                default:
                    marks.Once(Concept.Unknown, place, member.Name);
                    break;
            }

            (extras ??= []).Add(new(camel, body.Slice(member.Value)));
        }

        if (name.IsAbsent)
        {
            throw new RequestException($"\"{place}\" has no name.", $"{place}.name");
        }

        marks.Once(Concept.FunctionTool, place.ToString());
        request.Tools.Add(new ToolDefinition(ToolKind.Function) { Name = name, Description = description, Schema = schema, Extras = extras });
    }

    private void ReadCalling(JsonElement calling, string path)
    {
        string mode = "";
        string modePath = path;
        JsonSlice rawMode = default;
        List<JsonSlice>? allowed = null;
        foreach (JsonProperty member in Spelling.Members(calling))
        {
            string inner = $"{path}.{member.Name}";
            switch (Spelling.Camel(member.Name))
            {
                case "mode":
                    (mode, modePath, rawMode) = (member.Value.GetString()!.ToUpperInvariant(), inner, body.Slice(member.Value));
                    break;
                case "allowedFunctionNames":
                    allowed = [.. Spelling.Items(member.Value).Select(name => Spelling.Text(body, name))];
                    break;
                case "streamFunctionCallArguments":
                    request.Keep(Concept.StreamOptions, inner, body.Slice(member.Value));
                    break;
                default:
                    request.Keep(Concept.Unknown, inner, body.Slice(member.Value));
                    break;
            }
        }

        Choose(mode, allowed is [] ? null : allowed, modePath, rawMode);
    }

    private void Choose(string mode, List<JsonSlice>? allowed, string path, JsonSlice raw)
    {
        switch (mode, allowed)
        {
            case ("NONE", _):
                Set(new ToolChoice(ToolChoiceMode.None), Concept.ToolChoiceNone, path);
                break;
            case ("ANY", null):
                Set(new ToolChoice(ToolChoiceMode.Required), Concept.ToolChoiceRequired, path);
                break;
            case ("ANY", [JsonSlice name]):
                Set(new ToolChoice(ToolChoiceMode.Named, name), Concept.ToolChoiceNamed, path);
                break;
            case ("ANY", _):
                Set(new ToolChoice(ToolChoiceMode.Required, Allowed: allowed), Concept.ToolChoiceSubset, path);
                break;
            case ("", null):
                break;
            case ("" or "AUTO" or "VALIDATED" or "MODE_UNSPECIFIED", null):
                Set(new ToolChoice(ToolChoiceMode.Auto), Concept.ToolChoiceAuto, path);
                break;
            case ("" or "AUTO" or "VALIDATED" or "MODE_UNSPECIFIED", _):
                Set(new ToolChoice(ToolChoiceMode.Auto, Allowed: allowed), Concept.ToolChoiceSubset, path);
                break;
            default:
                throw new RequestException($"\"{path}\" is none of AUTO, ANY, NONE and VALIDATED.", path);
        }

        if (mode == "VALIDATED")
        {
            // The promise that arguments follow their schema. Others give it for each tool and only for some schemas.
            request.Keep(Concept.ToolHints, path, raw);
        }
    }

    private void Set(ToolChoice choice, Concept concept, string path)
    {
        request.ToolChoice = choice;
        request.Mark(concept, path);
    }
}
