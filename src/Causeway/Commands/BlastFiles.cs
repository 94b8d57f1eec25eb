using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Incidents;

namespace Causeway.Commands;

/// <summary>The files of a blast report, written row by row.</summary>
internal sealed class BlastFiles : IDisposable
{
    private const string Json = "requests.jsonl";
    private const string Csv = "requests.csv";
    private static readonly byte[] s_head = Encoding.UTF8.GetBytes("request,at,exposure,team,feature,env,key,conversation,unit_hash,rule,bucket,revision,provider,model,status,outcome,error_code,contract_outcome,stop_reason,streamed,output_tokens,cost_nano_usd,cached_from\r\n");

    private readonly FileStream _json;
    private readonly FileStream _csv;
    private readonly IncrementalHash _jsonHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _csvHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly long[] _counts = new long[Enum.GetValues<Exposure>().Length];

    public BlastFiles(string folder)
    {
        _json = new FileStream(Path.Combine(folder, Json), FileMode.CreateNew, FileAccess.Write);
        _csv = new FileStream(Path.Combine(folder, Csv), FileMode.CreateNew, FileAccess.Write);
        Put(_csv, _csvHash, s_head);
    }

    public void Write(IReadOnlyList<BlastRow> rows)
    {
        foreach (BlastRow row in rows)
        {
            _counts[(int)row.Exposure]++;
            Put(_json, _jsonHash, [.. JsonSerializer.SerializeToUtf8Bytes(row, AdminJson.Api.BlastRow), (byte)'\n']);
            Put(_csv, _csvHash, Encoding.UTF8.GetBytes(new StringBuilder().AppendRow(Cells(row).Select(cell => cell ?? "")).ToString()));
        }
    }

    /// <summary>What the report comes to.</summary>
    public BlastManifest Manifest(BlastPage last, long requestsOfChannel, IReadOnlyList<string> missing)
    {
        long rows = _counts.Sum();
        return new BlastManifest(
            last.Channel,
            last.Release,
            last.Since,
            last.Until,
            missing.Count == 0,
            _counts[(int)Exposure.Direct],
            _counts[(int)Exposure.Cached],
            _counts[(int)Exposure.Derived],
            _counts[(int)Exposure.Inherited],
            _counts[(int)Exposure.Partial],
            _counts[(int)Exposure.None],
            _counts[(int)Exposure.Shadow],
            requestsOfChannel,
            missing,
            [new BlastFile(Json, rows, Convert.ToHexStringLower(_jsonHash.GetCurrentHash())), new BlastFile(Csv, rows, Convert.ToHexStringLower(_csvHash.GetCurrentHash()))]);
    }

    public void Dispose()
    {
        _json.Dispose();
        _csv.Dispose();
        _jsonHash.Dispose();
        _csvHash.Dispose();
    }

    private static void Put(FileStream file, IncrementalHash hash, byte[] bytes)
    {
        file.Write(bytes);
        hash.AppendData(bytes);
    }

    private static IEnumerable<string?> Cells(BlastRow row) =>
    [
        row.Request, row.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), row.Exposure.ToString().ToLowerInvariant(), row.Team, row.Feature, row.Env, row.Key, row.Conversation, row.UnitHash, row.Rule,
        row.Bucket?.ToString(CultureInfo.InvariantCulture), row.Revision?.ToString(CultureInfo.InvariantCulture), row.Provider, row.Model, row.Status.ToString(CultureInfo.InvariantCulture),
        JsonNamingPolicy.SnakeCaseLower.ConvertName(row.Outcome.ToString()), row.ErrorCode, row.ContractOutcome, row.StopReason, row.Streamed ? "true" : "false",
        row.OutputTokens.ToString(CultureInfo.InvariantCulture), row.CostNanoUsd?.ToString(CultureInfo.InvariantCulture), row.CachedFrom,
    ];
}

/// <summary>What a blast report comes to.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Release">The release.</param>
/// <param name="Since">From when on.</param>
/// <param name="Until">To when.</param>
/// <param name="Complete">Every request of the channel that the ledger knows has its usage record.</param>
/// <param name="Direct">Answered whole.</param>
/// <param name="Cached">Answered whole, with an answer that was made for another request.</param>
/// <param name="Derived">Vectors.</param>
/// <param name="Inherited">Answered by another release, with its answers as history.</param>
/// <param name="Partial">Answered in part.</param>
/// <param name="None">Not answered.</param>
/// <param name="Shadow">Copies of requests that something else answered.</param>
/// <param name="RequestsOfChannel">Requests of the channel in that time, whatever answered them.</param>
/// <param name="Missing">Requests that the ledger knows and that have no usage record.</param>
/// <param name="Files">The files with their digests.</param>
internal sealed record BlastManifest(
    string Channel, string Release, DateTimeOffset Since, DateTimeOffset Until, bool Complete, long Direct, long Cached, long Derived, long Inherited, long Partial, long None, long Shadow, long RequestsOfChannel, IReadOnlyList<string> Missing, IReadOnlyList<BlastFile> Files);

/// <summary>A file of a blast report.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rows">Requests in it.</param>
/// <param name="Sha256">Of its bytes, hex.</param>
internal sealed record BlastFile(string Name, long Rows, string Sha256);
