using System.Text;
using Causeway.Budgets.Export;

namespace Causeway.Admin.Export;

/// <summary>Cost rows as CSV: null is an empty field, numbers are exact decimal text.</summary>
internal static class FocusCsv
{
    /// <summary>The names of the columns.</summary>
    public static string Head { get; } = new StringBuilder().AppendRow(FocusColumns.All.Select(column => column.Name)).ToString();

    /// <summary>Adds a row. Only text can be taken for a formula: a number may begin with a minus.</summary>
    public static void Append(StringBuilder csv, FocusRow row)
    {
        bool isFirst = true;
        foreach (ExportColumn<FocusRow> column in FocusColumns.All)
        {
            csv.Append(isFirst ? "" : ",").Append(column switch
            {
                TimeColumn<FocusRow> time => ExportText.Moment(time.Value(row)),
                NumberColumn<FocusRow> number => number.Value(row)?.Text(number.Digits) ?? "",
                TextColumn<FocusRow> text => text.Value(row) is { } words ? CsvText.Field(words) : "",
                _ => throw new InvalidOperationException($"{column.Name} is no known sort of column."),
            });
            isFirst = false;
        }

        csv.Append("\r\n");
    }
}
