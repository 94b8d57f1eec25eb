using Causeway.Configuration.Yaml;

namespace Causeway.Configuration.Fields;

/// <summary>A row of the table that drives decoding, the reference page and the JSON Schema.</summary>
/// <param name="name">As the file spells it.</param>
/// <param name="summary">One line for the reference page.</param>
internal abstract class Member(string name, string summary)
{
    public string Name { get; } = name;

    public string Summary { get; } = summary;

    public abstract bool IsRequired { get; }

    /// <summary>The protocols of providers that this makes sense for, as the file spells them; empty: all.</summary>
    public IReadOnlyList<string> OnlyFor { get; init; } = [];

    /// <summary>It does not go together with others of its section, so the first example is without it.</summary>
    public bool StandsApart { get; init; }

    /// <summary><see cref="OnlyFor"/> as a sentence for documents, with the space before it; empty: for all.</summary>
    public string OnlyForWords => OnlyFor is [] ? "" : $" Only with the protocol {Shown.Either([.. OnlyFor.Select(word => $"`{word}`")])}.";
}

/// <summary>A field with a value.</summary>
internal abstract class Field(string name, string summary, string example, string? standard, bool isRequired) : Member(name, summary)
{
    /// <summary>A good value, as YAML. All examples together are a good file; a test holds them to it.</summary>
    public string Example { get; } = example;

    /// <summary>The default in words or as YAML; null: there is none.</summary>
    public string? Standard { get; } = standard;

    public override bool IsRequired { get; } = isRequired;

    public abstract IFieldType AnyType { get; }
}

internal sealed class Field<T>(
    string name, FieldType<T> type, string summary, string example, T? value = default, string? standard = null, bool isRequired = false)
    : Field(name, summary, example, standard, isRequired)
{
    public FieldType<T> Type { get; } = type;

    /// <summary>What the field is when the file does not set it.</summary>
    public T? Default { get; } = value;

    public override IFieldType AnyType => Type;
}

/// <summary>How often a section occurs.</summary>
internal enum SectionKind
{
    One,

    /// <summary>One, or none: what is required in it is required only where it is written.</summary>
    Optional,

    /// <summary>A list of them.</summary>
    List,

    /// <summary>Any number, each under a name that the operator chooses.</summary>
    Named,
}

/// <summary>A group of fields. Its rows are added in the order in which the reference page shows them.</summary>
internal sealed class Section(string name, string summary, SectionKind kind = SectionKind.One, int maxItems = 0) : Member(name, summary)
{
    private readonly List<Member> members = [];
    private readonly List<IReadOnlyList<(Member Member, string? Value)>> moreItems = [];

    public IReadOnlyList<Member> Members => members;

    /// <summary>The items of a list's example after the first, which has every member that goes with all protocols or with OpenAI's alone.</summary>
    public IReadOnlyList<IReadOnlyList<(Member Member, string? Value)>> MoreItems => moreItems;

    public SectionKind Kind { get; } = kind;

    /// <summary>The most items of a list or names of a map.</summary>
    public int MaxItems { get; } = maxItems;

    /// <summary>A list that may be left out as a whole.</summary>
    public bool MayBeMissing { get; init; }

    /// <summary>A list of sections needs one item unless it may be missing; a single section is required when one of its members is.</summary>
    public override bool IsRequired => Kind switch
    {
        SectionKind.List => !MayBeMissing,
        SectionKind.Named or SectionKind.Optional => false,
        _ => members.Exists(member => member.IsRequired),
    };

    /// <summary>A field without which there is no configuration.</summary>
    public Field<T> Require<T>(string name, FieldType<T> type, string example, string summary) =>
        Add(new Field<T>(name, type, summary, example, isRequired: true));

    /// <summary>A field that is something else when it is not set: nothing, or what <paramref name="standard"/> says.</summary>
    public Field<T> Allow<T>(string name, FieldType<T> type, string example, string summary, string? standard = null, params IReadOnlyList<string> onlyFor) =>
        Add(new Field<T>(name, type, summary, example, standard: standard) { OnlyFor = onlyFor });

    /// <summary>As <see cref="Allow{T}"/>, for a field that does not go together with another one.</summary>
    public Field<T> AllowApart<T>(string name, FieldType<T> type, string example, string summary, string? standard = null) =>
        Add(new Field<T>(name, type, summary, example, standard: standard) { StandsApart = true });

    /// <summary>A field with a default value.</summary>
    public Field<T> Default<T>(string name, FieldType<T> type, T value, string example, string summary) =>
        Add(new Field<T>(name, type, summary, example, value, type.Format(value)));

    /// <summary>One more item for the example of a list, for what does not go together with the first.</summary>
    /// <param name="lines">Members with their values as YAML; null: the member's own example.</param>
    public void AlsoLike(params (Member Member, string? Value)[] lines) => moreItems.Add(lines);

    public Section Include(Section section)
    {
        members.Add(section);
        return section;
    }

    private Field<T> Add<T>(Field<T> field)
    {
        members.Add(field);
        return field;
    }
}
