using System.Text.Json;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>An object that is begun when its first member is written, and is not there when none is.</summary>
internal sealed class Group(Utf8JsonWriter json, string name, Group? parent = null)
{
    private bool _isOpen;

    /// <summary>The writer, inside the object.</summary>
    public Utf8JsonWriter Json
    {
        get
        {
            if (!_isOpen)
            {
                _ = parent?.Json;
                json.WriteStartObject(name);
                _isOpen = true;
            }

            return json;
        }
    }

    public void End()
    {
        if (_isOpen)
        {
            json.WriteEndObject();
        }
    }
}
