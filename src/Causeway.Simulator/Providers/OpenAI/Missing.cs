namespace Causeway.Simulator.Providers.OpenAI;

/// <summary>OpenAI's ways to name what a body lacks.</summary>
internal static class Missing
{
    public static Rejection Model { get; } = new(400, "invalid_request_error", "you must provide a model parameter");

    public static Rejection Parameter(string name) =>
        new(400, "invalid_request_error", $"Missing required parameter: '{name}'.") { Param = name, Code = "missing_required_parameter" };

    public static Rejection Type(string name, string wanted) =>
        new(400, "invalid_request_error", $"Invalid type for '{name}': expected {wanted}.") { Param = name, Code = "invalid_type" };

    public static Rejection Value(string name, string message) =>
        new(400, "invalid_request_error", message) { Param = name, Code = "invalid_value" };
}
