using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Storage;
using Causeway.Storage.Moving;

namespace Causeway.Commands;

/// <summary>A verb that works on a store itself: no server is needed.</summary>
/// <typeparam name="TReport">What it has to say.</typeparam>
internal abstract class StoreVerb<TReport> : Command
    where TReport : class
{
    private readonly Option<bool> _json = new("--json") { Description = "Print what was done as JSON." };

    protected StoreVerb(string name, string description, Surroundings surroundings)
        : base(name, description)
    {
        Surroundings = surroundings;
        Stores = new StoreText(surroundings);
        SetAction(RunAsync);
    }

    protected Surroundings Surroundings { get; }

    protected StoreText Stores { get; }

    /// <summary>Adds what it takes, and ends its help with commands to copy.</summary>
    protected void Takes(IEnumerable<Symbol> symbols, params string[] examples)
    {
        foreach (Symbol symbol in symbols)
        {
            switch (symbol)
            {
                case Argument argument:
                    Add(argument);
                    break;
                case Option option:
                    Add(option);
                    break;
            }
        }

        Add(_json);
        this.WithExamples(examples);
    }

    /// <summary>Reads the arguments.</summary>
    /// <returns>What is to be done; null: <paramref name="problem"/> says why it cannot be tried.</returns>
    protected abstract Func<IProgress<MoveProgress>, CancellationToken, Task<TReport>>? Read(ParseResult parsed, TextWriter error, out string problem);

    /// <summary>Shows the report to a person.</summary>
    protected abstract void Show(TReport report, Screen screen);

    /// <summary>What it ends with.</summary>
    protected virtual int CodeOf(TReport report) => ExitCodes.Ok;

    /// <summary>What is said when it is ended before its end.</summary>
    protected abstract string WhenCutOff { get; }

    /// <summary>Rows of tables, those that are empty left out.</summary>
    protected static void ShowTables(IReadOnlyList<TableRows> tables, Screen screen) => screen.Table(
        [new Column("TABLE", ColumnKind.Name), new Column("ROWS", ColumnKind.Number)],
        tables.Where(table => table.Rows > 0).Select(table => (IReadOnlyList<string>)[table.Table, Figures.Count(table.Rows)]));

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        TextWriter error = parsed.InvocationConfiguration.Error;
        if (Read(parsed, error, out string problem) is not { } run)
        {
            await error.WriteLineAsync(problem);
            return ExitCodes.Usage;
        }

        try
        {
            TReport report = await run(new StoreProgress(error, Surroundings.Time), cancellation);
            if (parsed.GetValue(_json))
            {
                await output.WriteLineAsync(JsonSerializer.Serialize(report, AdminJson.Indented.Of<TReport>()));
            }
            else
            {
                Show(report, new Screen(output, Surroundings.WantsStyle(output)));
            }

            return CodeOf(report);
        }
        catch (StoreUnavailableException failure)
        {
            await error.WriteLineAsync(failure.Message);
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync(WhenCutOff);
            return ExitCodes.Failed;
        }
    }
}
