using System.Text;

namespace Causeway.Acceptance.Processes;

/// <summary>Looks for secrets where none may be: as they are, in base64 and in hexadecimal.</summary>
internal static class Canary
{
    /// <summary>Reads every file below a folder.</summary>
    public static void AssertAbsent(IEnumerable<string> secrets, DirectoryInfo folder)
    {
        FileInfo[] files = folder.GetFiles("*", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        Assert.All(files, file => AssertAbsent(secrets, File.ReadAllBytes(file.FullName), file.Name));
    }

    public static void AssertAbsent(IEnumerable<string> secrets, string text) => AssertAbsent(secrets, Encoding.UTF8.GetBytes(text), "the text");

    private static void AssertAbsent(IEnumerable<string> secrets, byte[] bytes, string where)
    {
        foreach (string secret in secrets)
        {
            byte[] raw = Encoding.UTF8.GetBytes(secret);
            foreach (string form in (string[])[secret, Convert.ToBase64String(raw).TrimEnd('='), Convert.ToHexString(raw), Convert.ToHexStringLower(raw)])
            {
                Assert.True(bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(form)) < 0, $"A secret is in {where}: {secret[..8]}…");
            }
        }
    }
}
