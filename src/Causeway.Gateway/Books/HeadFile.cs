using System.Security.Cryptography;
using System.Text;
using Causeway.Budgets.Ledger;

namespace Causeway.Gateway.Books;

/// <summary>
/// The heads that were signed, a line each, in a file beside the store and not in it: a backup that is put back over the store leaves it as it is, so that the next start finds
/// that the ledger went back in time.
/// </summary>
/// <param name="path">Where it is. It is made when it is first written.</param>
public sealed class HeadFile(string path)
{
    private const int MaxLines = 1_000; // Six weeks, one an hour.

    /// <summary>Where it is.</summary>
    public string Path => path;

    /// <summary>Its name in the data directory, for a store: another store has other heads.</summary>
    /// <param name="store">What tells the store from others.</param>
    public static string NameFor(string store) => $"ledger-heads-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(store)).AsSpan(0, 4))}.txt";

    /// <summary>The newest of the heads; null: there is none.</summary>
    public SignedHead? Newest() => File.Exists(path) ? SignedHead.In(File.ReadAllText(path)).MaxBy(head => head.Head.Seq) : null;

    /// <summary>Adds one. Whole or not at all: the file is replaced.</summary>
    public void Add(SignedHead head)
    {
        string[] before = File.Exists(path) ? File.ReadAllLines(path) : [];
        string fresh = path + ".new";
        File.WriteAllLines(fresh, [.. before.TakeLast(MaxLines - 1), head.ToString()]);
        File.Move(fresh, path, overwrite: true);
    }
}
