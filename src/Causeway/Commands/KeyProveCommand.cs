using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Causeway.Budgets.Keys.Proofs;

namespace Causeway.Commands;

/// <summary><c>causeway key prove</c>: the proof that one request with a bound key needs. Needs no server.</summary>
internal sealed class KeyProveCommand : Command
{
    private readonly Argument<string?> _key = CapabilityText.Argument();
    private readonly Option<FileInfo> _private = new("--private-key") { HelpName = "FILE", Required = true, Description = "The private key in PEM (EC, P-256) that the key is bound to." };
    private readonly Option<string> _url = new("--for") { HelpName = "URL", Required = true, Description = "The address that is called; a query is left out." };
    private readonly Option<string> _method = new("--method") { HelpName = "METHOD", DefaultValueFactory = _ => "POST", Description = "The method that is called." };
    private readonly Surroundings _surroundings;

    public KeyProveCommand(Surroundings surroundings)
        : base("prove", "Make the proof that one request with a bound capability key needs (the header DPoP), with no server. It holds for a minute, and once.")
    {
        _surroundings = surroundings;
        Add(_key);
        Add(_private);
        Add(_url);
        Add(_method);
        SetAction(Run);
        this.WithExamples("CAUSEWAY_KEY=cw1_… causeway key prove --private-key proof.pem --for https://causeway.example/v1/chat/completions");
    }

    private int Run(ParseResult parsed)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        (string? text, string? problem) = CapabilityText.Read(parsed.GetValue(_key), _surroundings);
        Uri? url = null;
        if (problem is null && (!Uri.TryCreate(parsed.GetRequiredValue(_url), UriKind.Absolute, out url) || url.Scheme is not ("http" or "https")))
        {
            problem = "--for: write the whole address, such as https://causeway.example/v1/chat/completions";
        }

        ECDsa? key = null;
        if (problem is null)
        {
            (key, problem) = ProofKeyFile.Read(parsed.GetRequiredValue(_private));
        }

        using (key)
        {
            if (problem is not null)
            {
                error.WriteLine(problem);
                return ExitCodes.Usage;
            }

            string name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            parsed.InvocationConfiguration.Output.WriteLine(
                KeyProof.Make(key!, parsed.GetRequiredValue(_method).ToUpper(CultureInfo.InvariantCulture), url!.GetLeftPart(UriPartial.Path), text!, name, _surroundings.Time.GetUtcNow()));
            return ExitCodes.Ok;
        }
    }
}

/// <summary>Reads a file with a key that proofs are made with, or verified by.</summary>
internal static class ProofKeyFile
{
    private const int MaxBytes = 64 * 1024;

    /// <returns>The key, or what is wrong with the file.</returns>
    public static (ECDsa? Key, string? Problem) Read(FileInfo file)
    {
        try
        {
            if (!file.Exists || file.Length > MaxBytes)
            {
                return (null, $"{file.Name}: {(file.Exists ? "is too large for a key" : "is not there")}");
            }

            return ProofKey.OfPem(File.ReadAllText(file.FullName)) is { } key
                ? (key, null)
                : (null, $"{file.Name}: is not one key in PEM of the curve P-256. Make one: openssl ecparam -name prime256v1 -genkey -noout -out {file.Name}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, $"{file.Name}: {failure.Message}");
        }
    }
}
