using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>Reads a whole response.</summary>
internal sealed class ResponsesReplyReader(ReplySink sink)
{
    private readonly ResponsesOutput _output = new(sink);

    public void Read(JsonElement response)
    {
        _output.Start(response);
        int index = 0;
        foreach (JsonElement item in response.GetProperty("output"u8).EnumerateArray())
        {
            new OutputReading(_output, index++).Complete(item);
        }

        _output.Finish(response);
    }
}
