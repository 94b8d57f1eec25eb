namespace Causeway.Storage.Tests.Schemas;

/// <summary>The steps of an engine's schema, each with rows of its time: what a released version left in a store.</summary>
internal static class SchemaSteps
{
    /// <summary>The steps up to one, each with its rows.</summary>
    public static IEnumerable<(Migration Step, string Rows)> UpTo(string engine, string last) => Migration.Embedded($"Causeway.Storage.{engine}.Migrations.")
        .Where(step => string.CompareOrdinal(step.Name, last) <= 0)
        .Select(step => (step, RowsOf(engine, step.Name)));

    /// <summary>The names of all steps.</summary>
    public static TheoryData<string> Of(string engine) => [.. Migration.Embedded($"Causeway.Storage.{engine}.Migrations.").Select(step => step.Name)];

    private static string RowsOf(string engine, string step)
    {
        using Stream? rows = typeof(SchemaSteps).Assembly.GetManifestResourceStream($"Causeway.Storage.Tests.Schemas.{engine}.{step}");
        Assert.True(rows is not null, $"The step {step} has no rows of its time: write Schemas/{engine}/{step} as a server of that version would have written them.");
        using StreamReader text = new(rows);
        return text.ReadToEnd();
    }
}
