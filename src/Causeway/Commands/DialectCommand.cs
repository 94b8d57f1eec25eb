using System.CommandLine;

namespace Causeway.Commands;

/// <summary><c>causeway dialect</c></summary>
internal static class DialectCommand
{
    public static Command Create(Surroundings surroundings) => new("dialect", "Measure what providers do with JSON Schema, and see what is known of it.")
    {
        new DialectProbeCommand(surroundings),
        new DialectMatrixCommand(surroundings),
        new DialectDriftCommand(surroundings),
    };
}
