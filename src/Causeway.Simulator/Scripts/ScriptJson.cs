using System.Text.Json.Serialization;
using Causeway.Simulator.Bill;

namespace Causeway.Simulator.Scripts;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(Script))]
[JsonSerializable(typeof(ScriptView))]
[JsonSerializable(typeof(BillView))]
internal sealed partial class ScriptJson : JsonSerializerContext;
