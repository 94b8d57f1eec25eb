using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

[assembly: AssemblyFixture(typeof(Causeway.Testing.PostgresCluster))]

namespace Causeway.Testing;

/// <summary>
/// A PostgreSQL server of the tests' own, with its data in a folder that goes away with it. It is started when the first test asks for it, and ends
/// with this process, however that ends. Where no PostgreSQL is installed the test is skipped, in continuous integration it fails.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    /// <summary>Who owns every database that a test is given.</summary>
    public const string User = "causeway";

    /// <summary>The owner's password.</summary>
    public const string Password = "p@ss/word";

    private const int LeastMajor = 15;
    private const string Nobody = "nobody:";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly SemaphoreSlim _gate = new(1);
    private string? _folder;
    private Process? _server;
    private string? _filled;
    private int _databases;

    /// <summary>Whether what is committed is on the disk. Without it a stop of the machine, which no test is, could lose some.</summary>
    public bool Fsync { get; init; }

    /// <summary>The size of a disk of its own for the write-ahead log, in MiB; 0: it is where the data is. Only root may make one: for others the test is skipped.</summary>
    public int WalDisk { get; init; }

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its name.</returns>
    public async Task<string> NewDatabaseAsync()
    {
        await EnsureAsync();
        return await MakeDatabaseAsync();
    }

    /// <summary>Makes a copy of a database that is filled once: a schema that hundreds of tests begin with costs half a second to make, and a twentieth to copy.</summary>
    /// <param name="fill">Fills the database of this name, once for all copies. It leaves no session in it: the server copies what nobody is in.</param>
    /// <returns>Its name. It stays until the server goes, some 10 MB each: dropping one is a checkpoint, and four hundred of those take what copying saves.</returns>
    public async Task<string> CopiedDatabaseAsync(Func<string, Task> fill)
    {
        await EnsureAsync();
        await _gate.WaitAsync();
        try
        {
            if (_filled is null)
            {
                string made = await MakeDatabaseAsync();
                await fill(made);
                _filled = made;
            }
        }
        finally
        {
            _gate.Release();
        }

        return await MakeDatabaseAsync(_filled);
    }

    /// <summary>The address of a database, as a configuration names it.</summary>
    public string Url(string database, int? port = null) =>
        $"postgres://{User}:{Uri.EscapeDataString(Password)}@127.0.0.1:{(port ?? Port).ToString(CultureInfo.InvariantCulture)}/{database}";

    /// <summary>Runs statements as the server's superuser and returns what they print.</summary>
    public async Task<string> SqlAsync(string database, string sql)
    {
        await EnsureAsync();
        return await PsqlAsync(database, sql);
    }

    /// <summary>Ends the server as an operator would. Open connections are cut off.</summary>
    public async Task StopAsync()
    {
        if (_server is { } server)
        {
            server.StandardInput.Close(); // Its watcher then stops it.
            using CancellationTokenSource patience = new(s_patience);
            await server.WaitForExitAsync(patience.Token);
            server.Dispose();
            _server = null;
        }
    }

    /// <summary>Ends the server and all its sessions at once, as a loss of power would.</summary>
    public async Task KillAsync()
    {
        await SignalAsync("kill -STOP $p && kill -KILL $(cat $children) $p");
        await StopAsync(); // Its watcher.
    }

    /// <summary>Fills the disk of the write-ahead log and has the server write on until it ends for it, as it does by its own account (PostgreSQL 15, 30.1 "Reliability": a log that cannot be written is a panic).</summary>
    public async Task FillWalDiskAsync()
    {
        await using (FileStream ballast = new(Ballast, FileMode.Create))
        {
            byte[] block = new byte[4096];
            try
            {
                while (true)
                {
                    ballast.Write(block);
                    ballast.Flush();
                }
            }
            catch (IOException)
            {
                // There is no room left, and not for what the stream still holds either.
            }
        }

        while (File.Exists(Path.Combine(_folder!, "data", "postmaster.pid")))
        {
            using Process written = Start(Binaries()!, "psql", [.. Psql("postgres"), "SELECT pg_logical_emit_message(false, 'full', repeat('x', 1000)), pg_switch_wal()"]);
            written.StandardInput.Close();
            await Task.WhenAll(written.StandardOutput.ReadToEndAsync(), written.StandardError.ReadToEndAsync(), written.WaitForExitAsync());
        }
    }

    /// <summary>There is room again, and an operator starts the server.</summary>
    public async Task EmptyWalDiskAsync()
    {
        File.Delete(Ballast);
        await StopAsync(); // Its watcher.
        await StartAsync();
    }

    /// <summary>Starts a second server that follows this one. From now on nothing is acknowledged here that is not on the disk of both.</summary>
    public async Task<PostgresCluster> NewStandbyAsync()
    {
        await EnsureAsync();
        PostgresCluster standby = new() { Fsync = Fsync, _folder = await NewFolderAsync(), Port = FreePort() };
        await RunAsync("pg_basebackup", "-h", _folder!, "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", "postgres", "-D", Path.Combine(standby._folder, "data"), "-R", "-X", "stream", "-c", "fast");
        await standby.StartAsync();
        await PsqlAsync("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'");
        await PsqlAsync("postgres", "SELECT pg_reload_conf()");
        await PsqlAsync("postgres", "CREATE DATABASE followed"); // Waits for the standby, and so until it is one that is waited for.
        Assert.Equal("sync", await PsqlAsync("postgres", "SELECT sync_state FROM pg_stat_replication"));
        return standby;
    }

    /// <summary>Makes a server out of one that follows.</summary>
    public Task PromoteAsync() => RunAsync("pg_ctl", "promote", "-w", "-D", Path.Combine(_folder!, "data"));

    /// <summary>Stops it where it stands: connections stay, and nothing is answered.</summary>
    public Task FreezeAsync() => SignalEachAsync("STOP");

    /// <summary>Lets it go on.</summary>
    public Task ThawAsync() => SignalEachAsync("CONT");

    /// <summary>Starts it again where it was, with what it had.</summary>
    public async Task StartAsync()
    {
        string bin = Binaries()!;
        string[] settings =
        [
            "-D", Path.Combine(_folder!, "data"), "-k", _folder!, "-p", Port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1",
            "-c", $"fsync={(Fsync ? "on" : "off")}", "-c", $"full_page_writes={(Fsync ? "on" : "off")}", "-c", "max_connections=400", "-c", "shared_buffers=64MB",
        ];

        // The shell ends the server when this process lets go of its input, by will or by death.
        _server = Start(bin, "sh", ["-c", "\"$0\" \"$@\" 2>>\"$PGLOG\" </dev/null & server=$!; cat >/dev/null; kill -INT $server; wait $server", Path.Combine(bin, "postgres"), .. settings]);
        var started = Stopwatch.StartNew();
        while (!await IsReadyAsync())
        {
            if (started.Elapsed > s_patience)
            {
                Assert.Fail($"PostgreSQL did not start: {await LogAsync()}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_folder is not null)
        {
            if (WalDisk > 0)
            {
                await RunAsRootAsync("umount", WalFolder);
            }

            Directory.Delete(_folder, recursive: true);
        }

        _gate.Dispose();
    }

    private string WalFolder => Path.Combine(_folder!, "wal");

    private string Ballast => Path.Combine(WalFolder, "ballast");

    private static string? Binaries()
    {
        IEnumerable<string> debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out int major) ? major : 0)
                .Where(folder => int.TryParse(Path.GetFileName(folder), out int major) && major >= LeastMajor).Select(folder => Path.Combine(folder, "bin"))
            : [];
        IEnumerable<string> path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return debian.Concat(path).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));
    }

    private async Task EnsureAsync()
    {
        string? bin = Binaries();
        if (bin is null && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail("There is no PostgreSQL; eng/test installs it.");
        }

        Assert.SkipWhen(bin is null, "There is no PostgreSQL; eng/test installs it.");
        Assert.SkipWhen(WalDisk > 0 && !Environment.IsPrivilegedProcess, "Only root may make a small disk.");
        await _gate.WaitAsync();
        try
        {
            if (_folder is null)
            {
                _folder = await NewFolderAsync();
                await RunAsync("initdb", ["-D", Path.Combine(_folder, "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N", "--no-instructions", .. await WalOnItsDiskAsync()]);
                string rules = $"local all postgres trust\nlocal replication postgres trust\nhost all {User} 127.0.0.1/32 scram-sha-256\n";
                await File.WriteAllTextAsync(Path.Combine(_folder, "data", "pg_hba.conf"), rules);
                Port = FreePort();
                await StartAsync();
                await PsqlAsync("postgres", $"CREATE ROLE {User} LOGIN PASSWORD '{Password}'");
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<string[]> WalOnItsDiskAsync()
    {
        if (WalDisk == 0)
        {
            return [];
        }

        Directory.CreateDirectory(WalFolder);
        await RunAsRootAsync("mount", "-t", "tmpfs", "-o", $"size={WalDisk.ToString(CultureInfo.InvariantCulture)}m", "causeway-wal", WalFolder);
        await RunAsRootAsync("chown", Nobody, WalFolder);
        return ["--waldir", WalFolder, "--wal-segsize", "1"];
    }

    private static async Task RunAsRootAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.Equal((program, 0), (program, process.ExitCode));
    }

    private static async Task<string> NewFolderAsync()
    {
        string folder = Directory.CreateTempSubdirectory("causeway-postgres-").FullName;
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsRootAsync("chown", Nobody, folder); // The server refuses to be root.
        }

        return folder;
    }

    private async Task<string> MakeDatabaseAsync(string template = "template1")
    {
        string name = $"test_{Interlocked.Increment(ref _databases).ToString(CultureInfo.InvariantCulture)}";
        await PsqlAsync("postgres", $"CREATE DATABASE {name} OWNER {User} TEMPLATE {template}");
        return name;
    }

    private Task<string> PsqlAsync(string database, string sql) => RunAsync("psql", [.. Psql(database), sql]);

    private string[] Psql(string database) =>
        ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", _folder!, "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", "postgres", "-d", database, "-c"];

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<bool> IsReadyAsync()
    {
        using Process asked = Start(Binaries()!, "pg_isready", ["-q", "-t", "5", "-h", _folder!, "-p", Port.ToString(CultureInfo.InvariantCulture)]);
        await asked.WaitForExitAsync();
        return asked.ExitCode == 0;
    }

    private async Task<string> LogAsync() => await File.ReadAllTextAsync(Path.Combine(_folder!, "log"));

    // The server before its sessions: one that it begins between a look at them and their signal would go on alone.
    private Task<string> SignalEachAsync(string signal) =>
        SignalAsync($"kill -{signal} $p; kill -{signal} $(cat $children); kill -0 $p"); // A session may have ended meanwhile.

    private Task<string> SignalAsync(string script) =>
        RunAsync("/bin/sh", "-c", $"p=$(head -n 1 '{Path.Combine(_folder!, "data", "postmaster.pid")}') && children=/proc/$p/task/$p/children && {script}");

    private Task<string> RunAsync(string program, params string[] arguments) => WaitAsync(Start(Binaries()!, program, arguments), program);

    private static async Task<string> WaitAsync(Process process, string program)
    {
        using (process)
        {
            process.StandardInput.Close();
            string[] said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, $"{program} failed: {said[1]}");
            return said[0].Trim();
        }
    }

    private Process Start(string bin, string program, string[] arguments)
    {
        string file = File.Exists(Path.Combine(bin, program)) ? Path.Combine(bin, program) : program;
        bool asNobody = Environment.IsPrivilegedProcess;
        ProcessStartInfo start = new(asNobody ? "setpriv" : file) { UseShellExecute = false, RedirectStandardInput = true, WorkingDirectory = "/" };
        start.RedirectStandardOutput = start.RedirectStandardError = program != "sh";
        start.Environment["PGLOG"] = Path.Combine(_folder!, "log");
        start.Environment["LC_ALL"] = "C";
        foreach (string argument in asNobody ? ["--reuid=nobody", "--regid=nogroup", "--clear-groups", file, .. arguments] : arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
