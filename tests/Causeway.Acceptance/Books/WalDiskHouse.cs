using Causeway.Testing;

namespace Causeway.Acceptance.Books;

/// <summary>A house whose PostgreSQL server keeps its write-ahead log on a disk of 16 MiB.</summary>
public sealed class WalDiskHouse() : PostgresHouse(new PostgresCluster { Fsync = true, WalDisk = 16 });
