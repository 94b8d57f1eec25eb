using System.Globalization;
using System.Text.RegularExpressions;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Deployment;

/// <summary>The other files of <c>deploy/</c>: what systemd says of its units, and that nobody ends an instance before it has ended by itself.</summary>
public sealed partial class UnitTests
{
    [Theory]
    [InlineData("causeway.service", "causeway.service")]
    [InlineData("causeway@.service", "causeway@one.service")]
    public async Task Systemd_finds_no_fault_with_the_units(string name, string asStarted)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder[asStarted], Shipped.Read($"systemd/{name}", ("ExecStart=/usr/local/lib/causeway/causeway", $"ExecStart={Executable.Path}")));
        await using Program verify = Program.Start("systemd-analyze", new Dictionary<string, string>(), "verify", "--man=no", folder[asStarted]);

        int exitCode = await verify.EndAsync();

        Assert.Equal("", string.Join('\n', verify.Error.Text.Split('\n').Where(line => line.Contains("causeway", StringComparison.Ordinal))));
        Assert.Equal(0, exitCode);
    }

    [Theory]
    [InlineData("compose.yaml", "stop_grace_period: ")]
    [InlineData("systemd/causeway.service", "TimeoutStopSec=")]
    [InlineData("systemd/causeway@.service", "TimeoutStopSec=")]
    public void An_instance_has_the_time_to_say_that_it_ends_and_to_finish(string file, string setting)
    {
        string configuration = Shipped.Read("causeway.yaml");

        Assert.InRange(Seconds(Shipped.Read(file), setting), Seconds(configuration, "announce: ") + Seconds(configuration, "drain: ") + 5, 600);
    }

    private static int Seconds(string text, string setting) =>
        int.Parse(SecondsAfter().Matches(text).First(match => match.Groups["name"].Value == setting).Groups["seconds"].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<name>\b(announce: |drain: |stop_grace_period: |TimeoutStopSec=))(?<seconds>[0-9]+)s", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex SecondsAfter();
}
