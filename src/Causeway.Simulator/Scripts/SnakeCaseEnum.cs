using System.Text.Json;
using System.Text.Json.Serialization;

namespace Causeway.Simulator.Scripts;

/// <summary>Words of a script are lower snake case, and numbers do not stand for words.</summary>
internal sealed class SnakeCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
