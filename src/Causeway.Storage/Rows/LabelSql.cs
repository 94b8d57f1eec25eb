namespace Causeway.Storage.Rows;

/// <summary>How an engine reads what requests say beside their keys. Names and values of tags hold no comma and no equals sign: <c>RequestTags</c>.</summary>
/// <param name="Value">The value of the tag whose name is in a parameter; empty: there is none.</param>
/// <param name="Has">Whether the tag in a parameter, <c>name=value</c>, is among them.</param>
/// <param name="KeyOf">The id of a row of <c>keys</c> as usage writes it.</param>
internal sealed record LabelSql(Func<string, string> Value, Func<string, string> Has, string KeyOf)
{
    public static LabelSql Sqlite { get; } = new(
        name =>
        {
            // From behind "name=" to the next comma.
            string rest = $"substr(tags, instr(',' || tags, ',' || {name} || '=') + length({name}) + 1)";
            return $"CASE WHEN instr(',' || tags, ',' || {name} || '=') > 0 THEN substr({rest}, 1, instr({rest} || ',', ',') - 1) ELSE '' END";
        },
        tag => $"instr(',' || tags || ',', ',' || {tag} || ',') > 0",
        "'key_' || lower(hex(keys.id))");

    public static LabelSql Postgres { get; } = new(
        name => $"coalesce(split_part(split_part(',' || tags || ',', ',' || {name} || '=', 2), ',', 1), '')",
        tag => $"strpos(',' || tags || ',', ',' || {tag} || ',') > 0",
        "'key_' || replace(keys.id::text, '-', '')");
}
