namespace Causeway.Storage.Tests.Conformance;

/// <summary>Text that a store must neither run, nor cut, nor change.</summary>
public static class Hostile
{
    public static TheoryData<string> Texts { get; } =
    [
        "'; DROP TABLE usage; --",
        "\"; DELETE FROM keys; --",
        "1 OR 1=1",
        "') ON CONFLICT DO UPDATE SET hash = x'00' --",
        "$team ?1 @id :name",
        "%_%_%",
        "/* comment */ -- comment",
        "=cmd|' /C calc'!A0",
        "line\r\nline\ttab",
        "nul\0inside",
        "日本語 🜂 é e\u0301",
        "",
        " ",
    ];
}
