using System.Runtime.Versioning;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Composition;

namespace Causeway.Tests.Composition;

[UnsupportedOSPlatform("windows")]
public sealed class MasterKeyFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-master-").FullName;

    private string KeyFile => Path.Combine(_folder, "data", "keys.master");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_is_made_once_and_for_its_owner_only()
    {
        (MasterKeys? made, string? problem) = Run();
        string text = File.ReadAllText(KeyFile);
        (MasterKeys? read, _) = Run();

        Assert.Null(problem);
        Assert.Equal(text, File.ReadAllText(KeyFile));
        Assert.Equal(made!.Write(), read!.Write());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
        Assert.Equal([KeyFile], Directory.GetFiles(Path.GetDirectoryName(KeyFile)!));
    }

    [Fact]
    public void A_file_that_others_can_read_is_refused()
    {
        Run();
        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        (MasterKeys? keys, string? problem) = Run();

        Assert.Null(keys);
        Assert.EndsWith($"Write: chmod 600 {KeyFile}", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_damaged_is_told_and_left_alone()
    {
        (MasterKeys? made, _) = Run();
        string secret = made!.Write().TrimEnd().Split(' ')[^1];
        File.WriteAllText(KeyFile, "1 " + secret[..20]);

        (MasterKeys? keys, string? problem) = Run();

        Assert.Null(keys);
        Assert.StartsWith($"The master keys {KeyFile} are not usable: line 1 is not a number", problem, StringComparison.Ordinal);
        Assert.DoesNotContain(secret[..20], problem, StringComparison.Ordinal);
        Assert.Equal("1 " + secret[..20], File.ReadAllText(KeyFile));
    }

    [Fact]
    public void A_file_that_is_too_large_is_not_read()
    {
        Run();
        File.WriteAllText(KeyFile, new string('#', 5000));

        Assert.Contains("larger than 4096 bytes", Run().Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_told()
    {
        File.WriteAllText(Path.Combine(_folder, "data"), "a file");

        (MasterKeys? keys, string? problem) = Run();

        Assert.Null(keys);
        Assert.StartsWith($"The master keys {KeyFile} cannot be read or made: ", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_that_make_it_at_once_one_does_and_the_others_have_the_same_or_nothing()
    {
        for (int round = 0; round < 20; round++)
        {
            (MasterKeys? Keys, string? Problem)[] all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(Run)));

            string made = Assert.Single(all.Where(one => one.Keys is not null).Select(one => one.Keys!.Write()).Distinct());
            Assert.Equal(File.ReadAllText(KeyFile), made);
            Assert.All(all, one => Assert.True(one.Keys is not null || one.Problem!.StartsWith($"The master keys {KeyFile} cannot be read or made: ", StringComparison.Ordinal)));
            File.Delete(KeyFile);
        }
    }

    [Fact]
    public void What_a_start_that_was_cut_off_left_behind_is_in_nobodys_way()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(KeyFile)!);
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(KeyFile)!, ".keys.master.new"), new string('x', 300));

        (MasterKeys? keys, string? problem) = Run();

        Assert.Null(problem);
        Assert.Equal(keys!.Write(), File.ReadAllText(KeyFile));
        Assert.Equal([KeyFile], Directory.GetFiles(Path.GetDirectoryName(KeyFile)!));
    }

    private (MasterKeys? Keys, string? Problem) Run() => MasterKeyFile.ReadOrCreate(Path.Combine(_folder, "data"));
}
