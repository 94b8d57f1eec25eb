using System.Runtime.CompilerServices;
using Causeway.Contracts.Schemas;

namespace Causeway.Contracts.Tests.Compilation;

/// <summary>Schemas as Zod 4, Pydantic 2 and .NET's exporter write them.</summary>
internal static class SchemaFixtures
{
    public static string[] Names => ["zod-ticket", "pydantic-invoice", "dotnet-order"];

    public static JsonSchema Read(string name) => JsonSchema.Parse(File.ReadAllBytes(Path.Combine(Folder(), "Fixtures", name + ".json")));

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
