namespace Causeway.Storage.Moving;

/// <summary>What a column holds, whatever the engine. The numbers are in backup files: they never change.</summary>
internal enum CellKind : byte
{
    /// <summary>A whole number of 64 bits.</summary>
    Number = 1,

    /// <summary>A whole number of 32 bits.</summary>
    Small = 2,

    /// <summary>Yes or no: 1 or 0.</summary>
    Flag = 3,

    /// <summary>16 bytes.</summary>
    Id = 4,

    /// <summary>Bytes.</summary>
    Bytes = 5,

    /// <summary>Text as it was said, without what an engine needs to keep it.</summary>
    Text = 6,
}

/// <summary>One value of a row. Which member holds it follows from its column.</summary>
internal readonly record struct Cell
{
    /// <summary>Nothing.</summary>
    public static readonly Cell Null = new() { IsNull = true };

    private readonly object? _reference;

    private Cell(long number, Guid id, object? reference) => (Number, Id, _reference) = (number, id, reference);

    public bool IsNull { get; private init; }

    public long Number { get; }

    public Guid Id { get; }

    public byte[] Bytes => (byte[])_reference!;

    public string Text => (string)_reference!;

    public static Cell Of(long number) => new(number, default, null);

    public static Cell Of(Guid id) => new(0, id, null);

    public static Cell Of(byte[] bytes) => new(0, default, bytes);

    public static Cell Of(string text) => new(0, default, text);

    /// <summary>For people: in messages that name a row.</summary>
    public string Show(CellKind kind) => IsNull ? "null" : kind switch
    {
        CellKind.Id => Id.ToString(),
        CellKind.Bytes => Convert.ToHexStringLower(Bytes),
        CellKind.Text => Text,
        _ => Number.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
