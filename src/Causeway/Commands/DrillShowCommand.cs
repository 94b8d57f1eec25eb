using System.CommandLine;
using Causeway.Admin.Drills;

namespace Causeway.Commands;

/// <summary><c>causeway drill show</c> and <c>causeway drill stop</c></summary>
internal sealed class DrillShowCommand : ClientVerb<DrillView>
{
    private readonly Argument<string> _drill = new("DRILL") { Description = "The drill's id." };
    private readonly HttpMethod _method;
    private readonly string _path;

    public DrillShowCommand(Surroundings surroundings, string verb, string description, HttpMethod method, string path, string example)
        : base(verb, description, surroundings)
    {
        (_method, _path) = (method, path);
        Add(_drill);
        Takes([], example);
    }

    protected override AdminRequest Ask(ParseResult parsed) => new(_method, $"/drills/{Uri.EscapeDataString(parsed.GetRequiredValue(_drill))}{_path}");

    protected override void Show(DrillView answer, Connection connection, Screen screen) => DrillScreen.Show(answer, screen);
}
