
namespace Causeway.Commands;

/// <summary>Answers that are files: read while they arrive.</summary>
internal static class AnswerFile
{
    /// <summary>Saves an answer, whole or not at all.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> SaveAsync(Talk talk, AdminRequest request, FileInfo file, CancellationToken cancellation)
    {
        // Beside its place first: what breaks off leaves no half file under the name.
        string part = file.FullName + ".part";
        try
        {
            int code;
            await using (FileStream output = new(part, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                code = await StreamAsync(talk, request, body => body.CopyToAsync(output, cancellation), cancellation);
            }

            if (code == ExitCodes.Ok)
            {
                File.Move(part, file.FullName, overwrite: true);
                await talk.Output.WriteLineAsync($"{file.FullName}: {Figures.Count(new FileInfo(file.FullName).Length)} bytes");
            }

            return code;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await talk.Error.WriteLineAsync($"{file.FullName} cannot be written: {failure.Message}");
            return ExitCodes.Failed;
        }
        finally
        {
            if (File.Exists(part)) // Of a folder that is not there nothing can be deleted.
            {
                File.Delete(part);
            }
        }
    }

    /// <summary>Reads an answer, or writes why there is none.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> StreamAsync(Talk talk, AdminRequest request, Func<Stream, Task> read, CancellationToken cancellation)
    {
        AdminReply? refusal = await talk.Client.StreamAsync(request, read, cancellation);
        if (refusal is null)
        {
            return ExitCodes.Ok;
        }

        await talk.Error.WriteLineAsync(ProblemText.Of(refusal, talk.Connection, source: null));
        return ExitCodes.Failed;
    }
}
